"""Pages that anyone may read."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.policies import public


@public
def home(request: HttpRequest) -> HttpResponse:
    return render(request, "public/home.html")


@public
def how_i_work(request: HttpRequest) -> HttpResponse:
    return render(request, "public/how_i_work.html")


@public
def session_types(request: HttpRequest) -> HttpResponse:
    return render(request, "public/session_types.html")


@public
def consult(request: HttpRequest) -> HttpResponse:
    return render(request, "public/consult.html")
