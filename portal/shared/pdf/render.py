"""One function from a template and its words to a finished document."""

import hashlib
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.template.loader import render_to_string

from portal.shared.pdf import pressroom
from portal.shared.press.wire import Frame

logger = logging.getLogger(__name__)

MOST_PAGES = 400


@dataclass(frozen=True)
class Document:
    """A finished PDF. `missing_glyphs` letters are in no installed font: drawn as boxes.

    `seconds` is the processor time that the press took.
    """

    content: bytes
    pages: int
    sha256: str
    missing_glyphs: int = 0
    warnings: tuple[str, ...] = ()
    seconds: float = 0.0


def render(
    *,
    template: str,
    context: Mapping[str, Any],
    title: str,
    assets: Mapping[str, bytes] | None = None,
) -> Document:
    """Draws `template` as PDF/UA-1, US Letter.

    `assets` are images by file name (png, svg), shown by `<img src="packet:<name>">`.
    A letter that no font has is drawn as a box and counted, not refused: a person gets
    their document, and the log tells the operator to install a font.
    Raises BlockedResource, TemplateDefect, TooLarge; RenderingFailed when the press died.
    """
    html = render_to_string(template, {**context, "title": title})
    pieces = {"html": html.encode("utf-8", "surrogatepass"), **(assets or {})}
    answer = pressroom.draw(Frame({"most_pages": MOST_PAGES}, pieces))
    content, head = answer.pieces["pdf"], answer.head
    if head["missing_glyphs"]:
        logger.warning("%s: %d letters in no installed font", template, head["missing_glyphs"])
    return Document(
        content=content,
        pages=head["pages"],
        sha256=hashlib.sha256(content).hexdigest(),
        missing_glyphs=head["missing_glyphs"],
        warnings=tuple(head["warnings"]),
        seconds=head["seconds"],
    )
