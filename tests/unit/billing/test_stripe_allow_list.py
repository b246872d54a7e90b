"""Nothing leaves for Stripe but what is on the list, and a refusal doesn't repeat it."""

import time
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from billing import stripe_gateway as gateway
from billing.sandbox.server import Sandbox
from billing.stripe_allow_list import Context, OutgoingDataRefused, check_request

CONTEXT = Context(portal_url="https://portal.example.com", now=1_790_000_000)
SESSIONS = "https://api.stripe.com/v1/checkout/sessions"
KEY = str(uuid4())
RETURN = f"https://portal.example.com/payments/{uuid4()}/return/"

NAME, EMAIL, DATE, SERVICE = "Ada Example", "ada@example.com", "2027-01-04", "EMDR session"
TELLING = [NAME, EMAIL, DATE, SERVICE, "therapy", "9:00 AM", "Jan 4", "+1 212 555 0100", "trauma"]


def session_request() -> dict[str, str]:
    reference = str(uuid4())
    return {
        "mode": "payment",
        "ui_mode": "hosted_page",
        "payment_method_types[0]": "card",
        "client_reference_id": reference,
        "metadata[reference]": reference,
        "payment_intent_data[metadata][reference]": reference,
        "payment_intent_data[statement_descriptor_suffix]": "SERVICES",
        "line_items[0][quantity]": "1",
        "line_items[0][price_data][currency]": "usd",
        "line_items[0][price_data][unit_amount]": "15000",
        "line_items[0][price_data][product_data][name]": "Professional services",
        "success_url": RETURN,
        "cancel_url": RETURN,
        "expires_at": str(int(CONTEXT.now) + 1860),
    }


def check(request: dict[str, str], *, url: str = SESSIONS, key: str | None = KEY) -> None:
    check_request("POST", url, urlencode(request), key, CONTEXT)


def test_our_own_request_passes() -> None:
    check(session_request())


@pytest.mark.parametrize("name", sorted(session_request()))
@pytest.mark.parametrize("value", TELLING)
def test_no_value_may_tell_of_a_person(name: str, value: str) -> None:
    with pytest.raises(OutgoingDataRefused):
        check({**session_request(), name: value})


@pytest.mark.parametrize(
    "name",
    [
        "customer",
        "customer_email",
        "metadata[name]",
        "metadata[appointment]",
        "payment_intent_data[description]",
        "payment_intent_data[receipt_email]",
        "line_items[0][price_data][product_data][description]",
        "line_items[1][quantity]",
        "custom_text[submit][message]",
    ],
)
def test_no_other_key_is_sent(name: str) -> None:
    with pytest.raises(OutgoingDataRefused):
        check({**session_request(), name: "1"})


@pytest.mark.parametrize(
    "address",
    [
        "https://elsewhere.example.org/payments/return/",
        "https://portal.example.com.elsewhere.example.org/payments/return/",
        "http://portal.example.com/payments/return/",
        "https://portal.example.com/book/emdr-consult/return/",
        "https://portal.example.com/payments/2027-01-04/return/",
        "https://portal.example.com/payments/return/?name=Ada",
        "https://portal.example.com/payments/return/?session_id={CHECKOUT_SESSION_ID}",
        "https://portal.example.com/payments/return/#Ada",
        "https://portal.example.com/payments/ada@example.com/",
    ],
)
def test_only_our_own_pages_with_random_ids(address: str) -> None:
    with pytest.raises(OutgoingDataRefused, match="success_url"):
        check({**session_request(), "success_url": address})


def test_an_expiry_far_ahead_could_be_an_appointment() -> None:
    appointment = str(int(CONTEXT.now) + 3 * 24 * 3600)

    with pytest.raises(OutgoingDataRefused, match="expires_at"):
        check({**session_request(), "expires_at": appointment})


@pytest.mark.parametrize("amount", ["150.00", "-5", "0", "015", "1e3", "123456789"])
def test_amounts_are_whole_cents(amount: str) -> None:
    name = "line_items[0][price_data][unit_amount]"

    with pytest.raises(OutgoingDataRefused):
        check({**session_request(), name: amount})


@pytest.mark.parametrize("key", [EMAIL, "ada", "appointment-2027-01-04", ""])
def test_an_idempotency_key_is_random(key: str) -> None:
    with pytest.raises(OutgoingDataRefused, match="UUID"):
        check(session_request(), key=key)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/v1/invoices"),
        ("POST", "/v1/customers"),
        ("POST", "/v1/payment_intents"),
        ("DELETE", "/v1/customers/cus_1"),
        ("POST", "/v1/customers/cus_1"),
        ("GET", "/v1/customers"),
        ("GET", "/v1/checkout/sessions/Ada Example"),
        ("GET", "/v2/core/accounts"),
    ],
)
def test_other_operations_are_refused(method: str, path: str) -> None:
    with pytest.raises(OutgoingDataRefused, match="operation"):
        check_request(method, f"https://api.stripe.com{path}", "", None, CONTEXT)


def test_the_address_of_a_post_carries_nothing() -> None:
    with pytest.raises(OutgoingDataRefused, match="address"):
        check(session_request(), url=f"{SESSIONS}?name=Ada")


def test_a_query_is_checked_as_well() -> None:
    url = "https://api.stripe.com/v1/events?types%5B0%5D=charge.refunded&customer=Ada"

    with pytest.raises(OutgoingDataRefused, match="key"):
        check_request("GET", url, "", None, CONTEXT)


FREE_TEXT = st.one_of(st.text(min_size=1), st.sampled_from(TELLING), st.emails())


@given(name=st.sampled_from(sorted(session_request())), text=FREE_TEXT)
@example(name="client_reference_id", text=f"{uuid4()}\n")
@example(name="metadata[reference]", text=str(uuid4()).upper())
@example(name="expires_at", text="١٧٩٠٠٠٠٠٠٠")
@example(name="client_reference_id", text="adalovel-0000-4000-8000-000000000000")
def test_words_never_pass(name: str, text: str) -> None:
    """Whatever a value is replaced by: if it holds a word or a space, nothing is sent."""
    if text == session_request()[name] or (text.isascii() and text.isdigit()):
        return
    with pytest.raises(OutgoingDataRefused):
        check({**session_request(), name: text})


@given(name=FREE_TEXT.filter(lambda text: text not in session_request()))
def test_unknown_keys_never_pass(name: str) -> None:
    with pytest.raises(OutgoingDataRefused):
        check({**session_request(), name: "1"})


@given(step=FREE_TEXT.filter(lambda text: text.strip("/") not in ("", "payments", "return")))
def test_a_word_in_our_own_path_never_passes(step: str) -> None:
    address = f"https://portal.example.com/payments/{step}/return/"

    with pytest.raises(OutgoingDataRefused):
        check({**session_request(), "success_url": address})


@given(value=FREE_TEXT.filter(lambda text: len(text) > 3))
def test_a_refusal_does_not_repeat_the_value(value: str) -> None:
    with pytest.raises(OutgoingDataRefused) as refused:
        check({**session_request(), "metadata[reference]": value + " "})

    assert value not in str(refused.value).replace("metadata[reference]", "")


def test_the_gateway_asks_before_anything_is_sent(stripe_sandbox: Sandbox) -> None:
    with pytest.raises(gateway.OutgoingDataRefused):
        gateway.create_checkout_session(
            amount_cents=15000,
            reference=uuid4(),
            idempotency_key=uuid4(),
            success_url="http://testserver/payments/emdr-with-ada/return/",
            cancel_url="http://testserver/payments/return/",
            expires_at=datetime.now(UTC) + timedelta(minutes=35),
        )

    assert list(stripe_sandbox.world.log) == []


def test_all_that_was_sent_is_on_the_list(stripe_sandbox: Sandbox) -> None:
    """The requests as they arrived, headers included."""
    reference, key = uuid4(), uuid4()
    gateway.create_checkout_session(
        amount_cents=15000,
        reference=reference,
        idempotency_key=key,
        success_url=f"http://testserver/payments/{reference}/return/",
        cancel_url=f"http://testserver/payments/{reference}/return/",
        expires_at=datetime.fromtimestamp(int(time.time()) + 2100, UTC),
    )

    (note,) = stripe_sandbox.world.log
    assert note["idempotency_key"] == str(key)
    assert note["params"]["metadata"] == {"reference": str(reference)}
    assert note["params"]["payment_method_types"] == ["card"]
    assert "stripe_telemetry" not in note["headers"]
    assert "platform" not in note["headers"].get("x-stripe-client-user-agent", "")
