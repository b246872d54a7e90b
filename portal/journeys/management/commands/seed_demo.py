from typing import Any

from django.core.management.base import BaseCommand

from portal.journeys import demo_practice
from portal.shared.clock import utc_now


class Command(BaseCommand):
    help = "Write the invented demo practice, once, into an empty installation."

    def handle(self, *args: Any, **options: Any) -> None:
        if demo_practice.seed(now=utc_now()):
            self.stdout.write("The demo practice is there: Holistic Therapy & Wellness NY")
        else:
            self.stdout.write("A practice is there already; nothing was changed")
