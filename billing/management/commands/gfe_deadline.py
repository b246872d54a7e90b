"""By when an estimate is due, for an operator who wants to check a date."""

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from billing import business_days


class Command(BaseCommand):
    help = "Print the day by which a Good Faith Estimate is due (ISO date), or none."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--scheduled", type=date.fromisoformat, help="when it was booked")
        parser.add_argument("--service", type=date.fromisoformat, help="when it takes place")
        parser.add_argument("--requested", type=date.fromisoformat, help="when it was asked for")

    def handle(self, *args: Any, **options: Any) -> None:
        due = self._due(options["scheduled"], options["service"], options["requested"])
        self.stdout.write(due.isoformat() if due else "none")

    def _due(self, scheduled: date | None, service: date | None, asked: date | None) -> date | None:
        if asked and not (scheduled or service):
            return business_days.deadline_after_request(asked)
        if scheduled and service and not asked:
            return business_days.deadline_after_scheduling(scheduled, service)
        raise CommandError("Give --scheduled and --service, or --requested alone.")
