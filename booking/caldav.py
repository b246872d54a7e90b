"""A calendar on somebody's CalDAV server (RFC 4791); the only module that imports `caldav`.

Whatever the server does comes back as one of the problems of `calendar_problems`. Nothing that the
server said is put into a message or a log.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, unquote, urljoin, urlsplit, urlunsplit
from xml.sax.saxutils import escape

import requests
from caldav.davclient import DAVClient
from caldav.elements import cdav, dav
from caldav.lib import error
from caldav.response import DAVResponse, PropfindResult, SyncCollectionResult

from booking.calendar_problems import (
    AddressNotAllowed,
    BadCertificate,
    CalendarProblem,
    ChangedThere,
    Forbidden,
    LedElsewhere,
    NoCalendar,
    NotThere,
    Throttled,
    TokenExpired,
    TooMuch,
    TooSlow,
    Unreachable,
    WrongPassword,
)
from booking.guarded_http import AddressRefused, GuardedSession, SentElsewhere, TooLarge
from booking.listing import is_listing, packed, unpacked

BATCH = 50
MOST_OBJECTS = 20_000
MOST_PAGES = 100
LONGEST_HREF = 500
EVENT = {"Content-Type": "text/calendar; charset=utf-8"}
NAMES = 'xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"'
DATA = "<D:prop><D:getetag/><C:calendar-data/></D:prop>"
QUERY = (
    f"<C:calendar-query {NAMES}>{DATA}"
    '<C:filter><C:comp-filter name="VCALENDAR"><C:comp-filter name="VEVENT">'
    '<C:time-range start="{start:%Y%m%dT%H%M%SZ}" end="{end:%Y%m%dT%H%M%SZ}"/>'
    "</C:comp-filter></C:comp-filter></C:filter></C:calendar-query>"
)
MULTIGET = f"<C:calendar-multiget {NAMES}>{DATA}{{hrefs}}</C:calendar-multiget>"
SYNC = (
    f"<D:sync-collection {NAMES}><D:sync-token>{{token}}</D:sync-token>"
    "<D:sync-level>1</D:sync-level><D:prop><D:getetag/></D:prop></D:sync-collection>"
)
PRINCIPAL, HOME = dav.CurrentUserPrincipal.tag, cdav.CalendarHomeSet.tag
RESOURCE_TYPE, DISPLAY_NAME = dav.ResourceType.tag, dav.DisplayName.tag
COMPONENTS, IS_CALENDAR = cdav.SupportedCalendarComponentSet.tag, cdav.Calendar.tag
REPORTS, SYNC_REPORT = dav.SupportedReportSet.tag, dav.SyncCollection.tag
NO_REPORT = {dav.ValidSyncToken.tag, dav.SupportedReport.tag}
NOT_TOLD = (400, 405, 409, 410, 412, 415, 422, 501)
"""What servers answer to a token that they have forgotten, besides the 403 of RFC 6578; and to a
report that they don't know."""


@dataclass(frozen=True, slots=True)
class Account:
    url: str
    username: str
    password: str


@dataclass(frozen=True, slots=True)
class FoundCalendar:
    url: str
    name: str


@dataclass(frozen=True, slots=True)
class Item:
    """An object of a calendar: where it lies, its version, its iCalendar text."""

    href: str
    etag: str
    text: str


@dataclass(frozen=True, slots=True)
class Changes:
    """What changed since a token: `changed` maps addresses to versions."""

    token: str
    changed: dict[str, str]
    gone: list[str]


def calendars(account: Account) -> list[FoundCalendar]:
    """The person's calendars that hold events, as the server names them. Raises NoCalendar."""
    with _client(account) as client:
        principal = _principal(client, account.url)
        home = _property(client, principal, HOME) or principal
        answer = client.propfind(home, [RESOURCE_TYPE, DISPLAY_NAME, COMPONENTS], depth=1)
        _check_collection(answer.status)
        rows = _rows(answer)
        return [_found(home, row) for row in rows if _holds_events(row.properties)]


def changes(account: Account, calendar_url: str, token: str) -> Changes:
    """What changed since `token`; with an empty one, everything. Raises TokenExpired.

    Of a server that can't tell, `token` is the list of its objects, and what differs is the change.
    """
    with _client(account) as client:
        if is_listing(token):
            return _compared(client, calendar_url, token)
        if token:
            return _told(client, calendar_url, token)
        if _can_tell(client, calendar_url):
            with suppress(TokenExpired):
                return _told(client, calendar_url, "")
        return _compared(client, calendar_url, "")


def _can_tell(client: DAVClient, calendar_url: str) -> bool:
    """Whether the server says that it knows the report (RFC 6578), or keeps silent about it."""
    answer = client.propfind(calendar_url, [REPORTS], depth=0)
    _check_collection(answer.status)
    known = [row.properties.get(REPORTS) for row in _rows(answer)]
    return not any(reports and SYNC_REPORT not in reports for reports in known)


def _told(client: DAVClient, calendar_url: str, token: str) -> Changes:
    changed: dict[str, str] = {}
    gone: set[str] = set()
    for _ in range(MOST_PAGES):
        page = _changes_page(client, calendar_url, token)
        for row in page.changed:
            href = address_of(calendar_url, row.href)
            if href.rstrip("/") != calendar_url.rstrip("/"):  # iCloud names it as well
                changed[href] = row.etag or ""
                gone.discard(href)
        for deleted in page.deleted:
            gone.add(href := address_of(calendar_url, deleted))
            changed.pop(href, None)
        if len(changed) > MOST_OBJECTS:
            raise TooMuch
        was, token = token, page.sync_token or ""
        if not token:
            raise TokenExpired  # whatever it answered, it was not to this question
        if not page.truncated or token == was:
            break
    return Changes(token=token, changed=changed, gone=sorted(gone))


def _changes_page(client: DAVClient, calendar_url: str, token: str) -> SyncCollectionResult:
    body = SYNC.format(token=escape(token))
    try:
        answer = client.report(calendar_url, body, depth=0)
    except error.AuthorizationError as problem:
        if problem.status == 403 and (not token or _is_about_report(problem.preconditions)):
            raise TokenExpired from problem
        raise
    if answer.status in NOT_TOLD:
        raise TokenExpired
    _check_collection(answer.status)
    return answer.parse_sync_collection()


def _compared(client: DAVClient, calendar_url: str, token: str) -> Changes:
    before, versions = unpacked(token), _versions(client, calendar_url)
    changed = {
        href: etag for href, etag in versions.items() if not etag or before.get(href) != etag
    }
    gone = sorted(before.keys() - versions.keys())
    return Changes(token=packed(versions), changed=changed, gone=gone)


def _versions(client: DAVClient, calendar_url: str) -> dict[str, str]:
    """Every object of the calendar. The list names the calendar too, or it is none."""
    answer = client.propfind(calendar_url, [dav.GetEtag.tag, RESOURCE_TYPE], depth=1)
    _check_collection(answer.status)
    rows = _rows(answer)
    if not rows:
        raise CalendarProblem("no list")
    if len(rows) > MOST_OBJECTS:
        raise TooMuch
    return {
        address_of(calendar_url, row.href): row.properties.get(dav.GetEtag.tag) or ""
        for row in rows
        if dav.Collection.tag not in (row.properties.get(RESOURCE_TYPE) or ())
    }


def between(account: Account, calendar_url: str, start: datetime, end: datetime) -> list[Item]:
    """The objects with an event that touches [start, end), repeats included."""
    body = QUERY.format(start=start.astimezone(UTC), end=end.astimezone(UTC))
    with _client(account) as client:
        return _items(client.report(calendar_url, body, depth=1), calendar_url)


def read(account: Account, calendar_url: str, hrefs: list[str]) -> list[Item]:
    """These objects, some at a time; those that are gone meanwhile are left out."""
    found: list[Item] = []
    with _client(account) as client:
        for start in range(0, len(hrefs), BATCH):
            wanted = "".join(
                f"<D:href>{escape(urlsplit(href).path)}</D:href>"
                for href in hrefs[start : start + BATCH]
            )
            body = MULTIGET.format(hrefs=wanted)
            found += _items(client.report(calendar_url, body, depth=None), calendar_url)
    return found


def _items(answer: DAVResponse, calendar_url: str) -> list[Item]:
    _check_collection(answer.status)
    return [
        Item(address_of(calendar_url, row.href), row.etag or "", row.calendar_data)
        for row in answer.parse_calendar_query()
        if row.calendar_data
    ]


def fetch(account: Account, href: str) -> Item:
    """One object. Raises NotThere."""
    with _client(account) as client:
        answer = client.request(href, "GET", headers={"Accept": "text/calendar"})
        _check(answer.status)
        return Item(href, answer.headers.get("ETag", ""), answer.raw)


def create(account: Account, href: str, text: str) -> str:
    """Write an object that must not exist yet; its version ("" where the server keeps it to
    itself). Raises ChangedThere when there is one."""
    return _put(account, href, text, {"If-None-Match": "*"})


def update(account: Account, href: str, text: str, etag: str) -> str:
    """Write over the version `etag` and no other. Raises ChangedThere, NotThere."""
    return _put(account, href, text, {"If-Match": etag} if _is_strong(etag) else {})


def delete(account: Account, href: str, etag: str) -> None:
    """Take the version `etag` away. Raises ChangedThere, NotThere."""
    with _client(account) as client:
        answer = client.delete(href, {"If-Match": etag} if _is_strong(etag) else {})
        _check(answer.status)


def address_of(base: str, href: str) -> str:
    """The full address of an href, spelt in one way, so that two spellings are one object."""
    parts = urlsplit(urljoin(base, href))
    path = quote(unquote(parts.path), safe="/:@!$&'()*+,;=~")
    return urlunsplit((parts.scheme, parts.netloc.lower(), path, parts.query, ""))


def _put(account: Account, href: str, text: str, condition: dict[str, str]) -> str:
    with _client(account) as client:
        answer = client.put(href, text, EVENT | condition)
        if answer.status == 409 and "If-None-Match" in condition:
            raise ChangedThere  # the UID lies in the calendar already, at another address
        _check(answer.status)
        return str(answer.headers.get("ETag") or "")


def _is_strong(etag: str) -> bool:
    """A weak one never matches (RFC 9110, 13.1.1)."""
    return bool(etag) and not etag.startswith("W/")


def _principal(client: DAVClient, url: str) -> str:
    """The person's own page; a bare server name leads there by its well-known place (RFC 6764)."""
    for start in (url, urljoin(url, "/.well-known/caldav")):
        try:
            if found := _property(client, start, PRINCIPAL):
                return found
        except NoCalendar:
            continue
        except error.AuthorizationError as problem:
            if problem.status != 403:
                raise
    return url


def _property(client: DAVClient, url: str, name: str) -> str:
    """The address that a resource gives for a property; "" where it gives none."""
    answer = client.propfind(url, [name], depth=0)
    _check_collection(answer.status)
    for row in _rows(answer):
        value = row.properties.get(name)
        href = value[0] if isinstance(value, list) and value else value
        if isinstance(href, str) and href:
            return address_of(url, href)
    return ""


def _rows(answer: DAVResponse) -> list[PropfindResult]:
    return [row for row in answer.results or () if isinstance(row, PropfindResult)]


def _holds_events(properties: dict[str, Any]) -> bool:
    kinds, components = properties.get(RESOURCE_TYPE), properties.get(COMPONENTS)
    is_calendar = isinstance(kinds, list) and IS_CALENDAR in kinds
    return is_calendar and (not components or "VEVENT" in components)


def _found(home: str, row: PropfindResult) -> FoundCalendar:
    url, name = address_of(home, row.href), row.properties.get(DISPLAY_NAME)
    last = unquote(urlsplit(url).path.strip("/").rpartition("/")[2])
    return FoundCalendar(url, (name if isinstance(name, str) and name.strip() else last)[:120])


def _is_about_report(preconditions: list[str]) -> bool:
    """RFC 6578 section 3.2 and RFC 3253 section 3.6; some servers don't say which rule it was."""
    return not preconditions or not NO_REPORT.isdisjoint(preconditions)


def _check_collection(status: int) -> None:
    if status in (404, 405, 410):
        raise NoCalendar
    _check(status)


def _check(status: int) -> None:
    if status in (404, 410):
        raise NotThere
    if status == 412:
        raise ChangedThere
    if not 200 <= status < 300:
        raise CalendarProblem(str(status))


@contextmanager
def _client(account: Account) -> Iterator[DAVClient]:
    with _translated():
        session = GuardedSession(account.url)
        client = DAVClient(
            url=account.url,
            username=account.username,
            password=account.password,
            auth_type="basic",
            enable_rfc6764=False,
        )
        client.session.close()
        client.session = session
        try:
            yield client
        finally:
            session.close()


@contextmanager
def _translated() -> Iterator[None]:
    """Everything that may go wrong out there, as one of our problems."""
    try:
        yield
    except CalendarProblem:
        raise
    except AddressRefused as problem:
        raise AddressNotAllowed from problem
    except SentElsewhere as problem:
        raise LedElsewhere from problem
    except TooLarge as problem:
        raise TooMuch from problem
    except requests.exceptions.SSLError as problem:
        raise BadCertificate from problem
    except requests.Timeout as problem:
        raise TooSlow from problem
    except requests.RequestException as problem:
        raise Unreachable from problem
    except error.AuthorizationError as problem:
        raise (Forbidden if problem.status == 403 else WrongPassword) from problem
    except error.RateLimitError as problem:
        raise Throttled from problem
    except error.NotFoundError as problem:
        raise NoCalendar from problem
    except Exception as problem:
        # The library meets whatever the server sends; none of it may pass as our own mistake.
        raise CalendarProblem(type(problem).__name__) from problem
