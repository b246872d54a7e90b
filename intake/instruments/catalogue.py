"""The instruments that the portal scores, by name, and what a clinician calls them.

Those with wording here are code; the others are packs, whose wording a therapist brings.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from intake.instruments.change import CHANGES, Change
from intake.instruments.cssrs import score_cssrs
from intake.instruments.declared import score_declared
from intake.instruments.gad import GAD7_BANDS, GAD7_ITEMS, score_gad2, score_gad7
from intake.instruments.itq import score_itq
from intake.instruments.lec import ITEMS as LEC5_ITEMS
from intake.instruments.lec import score_lec5
from intake.instruments.loinc import LOINC, NO_CODES, Loinc
from intake.instruments.pack import Pack, packs
from intake.instruments.pc_ptsd import BALANCED, SENSITIVE, score_pc_ptsd5
from intake.instruments.pc_ptsd import ITEMS as PC_PTSD5_ITEMS
from intake.instruments.pcl import CUT_OFFS as PCL5_CUT_OFFS
from intake.instruments.pcl import HIGHEST as PCL5_HIGHEST
from intake.instruments.pcl import ITEMS as PCL5_ITEMS
from intake.instruments.pcl import score_pcl5
from intake.instruments.phq import PHQ9_BANDS, PHQ9_ITEMS, score_phq2, score_phq9
from intake.instruments.result import Band, Result
from intake.instruments.track import Track
from intake.instruments.two_weeks import PAIR_CUT, PAIR_ITEMS, SCREEN_CUT
from intake.instruments.typed import (
    Reader,
    gate_and_five,
    plain_list,
    screener,
    two_halves,
    yes_no_list,
)


class UnknownInstrument(LookupError):
    """No instrument of that name is scored here."""


@dataclass(frozen=True)
class Instrument:
    """`items` are the numbered ones; a gate question before them is not counted."""

    name: str
    full_name: str
    items: int
    points: tuple[int, ...]  # of an answer, in order; none where nothing is counted
    score: Callable[..., Result]
    tracks: tuple[Track, ...] = ()
    read_typed: Reader = plain_list
    gate: str = ""  # linkId of a question that opens the others
    cut_offs: tuple[int, ...] = ()  # published ones, of which a practice picks one
    pack: Pack | None = None

    @property
    def loinc(self) -> Loinc:
        return LOINC.get(self.name, NO_CODES)

    @property
    def slug(self) -> str:
        """That of its questionnaire."""
        return self.pack.slug if self.pack else self.name.lower()

    @property
    def numbers(self) -> tuple[str, ...]:
        """What its items are called, in order."""
        return self.pack.numbers if self.pack else tuple(map(str, range(1, self.items + 1)))

    @property
    def is_clinician_only(self) -> bool:
        return self.pack is not None and self.pack.is_clinician_only


def _total(
    highest: int, *, bands: tuple[Band, ...] = (), cut_offs: tuple[int, ...] = (), **more: Any
) -> tuple[Track, ...]:
    """A sum that is better when it is lower."""
    return (Track("total", "Total", 0, highest, True, bands, cut_offs, **more),)


FREQUENCY, YES_NO = tuple(range(4)), (0, 1)
WITH_WORDING = (
    Instrument(
        "PHQ-9",
        "Patient Health Questionnaire, 9 items",
        PHQ9_ITEMS,
        FREQUENCY,
        score_phq9,
        _total(27, bands=PHQ9_BANDS, cut_offs=(SCREEN_CUT,)),
    ),
    Instrument(
        "PHQ-2",
        "Patient Health Questionnaire, 2 items",
        PAIR_ITEMS,
        FREQUENCY,
        score_phq2,
        _total(6, cut_offs=(PAIR_CUT,)),
    ),
    Instrument(
        "GAD-7",
        "Generalized Anxiety Disorder scale, 7 items",
        GAD7_ITEMS,
        FREQUENCY,
        score_gad7,
        _total(21, bands=GAD7_BANDS, cut_offs=(SCREEN_CUT,)),
    ),
    Instrument(
        "GAD-2",
        "Generalized Anxiety Disorder scale, 2 items",
        PAIR_ITEMS,
        FREQUENCY,
        score_gad2,
        _total(6, cut_offs=(PAIR_CUT,)),
    ),
    Instrument(
        "PCL-5",
        "PTSD Checklist for DSM-5",
        PCL5_ITEMS,
        tuple(range(5)),
        score_pcl5,
        _total(PCL5_HIGHEST, cut_offs=(31, 33), reliable_change=15),
        cut_offs=PCL5_CUT_OFFS,
    ),
    Instrument(
        "PC-PTSD-5",
        "Primary Care PTSD Screen for DSM-5",
        PC_PTSD5_ITEMS,
        YES_NO,
        score_pc_ptsd5,
        _total(PC_PTSD5_ITEMS, cut_offs=(SENSITIVE, BALANCED)),
        read_typed=gate_and_five,
        gate="pc-ptsd-5-gate",
    ),
    Instrument("LEC-5", "Life Events Checklist for DSM-5", LEC5_ITEMS, (), score_lec5),
)
CODE = {"ITQ": score_itq, "C-SSRS screener": score_cssrs}
TYPED = {"ITQ": two_halves, "C-SSRS screener": screener, "ACE": yes_no_list}


def _of_pack(pack: Pack) -> Instrument:
    return Instrument(
        pack.name,
        pack.full_name,
        pack.items,
        pack.scale.points,
        _score_of(pack),
        pack.tracks,
        read_typed=TYPED.get(pack.name, plain_list),
        pack=pack,
    )


def _score_of(pack: Pack) -> Callable[..., Result]:
    if pack.rule is None:
        return CODE[pack.name]
    scale = pack.scale
    return partial(
        score_declared,
        pack.name,
        pack.rule,
        items=pack.items,
        lowest=scale.lowest,
        highest=scale.highest,
        step=scale.step,
    )


INSTRUMENTS = {
    instrument.name: instrument
    for instrument in (*WITH_WORDING, *(_of_pack(pack) for pack in packs().values()))
}
ALSO_CALLED = {"cssrs": "C-SSRS screener", "des": "DES-II", "des2": "DES-II"}


def _key(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.casefold())


_BY_KEY = {_key(name): name for name in INSTRUMENTS} | ALSO_CALLED
_CHANGES = {_key(change.name): change for change in CHANGES}


def get_instrument(name: str) -> Instrument:
    """By its name, whatever the case and the dashes. Raises UnknownInstrument."""
    try:
        return INSTRUMENTS[_BY_KEY[_key(name)]]
    except KeyError as error:
        known = ", ".join([*INSTRUMENTS, *(change.name for change in CHANGES)])
        raise UnknownInstrument(f"{name} is not scored here. Known: {known}.") from error


def find_change(name: str) -> Change | None:
    """The comparison of two scores that has this name."""
    return _CHANGES.get(_key(name))
