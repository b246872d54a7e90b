"""Text messages: a small interface, and the one provider behind it, Twilio's Messages API.

Numbers and words of a message appear in no log and in no error: the classes below carry the
provider's code alone. The provider has no key against doing a thing twice, so after an answer
that never came, `find` looks whether the message is there already.

Twilio's documentation: /docs/messaging/api/message-resource (POST a form, Basic auth, 201 with
`sid`), /docs/usage/security (X-Twilio-Signature), /docs/messaging/guides/track-outbound-message-
status (the callback), /docs/api/errors (codes).
"""

import base64
import hashlib
import hmac
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, Protocol

import requests
from django.conf import settings

CONNECT_SECONDS, READ_SECONDS = 5, 15
LOOKED_THROUGH = 50
"""Messages to one number, the newest first, in which `find` looks."""
OPTED_OUT = "21610"
# About our own sender and account, not about the number that was to be reached.
OURS = frozenset({"20003", "20404", "21212", "21603", "21606", "21659", "21703", "21705"})
CLOCKS_APART = timedelta(minutes=2)


class NotSent(Exception):
    """The message is not on its way. `code`: the provider's, or a word of ours."""

    def __init__(self, code: str = "") -> None:
        super().__init__(code)
        self.code = code


class NumberRefused(NotSent):
    """This number can't be texted, now or later."""


class OptedOut(NumberRefused):
    """This person answered STOP; the provider sends them nothing more."""


class AccountRefused(NotSent):
    """The practice's own account or sender is not accepted: the operator must act."""


class Unreachable(NotSent):
    """No answer, or none that says what came of it. It may have been sent all the same."""


class RateLimited(NotSent):
    """Too many at once; nothing was sent."""

    def __init__(self, code: str, seconds: int) -> None:
        super().__init__(code)
        self.seconds = seconds


class TextSender(Protocol):
    def send(self, *, to: str, text: str, reference: str) -> str:
        """Hand a message over; returns the provider's id. `to` is E.164. Raises NotSent."""

    def find(self, *, to: str, text: str, since: datetime) -> str | None:
        """The id of a message to this number with these words, or None. Raises NotSent."""


def sender(callback_url: Callable[[str], str]) -> TextSender:
    """The provider of the settings. `callback_url`: where it tells what became of a reference."""
    return Twilio(
        account_sid=settings.TWILIO_ACCOUNT_SID,
        auth_token=settings.TWILIO_AUTH_TOKEN,
        sender=settings.SMS_FROM,
        base=settings.SMS_API_BASE,
        callback_url=callback_url,
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Twilio:
    account_sid: str
    auth_token: str
    sender: str
    """A number in E.164, or the SID of a messaging service (MG...)."""
    base: str
    callback_url: Callable[[str], str]

    def send(self, *, to: str, text: str, reference: str) -> str:
        as_service = self.sender.startswith("MG")
        form = {
            "To": to,
            "Body": text,
            "MessagingServiceSid" if as_service else "From": self.sender,
        }
        callback = self.callback_url(reference)
        if callback.startswith("https://"):  # refuses what it can't reach (21609)
            form["StatusCallback"] = callback
        return str(self._ask("POST", data=form)["sid"])

    def find(self, *, to: str, text: str, since: datetime) -> str | None:
        listed = self._ask("GET", params={"To": to, "PageSize": str(LOOKED_THROUGH)})
        for message in listed.get("messages", ()):
            if message["body"] == text and _made_at(message) >= since - CLOCKS_APART:
                return str(message["sid"])
        return None

    def _ask(self, method: str, **what: Mapping[str, str]) -> dict[str, Any]:
        try:
            answer = requests.request(
                method,
                f"{self.base}/2010-04-01/Accounts/{self.account_sid}/Messages.json",
                auth=(self.account_sid, self.auth_token),
                timeout=(CONNECT_SECONDS, READ_SECONDS),
                allow_redirects=False,
                **what,  # type: ignore[arg-type]
            )
        except requests.RequestException as error:  # its words name the number: leave them here
            raise Unreachable(type(error).__name__) from None
        body = _json(answer)
        if answer.status_code in (200, 201) and body:
            return body
        raise _refusal(answer, body)


def _json(answer: requests.Response) -> dict[str, Any]:
    """What was answered; nothing where it is something else, such as a proxy's own page."""
    try:
        body = answer.json()
    except requests.JSONDecodeError:
        return {}
    return body if isinstance(body, dict) else {}


def _refusal(answer: requests.Response, body: dict[str, Any]) -> NotSent:
    status, code = answer.status_code, str(body.get("code") or answer.status_code)[:20]
    if status == 429:
        return RateLimited(code, _seconds(answer.headers.get("Retry-After", "")))
    if status in (401, 403, 404) or code in OURS:
        return AccountRefused(code)
    if code == OPTED_OUT:
        return OptedOut(code)
    if status == 400:
        return NumberRefused(code)
    return Unreachable(code)


def _seconds(text: str) -> int:
    return min(max(int(text), 1), 3600) if text.isdecimal() else 60


def _made_at(message: Mapping[str, str]) -> datetime:
    """RFC 2822, in GMT."""
    return parsedate_to_datetime(message["date_created"]).astimezone(UTC)


def is_signed(
    *, url: str, form: Mapping[str, Sequence[str]], signature: str, auth_token: str
) -> bool:
    """Whether a call comes from Twilio: HMAC-SHA1 of the address and the sorted fields.

    A field that is there several times counts each different value once.
    """
    fields = "".join(name + value for name in sorted(form) for value in sorted(set(form[name])))
    made = hmac.new(auth_token.encode(), (url + fields).encode(), hashlib.sha1).digest()
    return hmac.compare_digest(base64.b64encode(made), signature.encode())
