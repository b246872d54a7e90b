"""A list of sites goes into a header that browsers take at its word: nothing wider gets in."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from portal.shared.origins import checked_origins


def test_each_is_written_as_a_browser_writes_it_and_once():
    other = "https://a.example:8443"
    typed = [" https://WWW.Practice.example.com/ ", other, "", other]

    assert checked_origins("EMBED_ORIGINS", typed) == [
        "https://www.practice.example.com",
        "https://a.example:8443",
    ]


@pytest.mark.parametrize("typed", ["http://127.0.0.1:8000", "http://localhost:3000"])
def test_plain_http_is_for_this_machine(typed):
    assert checked_origins("EMBED_ORIGINS", [typed]) == [typed]


@pytest.mark.parametrize(
    "typed",
    [
        "*",
        "https:",
        "https://*.example.com",
        "http://www.practice.example.com",
        "www.practice.example.com",
        "https://a.example/page",
        "https://a.example; script-src *",
        "https://a.example 'unsafe-inline'",
        "https://user@a.example",
        "'self'",
    ],
)
def test_what_is_not_one_site_is_refused_with_its_name(typed):
    with pytest.raises(ImproperlyConfigured, match="EMBED_ORIGINS takes addresses such as"):
        checked_origins("EMBED_ORIGINS", [typed])
