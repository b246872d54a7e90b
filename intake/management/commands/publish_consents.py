from typing import Any

from django.core.management.base import BaseCommand, CommandError

from booking.models import Practitioner
from intake.services.publishing import publish_starters
from portal.shared.clock import utc_now


class Command(BaseCommand):
    help = "Fill the starter consent texts from the practice; publish those that have changed."

    def handle(self, *args: Any, **options: Any) -> None:
        practitioner = Practitioner.objects.first()
        if practitioner is None:
            raise CommandError("There is no practitioner yet: run create_practice first.")
        for document in publish_starters(practitioner=practitioner, by=None, now=utc_now()):
            day = f"{document.effective_on:%Y-%m-%d}"
            self.stdout.write(f"{document.title}: version {document.version}, in force since {day}")
        self.stdout.write("An attorney should read these texts before the first real client signs.")
