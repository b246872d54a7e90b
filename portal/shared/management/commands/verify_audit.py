from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portal.shared import audit
from portal.shared.models import AuditEvent


class Command(BaseCommand):
    help = (
        "Check the hash chain of the audit events; exit 1 and name what does not fit. Keep the "
        "hash that it prints elsewhere: events missing at the end show only by comparing it."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        broken = list(audit.verify())
        for item in broken:
            self.stderr.write(f"event {item.sequence}: {item.reason}")
        if broken:
            raise CommandError(f"{len(broken)} events do not fit the chain")
        newest = AuditEvent.objects.last()
        count, end = (newest.sequence, newest.hash) if newest else (0, "none")
        self.stdout.write(f"{count} audit events, the chain is whole; the newest hash: {end}")
