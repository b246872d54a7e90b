"""What must not be in the repository, and what must be in every file of it."""

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LONGEST_FILE = 400
EMPTY_NAMES = {"utils", "helpers", "common", "manager", "handler", "data", "info"}
# Written in pieces, so that this file does not hold what it looks for.
REGISTRIES = re.compile("|".join(("pypi" + r"\.org", "python" + "hosted", "npm" + r"js\.")))
PROCEDURE_CODES = re.compile(r"\b(9083[24679]|9084[067]|9079[12])\b")
NOT_DONE = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|X" + r"XX)\b")


def committed(*endings: str) -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)
    paths = [ROOT / name for name in listed.stdout.decode().split("\0") if name]
    return [path for path in paths if path.is_file() and path.suffix in endings]


def texts() -> list[Path]:
    endings = (".py", ".html", ".txt", ".md", ".toml", ".json", ".yml", ".css", ".js", ".sh", "")
    return committed(*endings)


@pytest.mark.parametrize(
    ("what", "pattern"),
    [
        ("a registry's address", REGISTRIES),
        ("a procedure code that needs a licence", PROCEDURE_CODES),
        ("something left undone", NOT_DONE),
    ],
)
def test_no_committed_file_holds(what: str, pattern: re.Pattern[str]):
    found = [
        f"{path.relative_to(ROOT)}: {match[0]}"
        for path in texts()
        if (match := pattern.search(path.read_text(errors="replace")))
    ]

    assert found == [], what


def test_no_file_is_longer_than_a_reader_can_hold():
    long = {
        str(path.relative_to(ROOT)): lines
        for path in committed(".py", ".html", ".css", ".js")
        if "migrations" not in path.parts
        and (lines := len(path.read_text().splitlines())) > LONGEST_FILE
    }

    assert long == {}


def test_no_module_has_a_name_that_says_nothing():
    named = [path for path in committed(".py") if path.stem in EMPTY_NAMES]

    assert named == []


def test_no_signal_of_our_own():
    """They would create things behind a reader's back."""
    connected = [
        path.relative_to(ROOT)
        for path in committed(".py")
        if path.parts[len(ROOT.parts)] in ("accounts", "booking", "intake", "billing", "portal")
        and _defines_a_signal(ast.parse(path.read_text()))
    ]

    assert connected == []


def _defines_a_signal(tree: ast.Module) -> bool:
    return any(
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in ("Signal", "receiver")
        for node in ast.walk(tree)
    )


def test_every_dependency_says_what_it_is_for():
    text = (ROOT / "pyproject.toml").read_text()
    blocks = re.findall(r"(?ms)^(?:dependencies|dev) = \[\n(.*?)^\]", text)
    lines = [line.strip() for block in blocks for line in block.splitlines() if line.strip()]

    unexplained = [line for line in lines if "#" not in line]

    assert len(lines) > 30
    assert unexplained == []
