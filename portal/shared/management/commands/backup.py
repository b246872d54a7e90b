from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.shared.backup import archive, database
from portal.shared.clock import utc_now


class Command(BaseCommand):
    help = "Write database and private files into one sealed file. Keep it apart from the keys."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        try:
            summary = archive.make(target=file, now=utc_now())
        except database.ToolMissing as error:
            raise CommandError(str(error)) from error
        size = file.stat().st_size
        self.stdout.write(f"{file}: {summary.engine}, {summary.files} files, {size:,} bytes")
