"""The system packages the portal needs: installed when root, else named with the command."""

import ctypes.util
import importlib.util
import os
import shutil
import subprocess

from scripts import steps

RUN_PACKAGES = (
    "libpango-1.0-0",  # WeasyPrint lays out PDFs with Pango
    "libpangoft2-1.0-0",
    "libharfbuzz-subset0",  # embeds only the letters a PDF uses
    "fonts-noto-core",  # Hebrew, Arabic and the other scripts in PDFs
    "fonts-noto-cjk",
    "fonts-noto-color-emoji",
)
TEST_PACKAGES = (
    "chromium-headless-shell",  # browser journeys
    "poppler-utils",  # reads a PDF as a person sees it
    "qpdf",  # checks a PDF's structure
    "default-jdk-headless",  # runs veraPDF, the validator of PDF/UA; compiles our few lines for it
    "libjaxb-java",
    "postgresql",  # the tests start throw-away servers of their own
    "redis-server",
)


FOR = {
    "run": RUN_PACKAGES,
    "demo": (*RUN_PACKAGES, "poppler-utils"),
    "test": (*RUN_PACKAGES, *TEST_PACKAGES),
}


def ensure(purpose: str) -> None:
    """Raises SystemExit with the exact command where a package is missing and we are not root."""
    if shutil.which("dpkg-query") is None:
        _check_other_system(purpose)
        return
    missing = _missing(FOR[purpose])
    if importlib.util.find_spec("ensurepip") is None or importlib.util.find_spec("venv") is None:
        missing.insert(0, "python3-venv")
    if not missing:
        return
    if os.geteuid() != 0:
        steps.stop(
            "These Debian packages are missing. Please install them, then run this again:\n"
            f"  sudo apt-get install --no-install-recommends {' '.join(missing)}"
        )
    _install(missing)


def _missing(packages: tuple[str, ...]) -> list[str]:
    answer = subprocess.run(
        ["dpkg-query", "--show", "--showformat=${Package} ${db:Status-Status}\\n", *packages],
        capture_output=True,
        text=True,
        check=False,
    )
    installed = {
        line.split()[0] for line in answer.stdout.splitlines() if line.endswith(" installed")
    }
    return [package for package in packages if package not in installed]


def _install(packages: list[str]) -> None:
    steps.say(f"Debian packages: {', '.join(packages)}")
    quiet = {"DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C"}
    steps.run(
        ["apt-get", "update"], log="apt-update", saying="asking for the list", environment=quiet
    )
    steps.run(
        ["apt-get", "install", "--yes", "--no-install-recommends", *packages],
        log="apt-install",
        saying="installing (a few minutes the first time)",
        environment=quiet,
    )


COMMANDS = {
    "run": (),
    "demo": ("pdftotext",),
    "test": ("chromium", "pdftotext", "qpdf", "initdb", "redis-server", "java"),
}


def _check_other_system(purpose: str) -> None:
    lacks = [] if ctypes.util.find_library("pango-1.0") else ["Pango 1.44 or newer"]
    lacks += [name for name in COMMANDS[purpose] if shutil.which(name) is None]
    if lacks:
        steps.stop(
            "This is not Debian, so please install these in your system's own way, "
            f"and the Noto fonts, then run this again: {', '.join(lacks)}"
        )
