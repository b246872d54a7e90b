"""What holds for every template of the portal."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import get_template

ROOT = Path(settings.BASE_DIR) / "templates"
NAMES = sorted(str(path.relative_to(ROOT)) for path in ROOT.rglob("*.*") if path.is_file())
# Mail programs drop style sheets; neither a PDF nor a page in an archive has a policy to keep.
MAY_STAND_INLINE = ("email/", "pdf/", "records/index.html")


@pytest.mark.parametrize("name", NAMES)
def test_template_is_well_formed(name: str) -> None:
    """An `extends` behind another tag, or an unknown tag, shows only when the page is asked for."""
    template = get_template(name)

    assert template.template.nodelist is not None


@pytest.mark.parametrize("name", [name for name in NAMES if not name.startswith(MAY_STAND_INLINE)])
def test_template_holds_nothing_that_the_security_policy_blocks(name: str) -> None:
    source = re.sub(r"{%.*?%}", "", (ROOT / name).read_text())

    blocked = re.findall(
        r"<style|\sstyle=|\son[a-z]+=|hx-on|<script(?![^>]*(?:\bsrc=|json))", source
    )

    assert blocked == []


@pytest.mark.parametrize("name", NAMES)
def test_apostrophes_are_typographic(name: str) -> None:
    said = re.sub(r"{% comment %}.*?{% endcomment %}", "", (ROOT / name).read_text(), flags=re.S)

    assert re.findall(r"\w+'\w+", said) == []
