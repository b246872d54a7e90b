"""What may come in with one request, before anybody looks at it: how much, and never onto a disk.

Django would write larger files into a folder for temporary ones, where they would lie unencrypted.
"""

from collections.abc import Callable
from io import BytesIO
from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopFutureHandlers
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

MEGABYTE = 1_000_000
MOST_ELSEWHERE = 12 * MEGABYTE  # where no documents are handed in: a questionnaire's file at most
MOST_WITH_FILES = 100 * MEGABYTE  # read to its end, so that a page can say what was too much
AT_ONCE = 5  # whole files that are kept of one request

View = Callable[..., HttpResponseBase]


def most_of_a_file() -> int:
    """Bytes of one document; the messages say it in MB."""
    return int(settings.UPLOAD_FILE_MB) * MEGABYTE


def takes_files(view: View) -> View:
    """For views that documents are handed in to, by people who are signed in."""
    view.takes_files = True  # type: ignore[attr-defined]
    return view


class BodyLimitMiddleware:
    """Turns away what is too large by its announced length, before it is read."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: View, args: list[Any], kwargs: dict[str, Any]
    ) -> HttpResponseBase | None:
        """Stands before the CSRF check, which reads the whole form."""
        size = _announced(request)
        if size <= MOST_ELSEWHERE:
            return None
        takes_files = getattr(view, "takes_files", False)
        if takes_files and not request.user.is_authenticated:
            return redirect_to_login(request.path)
        if takes_files and size <= MOST_WITH_FILES:
            return None
        return render(request, "errors/413.html", status=413)


def _announced(request: HttpRequest) -> int:
    told = request.META.get("CONTENT_LENGTH") or "0"
    return int(told) if told.isascii() and told.isdigit() else 0


class InMemoryHandler(FileUploadHandler):
    """Keeps files in memory. One that is too large is let go while it comes, and says so."""

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self.room = AT_ONCE * self._most
        self.content = BytesIO()
        self.is_dropped = False

    @property
    def _most(self) -> int:
        return max(most_of_a_file(), 10 * MEGABYTE)

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.content, self.is_dropped = BytesIO(), False
        raise StopFutureHandlers

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if self.is_dropped:
            return
        if start + len(raw_data) > self._most or len(raw_data) > self.room:
            self.room += self.content.tell()
            self.content, self.is_dropped = BytesIO(), True
            return
        self.room -= len(raw_data)
        self.content.write(raw_data)

    def file_complete(self, file_size: int) -> InMemoryUploadedFile:
        self.content.seek(0)
        file = InMemoryUploadedFile(
            self.content,
            self.field_name,
            self.file_name or "",
            self.content_type,
            file_size,
            self.charset,
            self.content_type_extra,
        )
        file.is_dropped = self.is_dropped  # type: ignore[attr-defined]
        return file
