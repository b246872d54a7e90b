"""Write docs/appointment-states.md from the table of transitions, or compare it."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from booking.states import as_markdown

PAGE = Path("docs") / "appointment-states.md"


class Command(BaseCommand):
    help = "Write docs/appointment-states.md; with --check only say whether it is current."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        path = Path(settings.BASE_DIR) / PAGE
        if not options["check"]:
            path.write_text(as_markdown(), encoding="utf-8")
        elif not path.is_file() or path.read_text(encoding="utf-8") != as_markdown():
            raise CommandError(f"{PAGE} is not current: run `python manage.py appointment_states`.")
