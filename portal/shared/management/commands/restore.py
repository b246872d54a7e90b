from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.shared.backup import archive, database, sealing


class Command(BaseCommand):
    help = "Put a back-up in place of what is here. Stop web and workers first."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--replace", action="store_true", help="also when a practice lives here already"
        )

    def handle(self, *args: Any, file: Path, replace: bool, **options: Any) -> None:
        try:
            summary = archive.put_back(source=file, replace=replace)
        except archive.NotEmpty as error:
            raise CommandError(
                "A practice lives here already. Add --replace to put the back-up in its place."
            ) from error
        except archive.WrongEngine as error:
            raise CommandError(f"This is a back-up of {error}; set DATABASE_URL to one.") from error
        except (sealing.BackupUnreadable, database.ToolMissing, OSError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"Restored the back-up of {summary.made_at} with {summary.files} files")
