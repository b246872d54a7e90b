"""The practice's own words as HTML: nothing in them runs, and nothing is loaded."""

import pytest

from portal.shared.markdown import render_markdown


@pytest.mark.parametrize(
    ("typed", "html"),
    [
        ("![a map](https://example.com/map.png)",
         '<p><a href="https://example.com/map.png">a map</a></p>\n'),
        ('![](https://example.com/"x.png)',
         '<p><a href="https://example.com/%22x.png">https://example.com/%22x.png</a></p>\n'),
        ("![x](javascript:alert)", "<p>![x](javascript:alert)</p>\n"),
        ("<img src=x>", "<p>&lt;img src=x&gt;</p>\n"),
        ("**Bold** and *soft*", "<p><strong>Bold</strong> and <em>soft</em></p>\n"),
    ],
)  # fmt: skip
def test_a_picture_is_a_link_and_html_is_shown(typed, html):
    assert render_markdown(typed) == html
