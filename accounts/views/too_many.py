"""The page for somebody who asked too often."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def too_many(request: HttpRequest, retry_after: int = 300) -> HttpResponse:
    """429 with Retry-After in seconds (RFC 9110 10.2.3)."""
    minutes = -(-retry_after // 60)
    response = render(request, "errors/429.html", {"minutes": minutes}, status=429)
    response["Retry-After"] = str(retry_after)
    return response


def handler429(request: HttpRequest) -> HttpResponse:
    """What allauth calls when one of its own limits is reached."""
    return too_many(request)
