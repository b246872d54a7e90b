"""The page of answers names only proofs that exist."""

import ast
import re
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "answers.md"
PROOF = re.compile(r"(tests/[\w/]+\.py)::(test_\w+)")


def rows() -> list[str]:
    """The rows of the page's table, without its two lines of heading."""
    return [line for line in PAGE.read_text().splitlines() if line.startswith("|")][2:]


@cache
def defined_in(path: str) -> frozenset[str]:
    """What the file defines; nothing where there is no such file."""
    if not (ROOT / path).is_file():
        return frozenset()
    tree = ast.parse((ROOT / path).read_text())
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def test_every_proof_exists() -> None:
    named = PROOF.findall(PAGE.read_text())

    missing = [f"{path}::{name}" for path, name in named if name not in defined_in(path)]

    assert len(named) >= len(rows()) > 0
    assert missing == []


def test_every_answer_has_a_proof() -> None:
    assert [row for row in rows() if not PROOF.search(row.split("|")[3])] == []
