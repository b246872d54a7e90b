from pathlib import Path

import pytest

from portal.journeys import settings_reference
from portal.journeys.settings_reference import OutOfStep, Setting

SOURCE = """
SECRET_KEY = env.str("SECRET_KEY")
DEBUG = env.bool("DEBUG", False)
HOSTS = env.list("ALLOWED_HOSTS", ["localhost", "127.0.0.1"])
LIMIT = env.int("LIMIT", 15 * 60)
FOLDER = Path(env.str("FOLDER", str(VAR_DIR / "mail")))
BROKER = env.str("BROKER", REDIS_URL or "memory://")
SWEEP = env.float("SWEEP", 10.0 if REDIS_URL else 0.5)
"""


def test_reads_names_and_defaults(tmp_path: Path):
    source = tmp_path / "settings.py"
    source.write_text(SOURCE)

    found = settings_reference.read(source)

    assert list(found.values()) == [
        Setting("SECRET_KEY", "(required)"),
        Setting("DEBUG", "false"),
        Setting("ALLOWED_HOSTS", "localhost,127.0.0.1"),
        Setting("LIMIT", "900"),
        Setting("BROKER", "REDIS_URL, or memory://"),
        Setting("SWEEP", "10.0 or 0.5"),
        Setting("FOLDER", "VAR_DIR/mail"),
    ]


def test_a_setting_without_words_is_refused():
    with pytest.raises(OutOfStep, match="NEW_ONE"):
        settings_reference.check_complete({"NEW_ONE": Setting("NEW_ONE", "")})


def test_the_words_name_exactly_the_settings_there_are(settings):
    found = settings_reference.read(settings.BASE_DIR / "portal" / "settings.py")

    settings_reference.check_complete(found)

    assert found["FIELD_ENCRYPTION_KEYS"].default == settings_reference.REQUIRED
