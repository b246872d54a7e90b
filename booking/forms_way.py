"""The therapist writes how she works. Everything stays in the form when something is refused."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms

from booking.models import Practitioner, WayOfWorking
from booking.ways.dimensions import STEPS, Dimension
from booking.ways.words import DIMENSIONS

LONGEST_SENTENCE = 400
LONGEST_TEXT = 6000
PHASES = 10
SILENT = ("", "I would rather not say")
NOBODY_SAID = (
    "Write at least one line. Nobody is right for everyone, and it is kinder to hear it here."
)
MARKDOWN = "An empty line begins a new paragraph; a line that begins with ## is a heading."


class LinesField(forms.CharField):
    """Browsers send a line's end as two characters; a version keeps one, so that none differs."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> str:
        return str(super().to_python(value)).replace("\r\n", "\n")


def text_field(label: str, help_text: str = "", *, rows: int = 5) -> forms.CharField:
    return LinesField(
        label=label,
        required=False,
        max_length=LONGEST_TEXT,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


@dataclass(frozen=True)
class Asked:
    """One dimension with its two fields."""

    dimension: Dimension
    place: forms.BoundField
    sentence: forms.BoundField


@dataclass(frozen=True)
class PhaseRow:
    number: int
    title: forms.BoundField
    text: forms.BoundField


class WayForm(forms.Form):
    opening = text_field("Opening", f"What you do, in plain words. {MARKDOWN}", rows=8)
    not_for = text_field("Whom you are not right for", "One a line.", rows=6)
    first_conversation = text_field("What to expect of the first conversation")
    more = text_field(
        "Anything else", f"What a session is like, what you ask of people. {MARKDOWN}", rows=8
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for dimension in DIMENSIONS:
            self.fields[place_name(dimension)] = _place(dimension)
            self.fields[sentence_name(dimension)] = _sentence(dimension)
        for number in range(1, PHASES + 1):
            self.fields |= _phase(number)

    def asked(self) -> Iterator[Asked]:
        for dimension in DIMENSIONS:
            yield Asked(dimension, self[place_name(dimension)], self[sentence_name(dimension)])

    def phase_rows(self) -> Iterator[PhaseRow]:
        for number in range(1, PHASES + 1):
            yield PhaseRow(number, self[f"phase_{number}_title"], self[f"phase_{number}_text"])

    def clean_not_for(self) -> list[str]:
        lines = [line.strip() for line in self.cleaned_data["not_for"].splitlines()]
        found = [line for line in lines if line]
        if not found:
            raise forms.ValidationError(NOBODY_SAID)
        return found

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        for number in range(1, PHASES + 1):
            if values.get(f"phase_{number}_text") and not values.get(f"phase_{number}_title"):
                self.add_error(f"phase_{number}_title", "Give this step a name.")
        return values

    def way(self, practitioner: Practitioner) -> WayOfWorking:
        """What was written, not saved."""
        values = self.cleaned_data
        places = {one.code: values[place_name(one)] for one in DIMENSIONS}
        sentences = {one.code: values[sentence_name(one)] for one in DIMENSIONS}
        return WayOfWorking(
            practitioner=practitioner,
            opening=values["opening"],
            places={code: step for code, step in places.items() if step},
            # A sentence stands beside a place, so one without it says nothing.
            sentences={code: text for code, text in sentences.items() if text and places[code]},
            phases=list(self._phases()),
            not_for=values["not_for"],
            first_conversation=values["first_conversation"],
            more=values["more"],
        )

    def _phases(self) -> Iterator[dict[str, str]]:
        for number in range(1, PHASES + 1):
            title = self.cleaned_data[f"phase_{number}_title"]
            if title:
                yield {"title": title, "text": self.cleaned_data[f"phase_{number}_text"]}


def place_name(dimension: Dimension) -> str:
    return f"place-{dimension.code}"


def sentence_name(dimension: Dimension) -> str:
    return f"sentence-{dimension.code}"


def _place(dimension: Dimension) -> forms.ChoiceField:
    steps = zip(STEPS, dimension.therapist, strict=True)
    return forms.ChoiceField(
        label="Where you mostly are",
        choices=[*steps, SILENT],
        required=False,
        help_text=f"Clients are asked: “{dimension.question}”",
    )


def _sentence(dimension: Dimension) -> forms.CharField:
    return LinesField(
        label=f"{dimension.title}, in your own words",
        required=False,
        max_length=LONGEST_SENTENCE,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


def _phase(number: int) -> dict[str, forms.Field]:
    return {
        f"phase_{number}_title": forms.CharField(
            label=f"Step {number}", required=False, max_length=80
        ),
        f"phase_{number}_text": LinesField(
            label=f"What happens in step {number}",
            required=False,
            max_length=600,
            widget=forms.Textarea(attrs={"rows": 2}),
        ),
    }


def initial_of(way: WayOfWorking, *, seen: int) -> dict[str, Any]:
    """The form's words, from a version."""
    found: dict[str, Any] = {
        "opening": way.opening,
        "not_for": "\n".join(way.not_for),
        "first_conversation": way.first_conversation,
        "more": way.more,
        "seen": seen,
    }
    for dimension in DIMENSIONS:
        found[place_name(dimension)] = way.places.get(dimension.code, "")
        found[sentence_name(dimension)] = way.sentences.get(dimension.code, "")
    for number, phase in enumerate(way.phases, start=1):
        found |= {f"phase_{number}_title": phase["title"], f"phase_{number}_text": phase["text"]}
    return found
