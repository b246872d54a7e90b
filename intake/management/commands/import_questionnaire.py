"""`manage.py import_questionnaire FILE [--dry-run]`: check a FHIR R4 Questionnaire, publish it.

The last line is JSON: accepted, questions, refused (with reasons). Exit status 0 when accepted.
"""

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from intake.fhir.findings import Finding
from intake.services.importing import Checked, check_file, publish_checked
from intake.views.preview import render_pages
from portal.shared.clock import utc_now


class Command(BaseCommand):
    help = "Check a FHIR R4 Questionnaire and publish it as a new version."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", help="a FHIR R4 Questionnaire, JSON or XML")
        parser.add_argument(
            "--dry-run", action="store_true", help="check and render it, publish nothing"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        result = _import(options["file"], is_dry=options["dry_run"])
        self.stdout.write(json.dumps(result, ensure_ascii=True))
        if not result["accepted"]:
            sys.exit(1)


def _import(file: str, *, is_dry: bool) -> dict[str, Any]:
    """Whatever happens is told as a reason: the caller reads JSON, not a traceback."""
    try:
        content = Path(file).read_bytes()
    except OSError as error:
        return _nothing(f"The file can't be read: {error.strerror}.")
    except ValueError:
        return _nothing("The file can't be read: this is no path.")
    try:
        checked = check_file(content)
        if checked.questionnaire and checked.is_accepted:
            render_pages(checked.questionnaire)
        return _result(checked, is_dry=is_dry)
    except Exception as error:  # a fault of ours, told without a traceback
        return _nothing(f"The portal failed on this file ({type(error).__name__}).")


def _result(checked: Checked, *, is_dry: bool) -> dict[str, Any]:
    told = {
        "accepted": checked.is_accepted,
        "title": checked.title,
        "questions": checked.question_count,
        "hidden": checked.hidden_count,
        "pages": len(checked.questionnaire.sections) if checked.questionnaire else 0,
        "refused": [asdict(finding) for finding in checked.refused],
        "warnings": [asdict(finding) for finding in checked.warnings],
    }
    if not checked.is_accepted or is_dry:
        return told
    published = publish_checked(checked=checked, by=None, now=utc_now())
    row = published.questionnaire
    return {**told, "slug": row.slug, "version": row.version, "published": published.is_new}


def _nothing(reason: str) -> dict[str, Any]:
    refused = [asdict(Finding("", reason))]
    return {"accepted": False, "questions": 0, "pages": 0, "refused": refused, "warnings": []}
