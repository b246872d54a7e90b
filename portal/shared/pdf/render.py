"""One function from a template and its words to a finished document."""

import hashlib
import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.template.loader import render_to_string
from weasyprint import HTML
from weasyprint.urls import FatalURLFetchingError

from portal.shared.pdf.errors import BlockedResource, TemplateDefect
from portal.shared.pdf.fetcher import SCHEME, LockedFetcher
from portal.shared.pdf.finish import finish
from portal.shared.pdf.fonts import drawing, font_configuration, house_assets
from portal.shared.pdf.text import clean_tree, without_unprintables
from portal.shared.pdf.watch import Watch

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Document:
    """A finished PDF. `missing_glyphs` letters are in no installed font: drawn as boxes.

    `seconds` is the processor time it took.
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
    Raises BlockedResource, TemplateDefect, TooLarge.
    """
    started = time.process_time()
    html = render_to_string(template, {**context, "title": title})
    with drawing, Watch() as watch:
        raw = _draw(html, {**house_assets(), **(assets or {})})
    if watch.defects:
        raise TemplateDefect(f"{template}: {'; '.join(sorted(set(watch.defects)))}")
    if watch.missing_glyphs:
        logger.warning("%s: %d letters in no installed font", template, watch.missing_glyphs)
    content, pages = finish(raw)
    digest = hashlib.sha256(content).hexdigest()
    seconds = time.process_time() - started
    return Document(content, pages, digest, watch.missing_glyphs, tuple(watch.warnings), seconds)


def _draw(html: str, assets: Mapping[str, bytes]) -> bytes:
    try:
        source = HTML(
            string=without_unprintables(html), base_url=SCHEME, url_fetcher=LockedFetcher(assets)
        )
        clean_tree(source.etree_element)
        return source.write_pdf(
            pdf_variant="pdf/ua-1", font_config=font_configuration(), uncompressed_pdf=False
        )
    except FatalURLFetchingError as blocked:
        raise BlockedResource(str(blocked)) from blocked
