"""The main job of the portal, step by step, as one person does it in a browser without script."""

import hashlib
import re
import time
from collections.abc import Callable
from pathlib import Path

from scripts import demo_words
from scripts.demo_intake import Typist
from scripts.demo_mail import Mailbox, code_of
from scripts.html_page import Form
from scripts.pdf_words import PdfWords
from scripts.visitor import Visitor

SESSION_TYPE = "intake-session"
SECTION = re.compile(r"^/intake/[0-9a-f-]{36}/[a-z0-9-]+/[a-z0-9-]+/$")
LONGEST_INTAKE = 120  # pages, so that a page that leads to itself ends the demo
PACKET_SECONDS = 90.0


class WentWrong(Exception):
    """The portal did not do what this step needs. The message says where and what it said."""


class Walk:
    """The steps in their order; each leaves `page` where the next one begins."""

    def __init__(self, portal: str, mail_folder: Path, out: Path) -> None:
        self.visitor = Visitor(portal)
        self.mailbox = Mailbox(mail_folder, demo_words.EMAIL)
        self.typist = Typist()
        self.out = out
        self.page = self.visitor.get("/")
        self.ids: dict[str, str] = {}
        self.sha256, self.pages, self.sections, self.signatures = "", 0, 0, 0

    @property
    def steps(self) -> tuple[Callable[[], None], ...]:
        return (
            self.hold_a_time,
            self.sign_up_by_code,
            self.give_details_and_book,
            self.pay_in_the_sandbox,
            self.fill_in_every_section,
            self.send_the_answers,
            self.sign_every_consent,
            self.wait_for_the_packet,
            self.find_every_word_in_the_packet,
            self.verify_the_packet,
        )

    def hold_a_time(self) -> None:
        page = self.visitor.get(f"/book/{SESSION_TYPE}/")
        form = page.form("start", "place")
        self.page = self.visitor.submit(page, form, {}, button=form.buttons[-1])
        self._expect("/hold/")
        self.ids["appointment"] = self._uuid()

    def sign_up_by_code(self) -> None:
        self._submit("email", {"email": demo_words.EMAIL}, press="Send me a code")
        code = code_of(self.mailbox.wait_for("code", seconds=30))
        self._submit("code", {"code": code}, press="Go on")
        self._expect("/details/")

    def book(self) -> None:
        self._submit("legal_name", demo_words.DETAILS, press="Book this time")
        self._expect("/confirmed/")

    def give_details_and_book(self) -> None:
        self.book()
        self.mailbox.wait_for("confirmed", seconds=30)
        self.ids["intake"] = self._uuid(self.page.link("Begin the intake"))
        self.ids["charge"] = self._uuid(self.page.link("Pay now by card"))

    def pay_in_the_sandbox(self) -> None:
        self.page = self.visitor.get(self.page.link("Pay now by card"))
        self._submit("acknowledged", {"acknowledged": "on"}, press="payment page")
        self._submit(
            "number",
            {
                "number": demo_words.CARD,
                "expiry": "12 / 30",
                "cvc": "123",
                "name": demo_words.NAME,
                "email": demo_words.EMAIL,
            },
            press="Pay $",
        )
        self._expect("/payments/return/")
        self.ids["payment"] = self._uuid()
        self._wait_until("the payment", self._is_paid)

    def fill_in_every_section(self) -> None:
        self.page = self.visitor.get(f"/intake/{self.ids['intake']}/")
        self.page = self.visitor.get(self.page.link("Begin"))
        for _ in range(LONGEST_INTAKE):
            if not SECTION.match(self.page.path):
                break
            form = self._form_with("Save and go on")
            self.page = self.visitor.submit(self.page, form, self.typist.fill_in(form))
            self.sections += 1
            if "/pause/" in self.page.path:
                self.page = self.visitor.get(self.page.link("Go on"))
        self._expect("/check/")

    def send_the_answers(self) -> None:
        self.page = self.visitor.submit(self.page, self._form_with("Send my answers"), {})
        self._expect("/sent/")

    def sign_every_consent(self) -> None:
        self.page = self.visitor.get(f"/intake/{self.ids['intake']}/consents/")
        while "Go on with" in self.page.text:
            self.page = self.visitor.get(self.page.link("Go on with"))
            self._sign()
            self.signatures += 1
            self.page = self.visitor.get(f"/intake/{self.ids['intake']}/consents/")
        if "Everything is in" not in self.page.words:
            raise WentWrong(f"not everything is signed: {self.page.words[:400]}")

    def wait_for_the_packet(self) -> None:
        self._wait_until("the packet", self._packet_is_there, PACKET_SECONDS)
        address = self.page.link("Open Intake packet")
        self.ids["packet"] = self._uuid(address)
        answer = self.visitor.get(address)
        if not answer.body.startswith(b"%PDF-"):
            raise WentWrong(f"no PDF at {address}: status {answer.status}")
        (self.out / "packet.pdf").write_bytes(answer.body)
        self.sha256 = hashlib.sha256(answer.body).hexdigest()

    def find_every_word_in_the_packet(self) -> None:
        words = PdfWords(self.out / "packet.pdf")
        self.pages = words.pages
        wanted = [*demo_words.MUST_STAND_IN_THE_PACKET, *self.typist.typed.values()]
        missing = [text for text in dict.fromkeys(wanted) if not words.has(text)]
        if missing:
            raise WentWrong(f"not in the packet's text: {missing}")

    def verify_the_packet(self) -> None:
        page = self.visitor.get(f"/verify/{self.sha256}")
        if page.status != 200 or "was issued" not in page.words:
            raise WentWrong(f"/verify does not know the packet: {page.status} {page.words[:300]}")

    def _sign(self) -> None:
        form = self.page.form("typed_name")
        values = {"typed_name": demo_words.NAME, "agrees": "on"}
        if "sample_word" in form.names:
            values["sample_word"] = self._word_of_the_sample()
        text = self.page.title
        self.page = self.visitor.submit(self.page, form, values, button=form.button("Sign"))
        if self.page.title == text:
            raise WentWrong(f"the signature under {text!r} was refused: {self.page.words[:600]}")

    def _word_of_the_sample(self) -> str:
        """The records consent asks whether PDFs can be opened here: its sample holds a word."""
        sample = self.visitor.get(self.page.link("sample document"))
        path = self.out / "sample.pdf"
        path.write_bytes(sample.body)
        word = PdfWords(path).after("word is")
        path.unlink()
        return word

    def _is_paid(self) -> bool:
        self.page = self.visitor.get(f"/payments/return/{self.ids['payment']}/")
        return "paid" in self.page.words.lower() or "receipt" in self.page.words.lower()

    def _packet_is_there(self) -> bool:
        self.page = self.visitor.get("/documents/")
        return "Open Intake packet" in self.page.words

    def _submit(self, field: str, values: dict[str, str], *, press: str) -> None:
        form = self.page.form(field)
        self.page = self.visitor.submit(self.page, form, values, button=form.button(press))

    def _form_with(self, button: str) -> Form:
        for form in self.page.forms:
            if any(button in each.label for each in form.buttons):
                return form
        raise WentWrong(f"no button {button!r} at {self.page.url}: {self.page.words[:400]}")

    def _expect(self, part: str) -> None:
        """We are where this step should lead; the words of the page explain it otherwise."""
        if part not in self.page.path or self.page.status != 200:
            said = self.page.words[:600]
            raise WentWrong(f"at {self.page.url} ({self.page.status}), not at {part}: {said}")

    def _wait_until(self, what: str, happened: Callable[[], bool], seconds: float = 30) -> None:
        deadline = time.monotonic() + seconds
        while not happened():
            if time.monotonic() > deadline:
                raise WentWrong(f"{what} did not come in {seconds:.0f} s: {self.page.words[:300]}")
            time.sleep(0.3)

    def _uuid(self, address: str = "") -> str:
        found = re.search(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", address or self.page.url)
        if found is None:
            raise WentWrong(f"no id in {address or self.page.url}")
        return found[0]
