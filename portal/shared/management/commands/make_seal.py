from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from portal.shared.clock import utc_now
from portal.shared.seal import certificate


class Command(BaseCommand):
    help = (
        "Make the certificate that packets are sealed with, once; it lies encrypted among the "
        "private files. Not needed when SEAL_FILE names the practice's own."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--renew",
            action="store_true",
            help="make another one in its place; what was sealed stays sealed",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.SEAL_FILE:
            self.stdout.write(f"packets are sealed with the certificate in {settings.SEAL_FILE}")
            return
        made = certificate.make(now=utc_now(), renew=options["renew"])
        seal = certificate.current()
        word = "made" if made else "there already"
        self.stdout.write(
            f"seal {word}: {seal.fingerprint}, until {seal.valid_until:%Y-%m-%d}"
            + ("; restart the workers" if made and options["renew"] else "")
        )
