"""From HTML to a finished PDF/UA-1, out of what was handed over and nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError

from portal.shared.press import thrift
from portal.shared.press.errors import BlockedResource, TemplateDefect
from portal.shared.press.fetcher import SCHEME, LockedFetcher
from portal.shared.press.finish import finish
from portal.shared.press.text import clean_tree, without_unprintables
from portal.shared.press.watch import Watch


@dataclass(frozen=True)
class Drawn:
    content: bytes
    pages: int
    missing_glyphs: int
    warnings: tuple[str, ...]


class House:
    """The style sheets and fonts of every document, read and unpacked once."""

    def __init__(self, assets: Mapping[str, bytes]) -> None:
        self.assets = dict(assets)
        self.fonts = FontConfiguration()
        texts = {name: assets[name].decode() for name in assets if name.endswith(".css")}
        values = thrift.values_of(texts.values())
        self.sheets = {
            name: self._sheet(thrift.spelled_out(text, values)) for name, text in texts.items()
        }

    def _sheet(self, text: str) -> CSS:
        return CSS(
            string=text,
            base_url=SCHEME,
            url_fetcher=LockedFetcher(self.assets),
            font_config=self.fonts,
        )

    def draw(self, html: str, images: Mapping[str, bytes], *, most_pages: int) -> Drawn:
        """Raises BlockedResource, TemplateDefect, TooLarge."""
        with Watch(most_pages=most_pages) as watch:
            raw = self._draw(html, images)
        if watch.defects:
            raise TemplateDefect("; ".join(sorted(set(watch.defects))))
        content, pages = finish(raw)
        return Drawn(content, pages, watch.missing_glyphs, tuple(watch.warnings))

    def _draw(self, html: str, images: Mapping[str, bytes]) -> Any:
        try:
            source = HTML(
                string=without_unprintables(html),
                base_url=SCHEME,
                url_fetcher=LockedFetcher({**self.assets, **images}),
            )
            sheets = self._linked(source.etree_element)
            clean_tree(source.etree_element)
            return source.write_pdf(
                stylesheets=sheets, pdf_variant="pdf/ua-1", font_config=self.fonts
            )
        except FatalURLFetchingError as blocked:
            raise BlockedResource(str(blocked)) from blocked

    def _linked(self, root: Any) -> list[CSS]:
        """The house's sheets that the head links to, parsed already; their links go."""
        found = []
        for head in root.iter("head"):
            for link in head.findall("link[@rel='stylesheet']"):
                sheet = self.sheets.get(link.get("href", "").removeprefix(SCHEME))
                if sheet is not None:
                    found.append(sheet)
                    head.remove(link)
        return found
