"""The editor of the weekly hours: rows of windows that can be added and taken away unsaved."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import time
from typing import Any

from django import forms

from booking.forms_therapist import ANY_PLACE, date_field, time_field
from booking.models import Weekday
from booking.weekly_windows import END_OF_DAY, Window

MOST_ROWS = 100
EVERY = [("1", "Every week"), ("2", "Every other week")]
RawRow = dict[str, str]


class WindowForm(forms.Form):
    """One window. A row without any time is a row that nobody filled in yet."""

    weekday = forms.TypedChoiceField(
        coerce=int, choices=Weekday.choices, widget=forms.HiddenInput, required=True
    )
    starts = time_field("From", required=False)
    ends = time_field("Until", required=False)
    place = forms.ChoiceField(label="Way to meet", choices=ANY_PLACE, required=False)
    every = forms.ChoiceField(label="How often", choices=EVERY, required=False)
    first_on = date_field(
        "First day",
        required=False,
        help_text="Every other week counts from the week of this day.",
    )
    last_on = date_field("Last day", required=False, help_text="Empty: until you change it.")

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if not self.is_blank:
            self._check_times(values)
            self._check_days(values)
        return values

    @property
    def is_blank(self) -> bool:
        """Neither time was typed."""
        return not any(self._typed(name) for name in ("starts", "ends"))

    @property
    def is_special(self) -> bool:
        """More is set than times and a way to meet, or something is wrong with it."""
        names = ("every", "first_on", "last_on")
        wrong = self.is_bound and any(name in self.errors for name in names)
        return wrong or any(self[name].value() not in (None, "", "1") for name in names)

    def window(self) -> Window:
        """What a valid row says."""
        values = self.cleaned_data
        return Window(
            weekday=values["weekday"],
            starts=values["starts"],
            ends=values["ends"],
            place=values["place"],
            first_on=values["first_on"],
            last_on=values["last_on"],
            every_other_week=values["every"] == "2",
        )

    def _typed(self, name: str) -> str:
        return str(self[name].value() or "").strip()

    def _check_times(self, values: dict[str, Any]) -> None:
        for name in ("starts", "ends"):
            if name not in self.errors and values.get(name) is None:
                self.add_error(name, "Give a time, or remove this row.")
        starts, ends = values.get("starts"), values.get("ends")
        if ends == time.min:
            values["ends"] = ends = END_OF_DAY
        if starts and ends and ends <= starts:
            self.add_error("ends", "The end must be after the start.")

    def _check_days(self, values: dict[str, Any]) -> None:
        first, last = values.get("first_on"), values.get("last_on")
        if values.get("every") == "2" and first is None and "first_on" not in self.errors:
            self.add_error("first_on", "Choose a day in the first of these weeks.")
        if first and last and last < first:
            self.add_error("last_on", "The last day must not be before the first.")


@dataclass(frozen=True)
class DayRows:
    """One weekday of the editor."""

    number: int
    name: str
    rows: list[WindowForm]

    @property
    def key(self) -> str:
        """As a form sends it."""
        return str(self.number)


@dataclass(frozen=True)
class HoursEditor:
    """All rows; the number in a row's prefix is its place among them."""

    rows: list[WindowForm]

    @classmethod
    def of_windows(cls, windows: Iterable[Window]) -> "HoursEditor":
        """The saved hours, to be changed."""
        return cls([WindowForm(initial=_raw(one), prefix=str(n)) for n, one in enumerate(windows)])

    @classmethod
    def unchecked(cls, rows: Sequence[RawRow], focus: int | None = None) -> "HoursEditor":
        """Typed rows as they are, without a word about what is wrong yet."""
        made = [WindowForm(initial=row, prefix=str(n)) for n, row in enumerate(rows)]
        if focus is not None:
            made[focus].fields["starts"].widget.attrs["autofocus"] = True
        return cls(made)

    @classmethod
    def checked(cls, rows: Sequence[RawRow]) -> "HoursEditor":
        """Typed rows with what is wrong in them."""
        typed = ({f"{n}-{name}": text for name, text in row.items()} for n, row in enumerate(rows))
        return cls([WindowForm(data, prefix=str(n)) for n, data in enumerate(typed)])

    def is_valid(self) -> bool:
        """Whether every row makes sense; each is asked, so that each tells."""
        return all([row.is_valid() for row in self.rows])

    def windows(self) -> list[Window]:
        """Those of the rows that are filled in and make sense."""
        return [row.window() for row in self.rows if row.is_valid() and not row.is_blank]

    @property
    def unclear(self) -> int:
        """How many checked rows can't be understood yet."""
        return sum(row.is_bound and not row.is_valid() for row in self.rows)

    @property
    def wrong_rows(self) -> list[WindowForm]:
        """Those with something to correct, for the list at the head of the form."""
        return [row for row in self.rows if row.is_bound and row.errors]

    def days(self) -> list[DayRows]:
        """Monday first, each with its rows."""
        return [
            DayRows(day.value, str(day.label), [row for row in self.rows if _is_on(row, day)])
            for day in Weekday
        ]


def raw_rows(data: Mapping[str, Any]) -> list[RawRow]:
    """What was typed into each row, unchecked."""
    count = data.get("rows", "")
    many = min(int(count), MOST_ROWS) if str(count).isdecimal() else 0
    return [
        {name: data.get(f"{n}-{name}", "") for name in WindowForm.base_fields} for n in range(many)
    ]


def _raw(window: Window) -> dict[str, Any]:
    return {
        "weekday": window.weekday,
        "starts": window.starts,
        "ends": window.ends,
        "place": window.place,
        "every": "2" if window.every_other_week else "1",
        "first_on": window.first_on,
        "last_on": window.last_on,
    }


def _is_on(row: WindowForm, day: Weekday) -> bool:
    return str(row["weekday"].value()) == str(day.value)
