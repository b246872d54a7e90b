from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portal.shared import audit
from portal.shared.models import AuditEvent


class Command(BaseCommand):
    help = "Check the hash chain of the audit events; exit 1 and name what does not fit."

    def handle(self, *args: Any, **options: Any) -> None:
        broken = list(audit.verify())
        for item in broken:
            self.stderr.write(f"event {item.sequence}: {item.reason}")
        if broken:
            raise CommandError(f"{len(broken)} events do not fit the chain")
        self.stdout.write(f"{AuditEvent.objects.count()} audit events, the chain is whole")
