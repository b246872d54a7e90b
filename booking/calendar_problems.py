"""What can be wrong with a calendar on a server, each with a code that the pages have words for."""

from typing import ClassVar


class CalendarProblem(Exception):
    """The server can't be used as things are; `code` says why."""

    code: ClassVar[str] = "odd"


class Unreachable(CalendarProblem):
    code = "unreachable"


class TooSlow(CalendarProblem):
    code = "slow"


class BadCertificate(CalendarProblem):
    code = "certificate"


class AddressNotAllowed(CalendarProblem):
    code = "address"


class LedElsewhere(CalendarProblem):
    code = "elsewhere"


class WrongPassword(CalendarProblem):
    code = "refused"


class Forbidden(CalendarProblem):
    code = "forbidden"


class Throttled(CalendarProblem):
    code = "busy"


class NoCalendar(CalendarProblem):
    code = "not_there"


class TooMuch(CalendarProblem):
    code = "too_much"


class TokenExpired(CalendarProblem):
    """The server can't tell what changed since then: everything is to be read again."""

    code = "token"


class ChangedThere(CalendarProblem):
    """The object is not as we knew it (412); nothing was written."""

    code = "changed"


class NotThere(CalendarProblem):
    """The object does not exist (any more)."""

    code = "gone"
