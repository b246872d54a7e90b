"""The mails of a portal that writes them as files: what came for one address."""

import email
import re
import time
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

BETWEEN_MAILS = b"-" * 79  # Django's file backend ends each mail with such a line
CODE = re.compile(r"^ +(\d[\d -]+\d) *$", re.MULTILINE)


class NoMail(Exception):
    """The mail did not come in time."""


class Mailbox:
    def __init__(self, folder: Path, address: str) -> None:
        self.folder, self.address = folder, address

    def mails(self) -> list[EmailMessage]:
        files = sorted(self.folder.glob("*.log"), key=lambda path: path.stat().st_mtime_ns)
        parts = (part.strip() for path in files for part in path.read_bytes().split(BETWEEN_MAILS))
        mails = [email.message_from_bytes(part, policy=default) for part in parts if part]
        return [mail for mail in mails if self.address in str(mail["To"])]

    def wait_for(self, subject: str, *, seconds: float) -> EmailMessage:
        """The newest mail with these words in its subject; raises NoMail."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            found = [
                mail for mail in self.mails() if subject.lower() in str(mail["Subject"]).lower()
            ]
            if found:
                return found[-1]
            time.sleep(0.1)
        subjects = [str(mail["Subject"]) for mail in self.mails()]
        raise NoMail(f"no mail about {subject!r} in {seconds:.0f} s; there are {subjects}")


def text_of(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    return str(body.get_content()) if body else ""


def code_of(mail: EmailMessage) -> str:
    """The code stands on a line of its own, in groups."""
    found = CODE.search(text_of(mail))
    if found is None:
        raise NoMail(f"no code in the mail {mail['Subject']!r}")
    return re.sub(r"\D", "", found[1])
