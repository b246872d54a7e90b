"""The environment of a portal on this machine: where it answers, and the Stripe it talks to."""

import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from dotenv import dotenv_values

from scripts.environment_file import SECRETS
from scripts.stamps import ROOT


def of_this_installation(*, portal_port: int, stripe_port: int, demo: bool) -> dict[str, str]:
    """The settings of `.env` and the shell (which wins). Stripe's sandbox when no key is set."""
    from_file = {name: value for name, value in dotenv_values(ROOT / ".env").items() if value}
    environment = {**from_file, **os.environ, "DEMO": "1" if demo else "0"}
    environment["PORTAL_URL"] = os.environ.get("PORTAL_URL", f"http://127.0.0.1:{portal_port}")
    if demo and not environment.get("STRIPE_SECRET_KEY"):
        environment |= _sandbox(stripe_port)
    return environment


def of_a_portal_apart(
    folder: Path,
    *,
    portal_port: int,
    stripe_port: int,
    static_root: Path = ROOT / "var" / "static",
    extra: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """A portal with data and secrets of its own below `folder`; nothing of `.env` reaches it."""
    keep = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TZ") if name in os.environ}
    return {
        **keep,
        **{name: make() for name, make in SECRETS.items()},
        **_sandbox(stripe_port),
        "DJANGO_SETTINGS_MODULE": "portal.settings",
        "DEBUG": "0",
        "DEMO": "1",
        "PORTAL_URL": f"http://127.0.0.1:{portal_port}",
        "VAR_DIR": str(folder),
        "STATIC_ROOT": str(static_root),
        "DATABASE_URL": f"sqlite:///{folder / 'portal.sqlite3'}",
        "REDIS_URL": "",
        "CELERY_BROKER_URL": "memory://",
        "EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend",
        "EMAIL_FILE_PATH": str(folder / "mail"),
        "PRIVATE_FILES_DIR": str(folder / "private"),
        **(extra or {}),
    }


def _sandbox(port: int) -> dict[str, str]:
    return {
        "STRIPE_API_BASE": f"http://127.0.0.1:{port}",
        "STRIPE_SECRET_KEY": "sk_test_sandbox",
        "STRIPE_WEBHOOK_SECRET": f"whsec_{secrets.token_hex(16)}",
    }
