"""Time: who offers it, by which rules, and who has taken it."""

from booking.models.appointment import (
    KEPT_FOR_UNDO,
    LONGEST_BLOCK,
    Appointment,
    AppointmentChange,
    AppointmentQuerySet,
    AppointmentSeries,
    ChangeQuerySet,
)
from booking.models.calendars import (
    CalendarConnection,
    CalendarFeed,
    ExternalBusy,
    ExternalEvent,
    PushedEvent,
    PushState,
)
from booking.models.hours import (
    AvailabilityException,
    AvailabilityRule,
    ExceptionKind,
    Weekday,
)
from booking.models.offer import (
    GRIDS,
    LONGEST_HORIZON_DAYS,
    Audience,
    Booking,
    Place,
    Practitioner,
    SessionType,
)
from booking.models.protection import BlockedVisitor, BlockKind
from booking.models.reminders import Channel, Reminder, ReminderState
from booking.models.version import DiaryVersion
from booking.models.waitlist import (
    OfferState,
    PartOfDay,
    WaitlistEntry,
    WaitlistOffer,
    WaitlistState,
)
from booking.models.way_of_working import WayOfWorking
from booking.states import Status

__all__ = [
    "GRIDS",
    "KEPT_FOR_UNDO",
    "LONGEST_BLOCK",
    "LONGEST_HORIZON_DAYS",
    "Appointment",
    "AppointmentChange",
    "AppointmentQuerySet",
    "AppointmentSeries",
    "Audience",
    "AvailabilityException",
    "AvailabilityRule",
    "BlockKind",
    "BlockedVisitor",
    "Booking",
    "CalendarConnection",
    "CalendarFeed",
    "ChangeQuerySet",
    "Channel",
    "DiaryVersion",
    "ExceptionKind",
    "ExternalBusy",
    "ExternalEvent",
    "OfferState",
    "PartOfDay",
    "Place",
    "Practitioner",
    "PushState",
    "PushedEvent",
    "Reminder",
    "ReminderState",
    "SessionType",
    "Status",
    "WaitlistEntry",
    "WaitlistOffer",
    "WaitlistState",
    "WayOfWorking",
    "Weekday",
]
