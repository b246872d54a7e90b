"""`manage.py import_wording who-5 --file items.txt ...`: bring an instrument's wording."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.models import Role, User
from intake.instruments.pack import Pack, packs
from intake.instruments.wording import Wording, WordingRefused, from_fhir, from_lines
from intake.models import WordingSource
from intake.services.instruments import DECLARATION, Declaration, NotPublished, complete_pack
from portal.shared.clock import utc_now


class Command(BaseCommand):
    help = "Publish an instrument's wording: a text file with one item a line, or FHIR JSON."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("pack", choices=sorted(packs()))
        parser.add_argument("--file", required=True, help="items, one a line; or *.json (FHIR R4)")
        parser.add_argument("--answers", help="a text file with the answers, one a line")
        parser.add_argument("--title", default="", help="what a client reads above the questions")
        parser.add_argument("--stem", default="", help="an introduction")
        parser.add_argument("--by", required=True, help="e-mail address of the therapist")
        parser.add_argument("--basis", default="", help="by what licence or permission")
        parser.add_argument("--i-declare", action="store_true", help=f"“{DECLARATION}”")

    def handle(self, *args: Any, **options: Any) -> None:
        pack = packs()[options["pack"]]
        therapist = User.objects.filter(email=options["by"], role=Role.THERAPIST).first()
        if therapist is None:
            raise CommandError(f"No therapist signs in as {options['by']}.")
        is_fhir = options["file"].endswith(".json")
        try:
            questionnaire = complete_pack(
                pack=pack,
                resource=_resource(pack, options, is_fhir=is_fhir),
                wording_source=WordingSource.FHIR if is_fhir else WordingSource.LINES,
                declaration=Declaration(agrees=options["i_declare"], basis=options["basis"]),
                by=therapist,
                now=utc_now(),
            )
        except WordingRefused as refused:
            said = (f"{problem.field}: {problem.message}" for problem in refused.problems)
            raise CommandError("\n".join(said)) from refused
        except NotPublished:
            self.stdout.write("These are the words that are published already.")
            return
        self.stdout.write(f"{pack.name} has its wording: version {questionnaire.version}.")


def _resource(pack: Pack, options: dict[str, Any], *, is_fhir: bool) -> dict[str, Any]:
    text = _read(options["file"])
    if is_fhir:
        return from_fhir(pack, text)
    answers = _read(options["answers"]) if options["answers"] else ""
    title = options["title"] or pack.title
    return from_lines(pack, Wording(title, options["stem"], text, answers))


def _read(path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"{path} can't be read as text.") from error
