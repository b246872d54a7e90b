"""`make check`: everything that can be said about the code without running the tests."""

import base64
import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from scripts import steps
from scripts.stamps import ROOT

BIN = Path(sys.executable).parent
LONGEST_ANSWER = 60  # lines; the rest is to be seen by running the tool itself
MANAGE = (sys.executable, "manage.py")
AT_ONCE = 2  # as many as the smallest machine has cores

# As an installation in production would be; made up, and no secret of anybody.
PRODUCTION = {
    "SECRET_KEY": "a1B2c3D4e5F6g7H8i9J0-k1L2m3N4o5P6q7R8s9T0_u1V2w3X4y5Z6-check-only",
    "FIELD_ENCRYPTION_KEYS": base64.urlsafe_b64encode(bytes(range(32))).decode(),
    "BLIND_INDEX_KEY": base64.urlsafe_b64encode(bytes(range(32, 64))).decode(),
    "DEBUG": "0",
    "DEMO": "0",
    "PORTAL_URL": "https://portal.practice.example.com",
    "ALLOWED_HOSTS": "portal.practice.example.com",
    "TRUSTED_PROXY_COUNT": "1",
    "DATABASE_URL": "postgres://portal@127.0.0.1:5432/portal",
    "REDIS_URL": "redis://127.0.0.1:6379/0",
    "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
    "STRIPE_SECRET_KEY": "sk_test_check",
    "STRIPE_WEBHOOK_SECRET": "whsec_check",
    "STRIPE_API_BASE": "",
    "SEAL_FILE": "",
}
EMBEDDED = {**PRODUCTION, "DATABASE_URL": "sqlite:///:memory:", "REDIS_URL": ""}

CHECKS: dict[str, tuple[str, ...]] = {
    "format": (str(BIN / "ruff"), "format", "--check", "--quiet", "."),
    "lint": (str(BIN / "ruff"), "check", "--quiet", "."),
    "types": (str(BIN / "mypy"), "--no-error-summary"),
    "import order": (str(BIN / "lint-imports"), "--no-cache"),
    "templates": (str(BIN / "djlint"), "templates", "--lint", "--quiet"),
    "migrations": (*MANAGE, "makemigrations", "--check", "--dry-run", "--verbosity", "1"),
    "deployment": (*MANAGE, "check", "--deploy", "--fail-level", "WARNING"),
    "settings in the docs": (*MANAGE, "settings_reference", "--check"),
    "states in the docs": (*MANAGE, "appointment_states", "--check"),
}


@dataclass(frozen=True)
class Verdict:
    name: str
    holds: bool
    seconds: float
    said: str


def main() -> int:
    with tempfile.TemporaryDirectory() as files:
        PRODUCTION["PRIVATE_FILES_DIR"] = files
        _make_seal()
        return _check_all()


def _make_seal() -> None:
    """As set-up does; without one `check --deploy` rightly complains."""
    environment = {**os.environ, **PRODUCTION}
    command = [*MANAGE, "make_seal"]
    subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, check=True)


def _check_all() -> int:
    with ThreadPoolExecutor(AT_ONCE) as pool:
        verdicts = list(map(_tell, pool.map(_check, CHECKS)))
    failed = [verdict.name for verdict in verdicts if not verdict.holds]
    steps.say(f"\n{len(CHECKS) - len(failed)} of {len(CHECKS)} checks hold.")
    if failed:
        steps.say(f"These do not: {', '.join(failed)}")
    return 1 if failed else 0


def _check(name: str) -> Verdict:
    started = time.monotonic()
    chosen = EMBEDDED if name == "migrations" else PRODUCTION
    answer = subprocess.run(
        CHECKS[name],
        cwd=ROOT,
        env={**os.environ, **chosen},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return Verdict(name, answer.returncode == 0, time.monotonic() - started, answer.stdout)


def _tell(verdict: Verdict) -> Verdict:
    """Quiet when it holds; all that the tool said when it does not."""
    word = "ok" if verdict.holds else "FAILED"
    steps.say(f"{verdict.name:.<24} {word} ({verdict.seconds:.1f} s)")
    if not verdict.holds:
        steps.say("\n".join(verdict.said.rstrip().splitlines()[-LONGEST_ANSWER:]))
    return verdict


if __name__ == "__main__":
    sys.exit(main())
