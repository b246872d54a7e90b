"""The delivery of reminders in the therapist's plain words."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from booking.models import Channel, Reminder, ReminderState
from booking.wording import day_and_clock

CHANNELS = {Channel.MAIL: "E-mail reminder", Channel.SMS: "Text message"}
REFUSED = "the number was refused"
# Twilio's codes, where more can be said than that the number was refused.
WHY_NOT = {
    "21610": "they have answered STOP, so text messages are off",
    "21614": "the number can’t receive texts",
    "30003": "the phone was off or out of reach",
    "30004": "the phone’s network blocks the message",
    "30005": "the number does not exist any more",
    "30006": "the number is a landline or can’t be reached",
    "30007": "the phone network took it for unwanted mail",
    "30034": "the practice’s number is not registered with the phone networks",
    "no_us_number": "the phone number is not a US number",
    "address_refused": "the address was refused",
    "unreachable": "the service could not be reached before the session",
    "account": "the provider refuses the practice’s account",
    "canceled": "it was taken back",
    "failed": "the phone network did not take it",
    "undelivered": "the phone network did not deliver it",
}


@dataclass(frozen=True, slots=True)
class Line:
    text: str
    is_fault: bool


def lines(reminders: Iterable[Reminder], zone: ZoneInfo) -> list[Line]:
    """One for each reminder that was sent, failed or is still to come."""
    return [
        Line(line(row, zone), row.state == ReminderState.FAILED)
        for row in reminders
        if row.state != ReminderState.DROPPED
    ]


def line(row: Reminder, zone: ZoneInfo) -> str:
    """`E-mail reminder: sent Monday, January 4, 9:00 am`."""
    channel = CHANNELS[Channel(row.channel)]
    match row.state:
        case ReminderState.FAILED:
            return f"{channel}: could not be delivered; {WHY_NOT.get(row.reason, REFUSED)}"
        case ReminderState.PLANNED:
            return f"{channel}: planned for {_when(row.due_at, zone)}"
    verb = "delivered" if row.state == ReminderState.DELIVERED else "sent"
    return f"{channel}: {verb} {_when(row.settled_at or row.due_at, zone)}"


def _when(moment: datetime, zone: ZoneInfo) -> str:
    return day_and_clock(moment, zone)
