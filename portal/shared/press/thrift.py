"""What makes drawing cheaper, without a change to what is drawn."""

import gc
import re
from collections.abc import Iterable
from typing import Any

import pydyf

DEFINED = re.compile(r"(--[\w-]+):\s*([^;}]+)")
USED = re.compile(r"var\((--[\w-]+)\)")


def collect_by_hand() -> None:
    """Layout makes some hundred thousand objects that live until its end, and Python's collector
    would walk through them time after time: it is called once, when the answer has left. What was
    loaded by now stays, and need not be looked at again."""
    gc.collect()
    gc.freeze()
    gc.disable()


def values_of(sheets: Iterable[str]) -> dict[str, str]:
    """The custom properties that the sheets define."""
    return {name: value.strip() for sheet in sheets for name, value in DEFINED.findall(sheet)}


def spelled_out(sheet: str, values: dict[str, str]) -> str:
    """The sheet with each var() replaced by its value: WeasyPrint would read a declaration with
    one anew for every element."""
    return USED.sub(lambda use: values.get(use[1], use[0]), sheet)


def keep_page_references() -> None:
    """pydyf writes the list of all pages anew for every tagged element, so that the time grows
    with the square of the pages; it is kept here until a page is added."""
    list_anew = pydyf.PDF.page_references.fget

    def page_references(self: Any) -> Any:
        count = len(self.pages["Kids"])
        if getattr(self, "_listed_for", None) != count:
            self._listed_for, self._listed = count, list_anew(self)
        return self._listed

    pydyf.PDF.page_references = property(page_references)
