"""Answers from paper or from a conversation, typed in by the therapist to see the score."""

from collections.abc import Iterator
from typing import Any

from django import forms

from intake.fhir.questionnaire import Item, Questionnaire
from intake.instruments.catalogue import Instrument
from intake.instruments.scoring import scored_items

BLANK = ("", "Left blank")
YES_NO = {0: "No", 1: "Yes"}
GATE = "gate"


class ByHandForm(forms.Form):
    """One list to choose from for each item; a blank stays blank."""

    def __init__(
        self, *args: Any, instrument: Instrument, questionnaire: Questionnaire | None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.instrument = instrument
        if instrument.gate:
            self.fields[GATE] = _choice("Ever such an event?", YES_NO)
        items = scored_items(questionnaire) if questionnaire else []
        for index, number in enumerate(instrument.numbers):
            item = items[index] if items else None
            label = f"{number}. {item.text}" if item else f"Item {number}"
            self.fields[f"item-{number}"] = _choice(label, dict(_words(instrument, item)))

    def answers(self) -> list[int | None]:
        """In the order of the rule. Only of a valid form."""
        return [None if points == "" else int(points) for points in self.cleaned_data.values()]


def _choice(label: str, words: dict[int, str]) -> forms.ChoiceField:
    choices = [BLANK, *((str(points), text) for points, text in words.items())]
    return forms.ChoiceField(label=label, choices=choices, required=False)


def _words(instrument: Instrument, item: Item | None) -> Iterator[tuple[int, str]]:
    """The points, and what stands beside them on the form if that is known."""
    options = item.options if item else ()
    known = {
        int(option.ordinal): option.display for option in options if option.ordinal is not None
    }
    if not known and instrument.pack and instrument.pack.scale.labels:
        known = dict(zip(instrument.points, instrument.pack.scale.labels, strict=True))
    for points in instrument.points:
        words = known.get(points, str(points))
        yield points, words if words == str(points) else f"{points} · {words}"
