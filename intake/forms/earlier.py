"""An earlier therapy, as its client writes it. Everything may be left out."""

from collections.abc import Iterator
from typing import Any

from django import forms

from intake.earlier import MAY_SAY, NoMonth, Therapy, month_words, read_month

NO_MONTH = "Write a year, such as 2019, or a month and a year, such as March 2019."
NOTHING = "Write something about it first, in a word or two."
TOO_EARLY = "This is before it began. Please look at both."
WITH_WHOM = (
    "A psychotherapist or counselor", "A psychologist", "A psychiatrist", "An EMDR therapist",
    "A couples or family therapist", "A group", "A clinic, hospital or program",
    "An online service or an app", "A spiritual or traditional healer",
)  # fmt: skip
IN_PERSON = "I’d rather say this in person"
LONGEST = 4000


class MonthField(forms.CharField):
    def clean(self, value: Any) -> str:
        try:
            return read_month(super().clean(value))
        except NoMonth as error:
            raise forms.ValidationError(NO_MONTH) from error


def words_field(label: str, help_text: str = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


def in_person_field(about: str) -> forms.BooleanField:
    return forms.BooleanField(label=f"{IN_PERSON}: {about}", required=False)


class EarlierTherapyForm(forms.Form):
    with_whom = forms.CharField(
        label="With whom?",
        required=False,
        max_length=120,
        help_text="In general terms. No names are needed.",
        widget=forms.TextInput(attrs={"list": "with-whom", "autocomplete": "off"}),
    )
    began = MonthField(
        label="From", required=False, max_length=40, help_text="A year, or a month and a year."
    )
    ended = MonthField(
        label="Until", required=False, max_length=40, help_text="Empty if you don’t know."
    )
    is_ongoing = forms.BooleanField(label="It is still going on", required=False)
    when_words = forms.CharField(
        label="Or when, in your own words",
        required=False,
        max_length=120,
        help_text="Such as “on and off since college”.",
    )
    helped = words_field("What helped?")
    helped_in_person = in_person_field("what helped")
    hurt = words_field("What hurt, or did not help?", "Only if you want to.")
    hurt_in_person = in_person_field("what hurt")
    why_ended = words_field("Why did it end?")
    why_ended_in_person = in_person_field("why it ended")

    suggestions = WITH_WHOM

    def told(self) -> Iterator[tuple[forms.BoundField, forms.BoundField]]:
        """Each question with the wish to answer it in person."""
        return ((self[name], self[f"{name}_in_person"]) for name in MAY_SAY)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        began, ended = values.get("began"), values.get("ended")
        if began and ended and ended[: len(began)] < began[: len(ended)]:
            self.add_error("ended", TOO_EARLY)
        if not self.errors and self.therapy() == Therapy():
            raise forms.ValidationError(NOTHING)
        return values

    def therapy(self) -> Therapy:
        values = self.cleaned_data
        return Therapy(
            with_whom=values["with_whom"],
            began=values["began"],
            ended="" if values["is_ongoing"] else values["ended"],
            is_ongoing=values["is_ongoing"],
            when_words=values["when_words"],
            **{name: values[name] for name in MAY_SAY},
            in_person=tuple(name for name in MAY_SAY if values[f"{name}_in_person"]),
        )


def initial_of(therapy: Therapy) -> dict[str, Any]:
    return {
        **therapy.stored(),
        "began": month_words(therapy.began) if therapy.began else "",
        "ended": month_words(therapy.ended) if therapy.ended else "",
        **{f"{name}_in_person": name in therapy.in_person for name in MAY_SAY},
    }
