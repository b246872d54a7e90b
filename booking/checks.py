"""What `manage.py check --deploy` says of booking's settings."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Tags, Warning, register

OPEN_GUARD = Warning(
    "CALDAV_PRIVATE_ADDRESSES is on: whoever signs in as a therapist can make the portal speak to "
    "machines of your own network.",
    hint="Leave it off unless the calendar server stands in your own network.",
    id="booking.W001",
)


@register(Tags.security, deploy=True)
def check_calendar_guard(**_: Any) -> list[CheckMessage]:
    return [OPEN_GUARD] if settings.CALDAV_PRIVATE_ADDRESSES else []
