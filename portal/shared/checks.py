"""What `check --deploy` says about the ground."""

from typing import Any

from django.core.checks import CheckMessage, Error, Tags, Warning, register

from portal.shared.clock import utc_now
from portal.shared.seal import SealUnusable, in_force

MISSING = Error(
    "There is no seal to issue packets with.",
    hint="Run `manage.py make_seal`, or name the practice's own certificate in SEAL_FILE.",
    id="portal.E001",
)
ENDS_SOON = Warning(
    "The certificate that seals packets ends within a month.",
    hint="Run `manage.py make_seal --renew`, or put a new file in the place of SEAL_FILE.",
    id="portal.W001",
)


@register(Tags.security, deploy=True)
def check_seal(**_: Any) -> list[CheckMessage]:
    now = utc_now()
    try:
        seal = in_force(now)
    except SealUnusable:
        return [MISSING]
    return [ENDS_SOON] if seal.ends_soon(now) else []
