"""The hosted page where a person pays, and the bank's page that may follow it."""

import re
from datetime import UTC, datetime

from billing.sandbox import cards, checkout, sessions
from billing.sandbox.actions import Actions
from billing.sandbox.balance import dollars
from billing.sandbox.errors import ApiError, Json
from billing.sandbox.http import Request, Response, redirect
from billing.sandbox.markup import Markup, fill, joined, not_found, page
from billing.sandbox.world import World

PATH = re.compile(r"/c/pay/(\w+)(/authenticate)?")
EXPIRY = re.compile(r"\s*(\d{1,2})\s*/?\s*(\d{4}|\d{2})\s*")
YEARS_AHEAD = 3
CHECK_FIELDS = "Please check the marked fields. Nothing was charged."


class PayPage:
    """Works without JavaScript; every mistake stands next to its field, and nothing is lost."""

    def __init__(self, world: World, actions: Actions) -> None:
        self.world = world
        self.actions = actions

    def answer(self, request: Request) -> Response:
        match = PATH.fullmatch(request.path)
        session = self.world.store.find(match[1]) if match else None
        if match is None or session is None or session["object"] != "checkout.session":
            return not_found()
        if session["status"] != "open":
            return self._closed(session)
        try:
            if match[2]:
                return self._authenticate(request, session)
            return self._pay(request, session)
        except ApiError:
            return self._closed(self.world.store.get("checkout.session", session["id"]))

    def _pay(self, request: Request, session: Json) -> Response:
        if request.method == "GET":
            chosen = request.asked().get("card", "")
            return self._form(session, self._filled_in(chosen), {})
        typed = request.fields()
        problems = find_problems(typed, datetime.fromtimestamp(self.world.now(), UTC))
        if problems:
            return self._form(session, typed, problems, status=422)
        outcome = self.actions.pay(session["id"], typed["number"], typed.get("email") or None)
        if outcome == cards.PAID:
            return redirect(checkout.success_url(session))
        if outcome == cards.CHALLENGE:
            return redirect(sessions.page_of(self.world, session["id"]) + "/authenticate")
        return self._form(self._again(session), typed, {}, status=402)

    def _authenticate(self, request: Request, session: Json) -> Response:
        if request.method == "GET":
            content = fill("authenticate.html", action=request.path)
            return page("Your bank", content, leads_to=session["success_url"])
        passed = request.fields().get("answer") == "complete"
        if self.actions.authenticate(session["id"], passed) == cards.PAID:
            return redirect(checkout.success_url(session))
        return redirect(sessions.page_of(self.world, session["id"]))

    def _again(self, session: Json) -> Json:
        return self.world.store.get("checkout.session", session["id"])

    def _form(
        self, session: Json, typed: dict[str, str], problems: dict[str, str], status: int = 200
    ) -> Response:
        keeps = session["mode"] == "setup"
        said = CHECK_FIELDS if problems else checkout.last_error(self.world, session)
        alert = fill("alert.html", text=said) if said else ""
        content = fill(
            "pay.html",
            action=f"/c/pay/{session['id']}",
            alert=alert or Markup(""),
            amount="Save a card" if keeps else dollars(session["amount_total"]),
            button="Save card" if keeps else f"Pay {dollars(session['amount_total'])}",
            sold="Nothing is charged now" if keeps else _sold(session),
            back=_back(session),
            fields=_fields(typed, problems),
            cards=_card_rows(session),
        )
        return page(
            "Problem: pay" if said else "Pay",
            content,
            status=status,
            leads_to=session["success_url"],
        )

    def _filled_in(self, number: str) -> dict[str, str]:
        """What a link "Use this card" fills in."""
        card = cards.look_up(number)
        if card is cards.UNKNOWN:
            return {}
        year = datetime.fromtimestamp(self.world.now(), UTC).year + YEARS_AHEAD
        return {"number": card.grouped, "expiry": f"12 / {year % 100:02}", "cvc": "123"}

    def _closed(self, session: Json) -> Response:
        done = session["status"] == "complete"
        target = checkout.success_url(session) if done else session["cancel_url"]
        content = fill(
            "closed.html",
            title="This is already done" if done else "This payment page has expired",
            text="Thank you. You can go back." if done else "Nothing was charged.",
            links=fill("link.html", url=target, text="Back to the practice") if target else "",
        )
        return page("Payment", content)


def find_problems(typed: dict[str, str], now: datetime) -> dict[str, str]:
    """What to correct, by field."""
    problems = {}
    if not cards.passes_checksum(typed.get("number", "")):
        problems["number"] = "This is not a card number. Please check the digits."
    if problem := _expiry_problem(typed.get("expiry", ""), now):
        problems["expiry"] = problem
    if not re.fullmatch(r"\s*\d{3,4}\s*", typed.get("cvc", "")):
        problems["cvc"] = "Please give the three or four digits from the card."
    email = typed.get("email", "")
    if email and not re.fullmatch(r"\S+@\S+\.\S+", email):
        problems["email"] = "Please give an address such as name@example.com, or nothing."
    return problems


def _expiry_problem(typed: str, now: datetime) -> str:
    match = EXPIRY.fullmatch(typed)
    if not match or not 1 <= int(match[1]) <= 12:
        return "Please give month and year, such as 12 / 29."
    year = int(match[2]) if len(match[2]) == 4 else 2000 + int(match[2])
    return "This card has expired." if (year, int(match[1])) < (now.year, now.month) else ""


FIELDS = (
    ("email", "E-mail (optional)", "email", "email"),
    ("number", "Card number", "numeric", "cc-number"),
    ("expiry", "Expiry (MM / YY)", "numeric", "cc-exp"),
    ("cvc", "Security code (CVC)", "numeric", "cc-csc"),
)


def _fields(typed: dict[str, str], problems: dict[str, str]) -> Markup:
    return joined([_field(*each, typed, problems) for each in FIELDS])


def _field(
    name: str,
    label: str,
    keyboard: str,
    complete: str,
    typed: dict[str, str],
    problems: dict[str, str],
) -> Markup:
    wrong = name in problems
    return fill(
        "field.html",
        name=name,
        label=label,
        keyboard=keyboard,
        complete=complete,
        value=typed.get(name, ""),
        problem=fill("problem.html", name=name, text=problems[name]) if wrong else "",
        invalid=fill("invalid.html", name=name) if wrong else "",
    )


def _card_rows(session: Json) -> Markup:
    path = f"/c/pay/{session['id']}?card="
    return joined(
        [
            fill("card_row.html", number=card.grouped, meaning=card.meaning, url=path + card.number)
            for card in cards.CARDS
        ]
    )


def _sold(session: Json) -> str:
    return ", ".join(item["description"] for item in session["_line_items"]["data"])


def _back(session: Json) -> Markup:
    if not session["cancel_url"]:
        return Markup("")
    return fill("link.html", url=session["cancel_url"], text="Back without paying")
