"""The database's tables, and on a demo its invented practice, once. Runs inside .venv."""

import os
from io import StringIO

import django
from django.conf import settings
from django.core.management import call_command


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    django.setup()
    settings.VAR_DIR.mkdir(parents=True, exist_ok=True)
    call_command("migrate", interactive=False, verbosity=0)
    call_command("make_seal", stdout=StringIO())
    if settings.DEMO and not _has_practice():
        print("  The invented practice of the demo: seeding (once) ...", flush=True)
        call_command("seed_demo")


def _has_practice() -> bool:
    from accounts.models import Practice  # models can be imported after setup() only

    return Practice.objects.exists()


if __name__ == "__main__":
    main()
