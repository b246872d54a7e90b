"""The files for production hold no secret, lose no variable and run what they should."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from portal.journeys import settings_reference

ROOT = Path(__file__).resolve().parents[2]
COMPOSE = ROOT / "docker-compose.yml"
OURS = ("prepare", "web", "worker", "beat")
REFERENCE = re.compile(r"\$\{(?P<name>[A-Z0-9_]+)(?P<rest>:[?-][^}]*)\}")
VALUES = {
    "SECRET_KEY": "s" * 60,
    "FIELD_ENCRYPTION_KEYS": "k" * 43 + "=",
    "BLIND_INDEX_KEY": "b" * 43 + "=",
    "PORTAL_URL": "https://portal.practice.example.com",
    "ALLOWED_HOSTS": "portal.practice.example.com",
    "POSTGRES_PASSWORD": "p" * 24,
    "EMAIL_HOST": "mail.practice.example.com",
    "DEFAULT_FROM_EMAIL": "portal@practice.example.com",
}


# The image places the files; the rest is for developers and the demo, or follows from another.
NOT_HANDED_ON = {
    "VAR_DIR", "STATIC_ROOT", "NODE_MODULES", "PRIVATE_FILES_DIR", "EMAIL_FILE_PATH",
    "DEBUG", "DEMO", "STRIPE_API_BASE", "SMS_API_BASE", "CELERY_BROKER_URL",
}  # fmt: skip


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    return yaml.safe_load(COMPOSE.read_text())


def test_no_secret_stands_in_the_file(compose):
    environment = compose["services"]["web"]["environment"]
    secret = [name for name in environment if re.search("KEY|SECRET|PASSWORD", name)]

    assert len(secret) >= 6
    assert [name for name in secret if not REFERENCE.fullmatch(environment[name])] == []
    assert "${POSTGRES_PASSWORD:?" in environment["DATABASE_URL"]


def test_what_has_no_sensible_default_is_required():
    required = {
        match["name"]
        for match in REFERENCE.finditer(COMPOSE.read_text())
        if match["rest"].startswith(":?")
    }

    assert required == set(VALUES)


def test_every_variable_is_a_setting_of_the_portal(compose):
    known = settings_reference.read(ROOT / "portal" / "settings.py")
    given = compose["services"]["web"]["environment"]

    assert [name for name in given if name not in known and not name.startswith("AWS_")] == []


def test_every_setting_reaches_the_processes_or_has_a_reason_not_to(compose):
    known = settings_reference.read(ROOT / "portal" / "settings.py")
    given = compose["services"]["web"]["environment"]

    assert set(known) - set(given) == NOT_HANDED_ON


def test_every_process_of_ours_is_confined(compose):
    for name in OURS:
        service = compose["services"][name]

        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]
        assert service["image"] == "practice-portal"


def test_every_lasting_service_has_a_health_check(compose):
    services = compose["services"]
    lasting = [name for name in services if name not in ("prepare", "web")]

    assert all("test" in services[name]["healthcheck"] for name in lasting)
    assert "HEALTHCHECK" in (ROOT / "Dockerfile").read_text()  # web's, from the image


def test_every_lasting_service_is_started_again_when_it_ends(compose):
    services = compose["services"]

    again = [name for name, one in services.items() if one.get("restart") == "unless-stopped"]

    assert again == [name for name in services if name != "prepare"]


def test_nothing_listens_to_the_world(compose):
    ports = [port for each in compose["services"].values() for port in each.get("ports", [])]

    assert ports == ["127.0.0.1:${PORT:-8000}:8000"]


def test_data_lives_in_named_volumes(compose):
    mounts = [
        mount.partition(":")[0]
        for service in compose["services"].values()
        for mount in service.get("volumes", [])
    ]

    assert set(mounts) == set(compose["volumes"]) == {"database", "broker", "private"}


def test_the_image_runs_as_a_user_without_rights():
    lines = (ROOT / "Dockerfile").read_text().splitlines()
    last_stage = max(index for index, line in enumerate(lines) if line.startswith("FROM "))

    users = [line for line in lines[last_stage:] if line.startswith("USER ")]

    assert users == ["USER portal"]
    assert lines.index("USER portal") < next(
        index for index, line in enumerate(lines) if line.startswith("CMD ")
    )


def test_secrets_and_data_stay_out_of_the_image():
    ignored = (ROOT / ".dockerignore").read_text().split("\n")

    assert {".env", "var", ".git"} <= set(ignored)


def test_compose_itself_reads_the_file():
    """Where the client has `compose`; elsewhere our reading above has to do."""
    docker = shutil.which("docker")
    can = docker and subprocess.run([docker, "compose", "version"], capture_output=True)
    if not docker or not can or can.returncode:
        assert yaml.safe_load(COMPOSE.read_text())["services"].keys() >= set(OURS)
        return

    read = subprocess.run(
        [docker, "compose", "--file", COMPOSE, "config", "--quiet"],
        env={"PATH": "/usr/local/bin:/usr/bin:/bin", **VALUES},
        capture_output=True,
        text=True,
    )

    assert (read.returncode, read.stderr) == (0, "")
