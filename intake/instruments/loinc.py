"""LOINC codes of panels and scores, for export. An empty code: none is known, none is guessed.

44260-8 is item 9 of the PHQ-9, not its total. The C-SSRS screener has no code of its own:
93245-9 is the full form. Items of the PCL-5 have codes that were not seen, so none stand here.
"""

from dataclasses import dataclass

SYSTEM = "http://loinc.org"


@dataclass(frozen=True)
class Loinc:
    panel: str = ""
    score: str = ""
    items: tuple[str, ...] = ()


NO_CODES = Loinc()

_PHQ9_ITEMS = (
    "44250-9", "44255-8", "44259-0", "44254-1", "44251-7", "44258-2", "44252-5", "44253-3",
    "44260-8",
)  # fmt: skip
_GAD7_ITEMS = ("69725-0", "68509-9", "69733-4", "69734-2", "69735-9", "69689-8", "69736-7")

LOINC = {
    "PHQ-9": Loinc("44249-1", "44261-6", _PHQ9_ITEMS),
    "PHQ-2": Loinc("55757-9", "55758-7", _PHQ9_ITEMS[:2]),
    "GAD-7": Loinc("69737-5", "70274-6", _GAD7_ITEMS),
    "GAD-2": Loinc("", "", _GAD7_ITEMS[:2]),
    "PCL-5": Loinc("101697-1", "101698-9"),
}
