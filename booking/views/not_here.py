"""The page for somebody whom the practice does not let book online. It never says why."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def not_here(request: HttpRequest) -> HttpResponse:
    """The same words and the same status, whatever on the block list matched."""
    return render(request, "booking/not_here.html", status=403)
