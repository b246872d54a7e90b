"""Markdown of the practice's own texts as HTML. Raw HTML in it is shown, never run.

A picture becomes a link: no page and no document loads one from another address.
"""

from collections.abc import Sequence
from functools import lru_cache

from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "typographer": False})
    parser.enable("table").add_render_rule("image", _as_link)
    return parser


def _as_link(
    renderer: RendererHTML,
    tokens: Sequence[Token],
    place: int,
    options: OptionsDict,
    env: EnvType,
) -> str:
    token = tokens[place]
    address = escapeHtml(str(token.attrs["src"]))
    words = escapeHtml(renderer.renderInlineAsText(token.children, options, env))
    return f'<a href="{address}">{words or address}</a>'


def render_markdown(text: str) -> SafeString:
    return mark_safe(_parser().render(text))  # noqa: S308 - html is off, links are checked
