"""A page to draw on: templates out of a dictionary instead of files."""

from collections.abc import Callable

import pytest

from portal.shared import pdf

PAGE = (
    '<!doctype html><html lang="en"><head><title>{{ title }}</title>'
    '<link rel="stylesheet" href="packet:fonts.css">'
    '<link rel="stylesheet" href="packet:document.css"></head><body>%s</body></html>'
)


@pytest.fixture
def draw(settings: object) -> Callable[..., pdf.Document]:
    """Draws a body of HTML; `{{ words }}` in it are escaped like everything a person types."""

    def _draw(body: str, words: str = "", **assets: bytes) -> pdf.Document:
        source = {"page.html": PAGE % body}
        loader = ("django.template.loaders.locmem.Loader", source)
        backend = "django.template.backends.django.DjangoTemplates"
        settings.TEMPLATES = [{"BACKEND": backend, "OPTIONS": {"loaders": [loader]}}]
        named = {name.replace("_", "."): content for name, content in assets.items()}
        return pdf.render(template="page.html", context={"words": words}, title="T", assets=named)

    return _draw
