"""Fills in one page of the intake as a person would: an answer to every question that it shows."""

from itertools import cycle

from scripts import demo_words
from scripts.html_page import Control, Form

BY_KIND = {"date": "1988-04-02", "month": "2021-03", "tel": "(212) 555-0177", "number": "3"}
NEVER_CHOSEN = ("something else", "other")


class Typist:
    """Remembers what was typed, so that it can be looked for in the packet."""

    def __init__(self) -> None:
        self.typed: dict[str, str] = {}
        self._long, self._short = cycle(demo_words.LONG), cycle(demo_words.SHORT)

    def fill_in(self, form: Form) -> dict[str, list[str]]:
        """Values for all questions of the form; hidden fields stay as the page has them."""
        answers: dict[str, list[str]] = {}
        for name in dict.fromkeys(control.name for control in form.controls if control.name):
            controls = [each for each in form.named(name) if each.kind not in ("hidden", "submit")]
            answer = self._answer(name, controls) if controls else None
            if answer is not None:
                answers[name] = [answer]
        return answers

    def _answer(self, name: str, controls: list[Control]) -> str | None:
        first = controls[0]
        if first.kind in ("radio", "checkbox"):
            return choose(controls).value
        if first.kind == "select":
            return next(option for option in first.options if option)
        if first.label.lower().startswith("something else"):
            return None  # belongs to a choice that was not made
        return self._words(name, first)

    def _words(self, name: str, control: Control) -> str:
        """The same question keeps its words when the page comes back with one more to ask."""
        if control.kind in BY_KIND:
            return BY_KIND[control.kind]
        if name not in self.typed:
            source = self._long if control.kind == "textarea" else self._short
            # What the page knows already (a name, an address) is right; a person leaves it.
            self.typed[name] = control.value or next(source)
        return self.typed[name]


def choose(controls: list[Control]) -> Control:
    """The second choice: 'several days', 'a little bit', 'yes, for a while'.

    About danger to oneself the first one, which says no; a demo alarms nobody.
    """
    offered = [each for each in controls if not each.label.lower().startswith(NEVER_CHOSEN)]
    question = controls[0].group.lower()
    is_about_danger = any(
        word in question
        for word in ("dead", "hurting yourself", "hurt yourself", "suicid", "firearm")
    )
    return offered[0] if is_about_danger or len(offered) == 1 else offered[1]
