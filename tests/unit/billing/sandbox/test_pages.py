"""The hosted pages, as a person without JavaScript uses them."""

import http.client
import re
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest

from billing.sandbox.pay_page import find_problems
from billing.sandbox.server import Sandbox
from tests.unit.billing.sandbox.test_api import client, paid_intent, selling  # noqa: F401

NOW = datetime(2026, 11, 22, tzinfo=UTC)
GOOD = {"number": "4242 4242 4242 4242", "expiry": "12 / 29", "cvc": "123"}


class Answer:
    def __init__(self, status: int, headers: dict[str, str], text: str) -> None:
        self.status, self.headers, self.text = status, headers, text


def visit(url: str, form: dict[str, str] | None = None, **headers: str) -> Answer:
    """Without following redirects."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=10)
    path = f"{parts.path}?{parts.query}" if parts.query else parts.path
    if form is None:
        connection.request("GET", path, headers=headers)
    else:
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        connection.request("POST", path, urlencode(form), kind | headers)
    response = connection.getresponse()
    answer = Answer(response.status, dict(response.getheaders()), response.read().decode())
    connection.close()
    return answer


@pytest.fixture
def session(client: Any) -> Any:  # noqa: F811
    return client.v1.checkout.sessions.create(
        selling(
            success_url="http://testserver/payments/return/?session_id={CHECKOUT_SESSION_ID}",
            cancel_url="http://testserver/payments/return/",
        )
    )


def test_the_page_says_what_it_is(session: Any) -> None:
    page = visit(session.url)

    assert page.status == 200
    assert "This is not Stripe, and no card is charged." in page.text
    assert "<h1>$150.00</h1>" in page.text
    assert "Professional services" in page.text
    assert 'href="http://testserver/payments/return/"' in page.text
    assert "<script" not in page.text
    assert "style=" not in page.text
    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert policy.endswith("form-action 'self' http://testserver")


def test_a_good_card_leads_back_to_the_portal(
    client: Any,  # noqa: F811
    session: Any,
) -> None:
    answer = visit(session.url, GOOD)

    assert answer.status == 303
    back = f"http://testserver/payments/return/?session_id={session.id}"
    assert answer.headers["Location"] == back
    assert client.v1.checkout.sessions.retrieve(session.id).payment_status == "paid"
    again = visit(f"{urlsplit(session.url)._replace(query='').geturl()}", GOOD)
    assert "This is already done" in again.text
    assert back.replace("&", "&amp;") in again.text


def test_a_declined_card_is_said_and_the_next_one_pays(
    session: Any,
) -> None:
    declined = visit(session.url, {**GOOD, "number": "4000 0000 0000 9995"})

    assert declined.status == 402
    assert 'role="alert">Your card has insufficient funds.</p>' in declined.text
    assert 'value="4000 0000 0000 9995"' in declined.text
    assert visit(session.url, GOOD).status == 303


def test_mistakes_stand_next_to_their_fields_and_nothing_is_lost(
    session: Any,
) -> None:
    typed = {"email": "nobody", "number": "4242 4242 4242 4241", "expiry": "13/20", "cvc": "x"}

    page = visit(session.url, typed)

    assert page.status == 422
    for name, value in typed.items():
        field = re.search(rf'<input id="id-{name}"[^>]*>', page.text)
        assert field is not None
        assert f'value="{value}"' in field[0]
        assert f'aria-describedby="problem-{name}"' in field[0]
        assert f'id="problem-{name}"' in page.text
    assert 'role="alert">Please check the marked fields. Nothing was charged.</p>' in page.text
    assert visit(session.url).text.count("problem") == 0


def test_a_card_of_the_list_fills_the_form(session: Any) -> None:
    listed = visit(session.url).text
    link = re.search(r'href="(/c/pay/[^"]*card=4000002760003184)"', listed)
    assert link is not None

    page = visit(f"http://{urlsplit(session.url).netloc}{link[1]}").text

    assert 'value="4000 0027 6000 3184"' in page
    assert 'name="cvc" value="123"' in page


@pytest.mark.parametrize(
    ("answer", "goes_to"),
    [("complete", "http://testserver/payments/return/?session_id="), ("fail", "/c/pay/cs_test_")],
)
def test_the_banks_page(session: Any, answer: str, goes_to: str) -> None:
    to_bank = visit(session.url, {**GOOD, "number": "4000 0025 0000 3155"})
    assert to_bank.headers["Location"] == f"{session.url}/authenticate"
    bank = visit(f"{session.url}/authenticate")
    assert "Complete authentication" in bank.text
    assert "Fail authentication" in bank.text

    after = visit(f"{session.url}/authenticate", {"answer": answer})

    assert after.status == 303
    assert goes_to in after.headers["Location"]


def test_a_failed_authentication_is_said(session: Any) -> None:
    visit(session.url, {**GOOD, "number": "4000 0025 0000 3155"})
    visit(f"{session.url}/authenticate", {"answer": "fail"})

    assert "The bank could not confirm that it is you." in visit(session.url).text


def test_an_expired_page_says_so_and_leads_back(session: Any, stripe_sandbox: Sandbox) -> None:
    stripe_sandbox.actions.advance(24 * 3600 + 1)

    page = visit(session.url, GOOD)

    assert "This payment page has expired" in page.text
    assert "Nothing was charged." in page.text
    assert 'href="http://testserver/payments/return/"' in page.text


def test_what_others_wrote_is_shown_as_text(session: Any) -> None:
    page = visit(session.url, {**GOOD, "number": '"><script>alert(1)</script>'})

    assert "<script" not in page.text
    assert "&quot;&gt;&lt;script&gt;" in page.text


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("number", ""),
        ("number", "4242424242424241"),
        ("number", "1234"),
        ("expiry", ""),
        ("expiry", "00/29"),
        ("expiry", "10/26"),
        ("expiry", "1229x"),
        ("cvc", "12"),
        ("cvc", "12a"),
        ("email", "name@nowhere"),
    ],
)
def test_each_wrong_field_is_found_alone(field: str, value: str) -> None:
    assert list(find_problems({**GOOD, field: value}, NOW)) == [field]


@pytest.mark.parametrize("expiry", ["11/26", "1126", "12 / 2029", " 1/30 "])
def test_expiries_are_read_as_people_write_them(expiry: str) -> None:
    assert find_problems({**GOOD, "expiry": expiry}, NOW) == {}


def test_the_dashboard_refunds_and_disputes(
    client: Any,  # noqa: F811
    stripe_sandbox: Sandbox,
) -> None:
    first, second = (paid_intent(client, stripe_sandbox, cents) for cents in (5000, 7000))
    home = f"{stripe_sandbox.url}/"
    assert visit(home).text.count('value="refund"') == 2

    visit(home, {"act": "refund", "payment_intent": first})
    visit(home, {"act": "dispute", "payment_intent": second})

    page = visit(home).text
    assert "refunded $50.00" in page
    assert "disputed" in page
    assert 'value="refund"' not in page
    refused = visit(home, {"act": "refund", "payment_intent": first}).text
    assert "has already been refunded" in refused


def test_another_sites_form_changes_nothing(
    client: Any,  # noqa: F811
    stripe_sandbox: Sandbox,
) -> None:
    intent = paid_intent(client, stripe_sandbox)
    form = {"act": "refund", "payment_intent": intent}

    answer = visit(f"{stripe_sandbox.url}/", form, Origin="https://elsewhere.example.org")

    assert answer.status == 403
    assert client.v1.refunds.list().data == []


def test_only_this_machines_names_are_answered(stripe_sandbox: Sandbox) -> None:
    assert visit(f"{stripe_sandbox.url}/", Host="elsewhere.example.org").status == 421


def test_unknown_pages_and_the_stylesheet(stripe_sandbox: Sandbox) -> None:
    assert visit(f"{stripe_sandbox.url}/c/pay/cs_test_unknown").status == 404
    assert visit(f"{stripe_sandbox.url}/elsewhere").status == 404
    assert visit(f"{stripe_sandbox.url}/style.css").headers["Content-Type"].startswith("text/css")
