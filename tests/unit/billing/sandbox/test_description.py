"""Requests against Stripe's published description."""

import pytest
import stripe

from billing.sandbox.forms import decode
from billing.sandbox.world import API_VERSION
from tests.stripe_published import description, published

SESSIONS = "/v1/checkout/sessions"


def test_library_sandbox_and_description_speak_one_version() -> None:
    assert stripe.api_version == API_VERSION == description().version


@pytest.mark.parametrize(
    ("path", "form", "problem"),
    [
        ("/v1/refunds", "amount=250.00", "amount: '250.00' is not an integer"),
        ("/v1/refunds", "curency=usd", "curency: unknown parameter"),
        ("/v1/refunds", "reason=because", "reason: 'because' is not one of the known values"),
        ("/v1/refunds", "metadata=1", "metadata: an object is expected"),
        ("/v1/refunds", "expand=charge", "expand: a list is expected"),
        ("/v1/refunds", "charge[id]=ch_1", "charge: a single value is expected"),
        (SESSIONS, "mode=later", "mode: 'later' is not one of the known values"),
        (
            SESSIONS,
            f"payment_intent_data[statement_descriptor_suffix]={'A' * 40}",
            "payment_intent_data[statement_descriptor_suffix]: longer than 22 characters",
        ),
        (
            SESSIONS,
            "payment_intent_data[metdata][a]=b",
            "payment_intent_data[metdata]: unknown parameter",
        ),
        (
            SESSIONS,
            "line_items[0][price_data][unit_amount]=1",
            "line_items[0][price_data][currency]: missing",
        ),
        (SESSIONS, "automatic_tax[enabled]=yes", "automatic_tax[enabled]: 'yes' is not a boolean"),
        ("/v1/nothing", "", "POST /v1/nothing: no such operation"),
    ],
)
def test_a_wrong_request_is_named(path: str, form: str, problem: str) -> None:
    assert description().problems("POST", path, decode(form)) == [problem]


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("/v1/refunds", "payment_intent=pi_1&amount=100&metadata[reference]=a"),
        ("/v1/refunds", "metadata="),
        (SESSIONS, "mode=payment&payment_method_types[0]=card&payment_method_types[1]=link"),
        ("/v1/checkout/sessions/cs_1/expire", ""),
    ],
)
def test_a_right_request_has_no_problem(path: str, form: str) -> None:
    assert description().problems("POST", path, decode(form)) == []


def test_queries_are_checked_too() -> None:
    assert description().problems("GET", "/v1/events", decode("types[]=a&created[gte]=1")) == []
    assert description().problems("GET", "/v1/events", decode("kind=a&limit=ten")) == [
        "kind: unknown parameter",
        "limit: 'ten' is not an integer",
    ]


def test_the_check_of_answers_finds_faults() -> None:
    """A check that never finds anything would prove nothing."""
    refund = {"id": "re_1", "object": "refund", "amount": 1, "created": 1, "currency": "usd"}

    assert published().object_faults(refund) == []
    assert len(published().object_faults({**refund, "amount": "1"})) == 1
    assert len(published().object_faults({**refund, "invented": 1})) == 1
    assert len(published().object_faults({**refund, "reason": "because"})) == 1
    assert len(published().object_faults({"id": "re_1", "object": "refund"})) == 3
