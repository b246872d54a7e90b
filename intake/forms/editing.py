"""The forms of the questionnaire editor."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

from django import forms
from django.http import QueryDict

from intake.fhir.cleaning import clean_line, clean_text
from intake.fhir.editing import Content, content_of
from intake.fhir.kinds import NAMES, Kind, family_of
from intake.fhir.questionnaire import Item
from intake.services.working_copies import Head

TEXT_LIMIT = 2_000
ANSWER_LIMIT = 300
ADDABLE = tuple(kind for kind in Kind if kind != Kind.SECTION)
LARGEST = 10**9
_SHORT = forms.Textarea(attrs={"rows": 2})


class HeadForm(forms.Form):
    """What a questionnaire says of itself."""

    title = forms.CharField(
        max_length=200,
        label="Title",
        help_text="Clients read it above every page.",
        error_messages={"required": "Please give it a title."},
    )
    description = forms.CharField(
        max_length=1_000,
        required=False,
        label="What it is for",
        help_text="For yourself; clients do not see it.",
        widget=_SHORT,
    )
    offers_in_person = forms.BooleanField(
        required=False,
        label="Offer “I’d rather say this in person” beside every question",
        help_text="You can say it otherwise for each section and question.",
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def head(self) -> Head:
        given = self.cleaned_data
        return Head(
            clean_line(given["title"]), clean_text(given["description"]), given["offers_in_person"]
        )


class AddForm(forms.Form):
    """A new question or group, by its kind and words; `spot` says where."""

    kind = forms.ChoiceField(choices=[(kind, NAMES[kind]) for kind in (*ADDABLE, Kind.SECTION)])
    text = forms.CharField(
        max_length=TEXT_LIMIT,
        error_messages={"required": "Please write what it asks or says."},
    )
    into = forms.CharField(required=False)
    spot = forms.CharField(required=False)

    def clean_text(self) -> str:
        return _worded(self.cleaned_data["text"])


def _worded(text: str) -> str:
    words = clean_text(text)
    if not words:
        raise forms.ValidationError("Please write what it asks or says.")
    return words


class ItemForm(forms.Form):
    """One question, text, group or section; only the fields that its kind has."""

    text = forms.CharField(max_length=20_000, label="Words", widget=_SHORT)
    help = forms.CharField(
        max_length=TEXT_LIMIT,
        required=False,
        label="Help below the words",
        widget=_SHORT,
    )
    kind = forms.ChoiceField(required=False, label="Kind")
    is_required = forms.BooleanField(
        required=False,
        label="Needed",
        help_text="The part can’t be sent without an answer.",
    )
    may_say_in_person = forms.BooleanField(
        required=False,
        label="Sensitive: offer “I’d rather say this in person”",
    )
    is_heavy = forms.BooleanField(
        required=False,
        label="Hard to answer: suggest a break after this page",
    )
    has_other = forms.BooleanField(
        required=False,
        label="Offer “something else”, with a line to write on",
    )
    is_whole = forms.BooleanField(required=False, label="Whole numbers only")
    lowest = forms.DecimalField(
        required=False, label="Lowest", min_value=-LARGEST, max_value=LARGEST
    )
    highest = forms.DecimalField(
        required=False, label="Highest", min_value=-LARGEST, max_value=LARGEST
    )
    lower = forms.CharField(required=False, max_length=80, label="Words at the low end")
    upper = forms.CharField(required=False, max_length=80, label="Words at the high end")
    unit = forms.CharField(
        required=False, max_length=40, label="Unit behind the number", help_text="Such as hours."
    )
    least = forms.IntegerField(
        required=False, min_value=0, max_value=100, label="At least how many times"
    )
    most = forms.IntegerField(
        required=False, min_value=1, max_value=100, label="At most how many times"
    )

    def __init__(self, item: Item, posted: QueryDict | None = None) -> None:
        self.before = content_of(item)
        initial = {name: getattr(self.before, name) for name in self.base_fields}
        super().__init__(posted, initial=initial)
        family = family_of(self.before.kind)
        for name in set(self.fields) - {"text", *_fields_of(item, self.before.kind)}:
            del self.fields[name]
        if len(family) > 1 and "kind" in self.fields:
            self.fields["kind"].choices = [(kind, NAMES[kind]) for kind in family]  # type: ignore[attr-defined]
        else:
            self.fields.pop("kind", None)
        if self.before.kind in (Kind.GROUP, Kind.LOOP):
            self.fields["text"].required = False

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        for name in ("text", "help", "lower", "upper", "unit"):
            if name in given:
                given[name] = self._as_before(name, given[name])
        if "text" in given and not given["text"] and self.fields["text"].required:
            self.add_error("text", "Please write what it asks or says.")
        self._check_ends(given)
        return given

    def _as_before(self, name: str, now: str) -> str:
        """What a browser does to line ends and spaces is no change."""
        before: str = getattr(self.before, name)
        return before if clean_text(now) == clean_text(before) else clean_text(now)

    def _check_ends(self, given: dict[str, Any]) -> None:
        lowest, highest = given.get("lowest"), given.get("highest")
        if lowest is not None and highest is not None and lowest > highest:
            self.add_error("highest", "This is lower than the lowest one.")
        kind = given.get("kind") or self.before.kind
        if kind == Kind.SCALE and "lowest" in self.fields and None in (lowest, highest):
            self.add_error("highest", "A scale needs both ends.")
        is_whole = given.get("is_whole", True) or kind == Kind.SCALE
        for name in ("lowest", "highest"):
            if is_whole and not _is_whole(given.get(name)):
                self.add_error(name, "Please give a whole number.")
        least, most = given.get("least"), given.get("most")
        if least and most and least > most:
            self.add_error("most", "This is less than the least.")

    def content(self) -> Content:
        """As it was, but for what the form has fields for."""
        given = {name: self.cleaned_data[name] for name in self.fields if name in self.cleaned_data}
        if "kind" in given:
            given["kind"] = Kind(given["kind"]) if given["kind"] else self.before.kind
        if "least" in given:
            is_loop = given.get("kind", self.before.kind) == Kind.LOOP
            given["least"] = (given["least"] or 0) if is_loop else 0
            given["most"] = given["most"] if is_loop else None
        return replace(self.before, **given)


def _is_whole(number: Decimal | None) -> bool:
    return number is None or number == number.to_integral_value()


def _fields_of(item: Item, kind: Kind | None) -> tuple[str, ...]:
    if kind == Kind.WORDS:
        return ()
    if kind in (Kind.GROUP, Kind.LOOP):
        return ("help", "kind", "may_say_in_person", "is_heavy", "least", "most")
    if item.is_fixed or item.is_hidden:
        return ("help",)
    asked: tuple[str, ...] = ("help", "is_required", "may_say_in_person", "kind")
    if kind in (Kind.ONE, Kind.SEVERAL):
        return (*asked, "has_other")
    if kind == Kind.NUMBER:
        return (*asked, "is_whole", "lowest", "highest", "unit")
    if kind == Kind.SCALE:
        return (*asked, "lowest", "highest", "lower", "upper", "unit")
    return asked
