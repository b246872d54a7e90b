"""What is wrong with a calendar connection and what to do next, and the help for known services."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """`what` went wrong, and the `step` that mends it."""

    what: str
    step: str


PROBLEMS = {
    "unreachable": Problem(
        "The server does not answer.",
        "Nothing is lost. We try again every five minutes; if it lasts, check the server address.",
    ),
    "slow": Problem(
        "The server takes too long to answer.",
        "Nothing is lost. We try again every five minutes.",
    ),
    "certificate": Problem(
        "The server’s certificate can’t be trusted.",
        "Check the server address. If it is right, whoever runs the server has to renew it.",
    ),
    "address": Problem(
        "We don’t connect to this address.",
        "It has to begin with https:// and be reachable from the internet.",
    ),
    "elsewhere": Problem(
        "The server sends us on to another one.",
        "Enter the address of that other server; we don’t carry your password there unasked.",
    ),
    "refused": Problem(
        "The server refuses the user name or the password.",
        "Most services want an app password, made for this portal alone. Make a new one and "
        "enter it here.",
    ),
    "forbidden": Problem(
        "The server does not let us into this calendar.",
        "Check in your calendar program that you may change it, or choose another one.",
    ),
    "busy": Problem(
        "The server asks for a pause.",
        "We try again in five minutes.",
    ),
    "not_there": Problem(
        "There is no calendar at this address.",
        "It may have been deleted or renamed. Disconnect it here and connect it again.",
    ),
    "too_much": Problem(
        "The calendar is larger than we can read.",
        "Choose a calendar with fewer events, or move old ones into another calendar.",
    ),
}
UNKNOWN = Problem(
    "The server gave an answer that we don’t understand.",
    "Check that the address is that of a CalDAV server. We try again every five minutes.",
)


@dataclass(frozen=True, slots=True)
class Service:
    """A service by name: its address as people enter it, and what they need beforehand."""

    name: str
    slug: str
    server: str
    username: str
    help: str


SERVICES = (
    Service(
        "iCloud",
        "icloud",
        "https://caldav.icloud.com/",
        "Your Apple Account’s e-mail address",
        "Sign in at account.apple.com, choose Sign-In and Security, then App-Specific Passwords, "
        "and make one for this portal. Your Apple password does not work here.",
    ),
    Service(
        "Fastmail",
        "fastmail",
        "https://caldav.fastmail.com/dav/",
        "Your full Fastmail address",
        "In Fastmail’s settings choose Privacy & Security, then App passwords, and make one that "
        "may use calendars (CalDAV).",
    ),
    Service(
        "Nextcloud",
        "nextcloud",
        "https://cloud.example.com/remote.php/dav/",
        "Your Nextcloud user name",
        "Put your own server’s name in place of cloud.example.com. In Nextcloud’s settings choose "
        "Security and make an app password under Devices & sessions.",
    ),
    Service(
        "Another server",
        "other",
        "",
        "Your user name there",
        "Radicale, Baikal, mailbox.org and others: enter the CalDAV address that the service "
        "names. Use an app password where it offers one.",
    ),
)


def problem(code: str) -> Problem:
    """The words for a failure code."""
    return PROBLEMS.get(code, UNKNOWN)


def service(slug: str) -> Service:
    """The named service, or the last one, which is any."""
    return next((one for one in SERVICES if one.slug == slug), SERVICES[-1])
