"""`manage.py score PHQ-9 '[0,1,null,...]'`: one JSON line, for checking the rules by hand."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from intake.instruments.catalogue import UnknownInstrument, get_instrument
from intake.instruments.result import InvalidAnswers


class Command(BaseCommand):
    help = "Score an instrument: answers as a JSON list, null for a blank one."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("instrument", help="PHQ-9, PHQ-2, GAD-7, GAD-2 or PCL-5")
        parser.add_argument("answers", help="for example [0,1,2,null,0,0,1,0,0]")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            instrument = get_instrument(options["instrument"])
            result = instrument.score(_read_answers(options["answers"]))
        except (UnknownInstrument, InvalidAnswers) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(json.dumps(result.to_json()))


def _read_answers(text: str) -> list[int | None]:
    try:
        answers = json.loads(text)
    except ValueError as error:
        raise CommandError("The answers must be a JSON list, such as [0,1,null].") from error
    if not isinstance(answers, list):
        raise CommandError("The answers must be a JSON list, such as [0,1,null].")
    return answers
