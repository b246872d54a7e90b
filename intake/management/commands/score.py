"""`manage.py score PHQ-9 '[0,1,null,...]'`: one JSON line, for checking the rules by hand."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from intake.instruments.catalogue import (
    INSTRUMENTS,
    UnknownInstrument,
    find_change,
    get_instrument,
)
from intake.instruments.change import CHANGES
from intake.instruments.result import InvalidAnswers
from intake.instruments.typed import two_scores

NOT_JSON = "The answers must be a JSON list, such as [0,1,null]."


class Command(BaseCommand):
    help = "Score an instrument: answers as a JSON list, null for a blank one."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        names = (*INSTRUMENTS, *(change.name for change in CHANGES))
        parser.add_argument("instrument", help=", ".join(names))
        parser.add_argument("answers", help="for example [0,1,2,null,0,0,1,0,0]")
        parser.add_argument("--cut-off", type=int, help="of the PCL-5: 31, 32 or 33")

    def handle(self, *args: Any, **options: Any) -> None:
        typed = _read(options["answers"])
        try:
            told = _score(options["instrument"], typed, options["cut_off"])
        except (UnknownInstrument, InvalidAnswers) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(json.dumps(told))


def _read(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise CommandError(NOT_JSON) from error


def _score(name: str, typed: Any, cut_off: int | None) -> dict[str, Any]:
    change = find_change(name)
    if change:
        return change.to_json(*two_scores(typed))
    instrument = get_instrument(name)
    if cut_off is not None and cut_off not in instrument.cut_offs:
        offered = ", ".join(map(str, instrument.cut_offs)) or "none"
        raise InvalidAnswers(f"The cut-offs of {instrument.name} to choose from: {offered}.")
    chosen = {} if cut_off is None else {"cut_off": cut_off}
    given = typed if isinstance(typed, dict) else {"answers": typed}
    return {**given, **instrument.score(instrument.read_typed(typed), **chosen).to_json()}
