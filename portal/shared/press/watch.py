"""Listens to WeasyPrint, which reports defects, missing glyphs and progress only by logging."""

import logging
from types import TracebackType

from weasyprint.logger import LOGGER, PROGRESS_LOGGER

from portal.shared.press.errors import TooLarge

# Its messages quote what people wrote: none of them may reach a log.
LOGGER.propagate = False
PROGRESS_LOGGER.setLevel(logging.INFO)


class Watch(logging.Handler):
    """Gathers defects and missing glyphs, and stops a layout that has no end.

    Raises TooLarge out of the layout: it is asked before each page, and WeasyPrint has no
    limit of its own.
    """

    def __init__(self, *, most_pages: int) -> None:
        super().__init__()
        self.defects: list[str] = []
        self.warnings: list[str] = []
        self.missing_glyphs = 0
        self._most_pages = most_pages

    def __enter__(self) -> "Watch":
        LOGGER.addHandler(self)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        LOGGER.removeHandler(self)

    def emit(self, record: logging.LogRecord) -> None:
        if record.name == PROGRESS_LOGGER.name:
            self._check_pages(record)
        elif record.msg.startswith(".notdef"):
            self.missing_glyphs += 1
        elif record.levelno >= logging.ERROR:
            self.defects.append(record.msg)
        else:
            self.warnings.append(record.getMessage())

    def _check_pages(self, record: logging.LogRecord) -> None:
        pages = [argument for argument in record.args or () if isinstance(argument, int)]
        if pages and "Page" in record.msg and pages[0] > self._most_pages:
            raise TooLarge(f"more than {self._most_pages} pages")
