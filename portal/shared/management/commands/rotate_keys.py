from typing import Any

from django.core.management.base import BaseCommand

from portal.shared import rotation


class Command(BaseCommand):
    help = (
        "Encrypt again, with the first of FIELD_ENCRYPTION_KEYS, all that an older key still "
        "holds. When it reports 0, the older key can be taken out."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        values = rotation.rotate_rows() + rotation.rotate_further()
        files = rotation.rotate_files()
        self.stdout.write(f"{values} values and {files} files were encrypted again")
