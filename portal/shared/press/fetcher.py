"""The one way for a document to load anything: by name, out of what it was handed.

WeasyPrint's own fetcher opens web addresses and local files, and would embed a local file
as an attachment on the word of one HTML attribute.
"""

from collections.abc import Mapping
from typing import Any

from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

SCHEME = "packet:"
CONTENT_TYPES = {
    "css": "text/css",
    "png": "image/png",
    "svg": "image/svg+xml",
    "woff2": "font/woff2",
}


class LockedFetcher(URLFetcher):
    """Serves `packet:<name>` from memory; anything else stops the rendering.

    Raises FatalURLFetchingError, a BaseException: WeasyPrint swallows every lesser one and
    would print a document with a hole in it.
    """

    def __init__(self, assets: Mapping[str, bytes]) -> None:
        super().__init__(allowed_protocols={"packet"}, allow_redirects=False, fail_on_errors=True)
        self._assets = assets

    def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
        name = url.removeprefix(SCHEME)
        if name == url or name not in self._assets:
            raise FatalURLFetchingError(f"not an asset of this document: {url[:80]}")
        kind = CONTENT_TYPES[name.rpartition(".")[2]]
        return URLFetcherResponse(url, self._assets[name], {"Content-Type": kind})
