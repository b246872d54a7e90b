"""Words of others as HTML that is safe: a few plain tags, no links, no images, no styles.

Long or deeply nested markup would keep a reader busy for minutes: beyond the limits it is not
read at all, and the plain words stand alone.
"""

import html
import re

import nh3

from portal.shared.markdown import render_markdown

LONGEST = 20_000  # characters
MOST_TAGS = 2_000
MOST_LINES = 400
_TAGS = {
    "b", "blockquote", "br", "caption", "code", "dd", "div", "dl", "dt", "em", "hr", "i", "li",
    "ol", "p", "pre", "s", "small", "span", "strong", "sub", "sup", "table", "tbody", "td",
    "tfoot", "th", "thead", "tr", "u", "ul",
}  # fmt: skip
_HEADING = re.compile(r"<(/?)h[1-6]\b[^>]{0,2000}>", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]{0,2000}>")
_BLOCK = re.compile(r"</?(?:p|div|br|li|ul|ol|tr|table|h[1-6]|blockquote|dd|dt)\b", re.IGNORECASE)
_MARKUP = re.compile(
    r"</(?:p|div|h[1-6]|ul|ol|li|b|i|u|em|strong|span|br)>|<br ?/?>", re.IGNORECASE
)
_ATTRIBUTES = {"td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan"}}


def safe_html(markup: str) -> str:
    """XHTML or HTML with what is not on the list taken out; empty when it is too much to read."""
    if len(markup) > LONGEST or markup.count("<") > MOST_TAGS:
        return ""
    # A heading inside a question would break the outline of the page.
    plain = _HEADING.sub(lambda match: f"<{match[1]}p>", markup)
    cleaned = nh3.clean(plain, tags=_TAGS, attributes=_ATTRIBUTES, link_rel=None).strip()
    return cleaned if plain_words(cleaned) else ""


def html_of_markdown(text: str) -> str:
    """Markdown with raw HTML off, then through the same list."""
    if len(text) > LONGEST or _is_tangled(text):
        return ""
    return safe_html(render_markdown(text))


def _is_tangled(text: str) -> bool:
    """Thousands of marks or lines of a list take a Markdown reader quadratic time."""
    return text.count("\n") > MOST_LINES or sum(text.count(mark) for mark in "[]*_`<>!") > MOST_TAGS


def has_markup(text: str) -> bool:
    """Plain text that is HTML by mistake: some tools write it where FHIR has none."""
    return bool(_MARKUP.search(text))


def plain_words(markup: str) -> str:
    """The words of markup on one line."""
    if len(markup) > LONGEST:
        return ""
    spaced = _BLOCK.sub(lambda match: " " + match[0], markup)
    return " ".join(html.unescape(_TAG.sub("", spaced)).split())
