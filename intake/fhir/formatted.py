"""The words of an item or option: plain, and as safe HTML where the file gives more."""

from dataclasses import dataclass

from intake.fhir import extensions
from intake.fhir.elements import Raw, as_element, as_text
from intake.fhir.extensions import extension_text
from intake.fhir.sanitising import has_markup, html_of_markdown, plain_words, safe_html

BUDGET = 500_000  # characters of markup in one questionnaire; what comes after stays plain


@dataclass(frozen=True)
class Words:
    text: str
    html: str = ""  # empty when the text says it all


class Wording:
    """Reads words and keeps count of the markup, so that no file keeps a process busy."""

    def __init__(self) -> None:
        self.budget = BUDGET
        self.was_plain = False  # some markup was too long to be read

    def words(self, element: Raw, key: str) -> Words:
        """Of `element[key]`; markup stands in the extensions of `element["_" + key]`.

        Files of FHIR's own tools put it on the element itself, too.
        """
        text = as_text(element.get(key))
        beside = as_element(element.get(f"_{key}"))
        html = self._html(beside) or (self._html(element) if key == "text" else "")
        if has_markup(text):
            html = html or self._safe(text, "")
            text = plain_words(text)
        words = text or plain_words(html)
        return Words(words, "" if html in (words, f"<p>{words}</p>") else html)

    def _html(self, holder: Raw) -> str:
        xhtml = extension_text(holder, extensions.XHTML)
        markdown = extension_text(holder, extensions.MARKDOWN)
        return self._safe(xhtml, markdown)

    def _safe(self, xhtml: str, markdown: str) -> str:
        size = len(xhtml) + len(markdown)
        if not size:
            return ""
        self.budget -= size
        html = ""
        if self.budget >= 0:
            html = safe_html(xhtml) if xhtml else ""
            html = html or (html_of_markdown(markdown) if markdown else "")
        self.was_plain = self.was_plain or not html
        return html
