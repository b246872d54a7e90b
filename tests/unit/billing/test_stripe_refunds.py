"""Refunds and disputes as the gateway reads them, over HTTP against the sandbox."""

import pytest

from billing import stripe_gateway as gateway
from billing.sandbox.server import Sandbox
from billing.stripe_gateway import StripeRefused
from tests.stripe_fixtures import Inbox
from tests.stripe_payments import DECLINED, open_session, paid_session, payment_of, refund

pytestmark = pytest.mark.usefixtures("no_violations")


def test_refunds_in_parts_up_to_what_was_paid(stripe_sandbox: Sandbox, stripe_inbox: Inbox) -> None:
    session = paid_session(stripe_sandbox, 15000)

    first = refund(session, 4000)
    rest = refund(session, 11000)

    assert (first.status, first.amount_cents, first.currency) == ("succeeded", 4000, "usd")
    assert gateway.list_refunds(session.payment_intent_id or "") == [first, rest]
    assert payment_of(session).amount_refunded_cents == 15000
    stripe_sandbox.actions.deliver()
    assert stripe_inbox.types()[-6:] == ["refund.created", "charge.refunded", "refund.updated"] * 2


def test_more_than_is_left_is_not_refunded(stripe_sandbox: Sandbox) -> None:
    session = paid_session(stripe_sandbox, 15000)
    refund(session, 10000)

    with pytest.raises(StripeRefused, match="greater than unrefunded amount"):
        refund(session, 5001)

    assert payment_of(session).amount_refunded_cents == 10000


def test_a_payment_is_not_refunded_twice(stripe_sandbox: Sandbox) -> None:
    session = paid_session(stripe_sandbox)
    refund(session, 15000)

    with pytest.raises(StripeRefused) as refused:
        refund(session, 1)

    assert refused.value.code == "charge_already_refunded"


def test_an_unpaid_payment_is_not_refunded(stripe_sandbox: Sandbox) -> None:
    session = open_session()
    stripe_sandbox.actions.pay(session.id, DECLINED)

    with pytest.raises(StripeRefused, match="does not have a successful charge"):
        refund(gateway.get_checkout_session(session.id), 100)


def test_a_refund_made_in_the_dashboard_is_seen(
    stripe_sandbox: Sandbox, stripe_inbox: Inbox
) -> None:
    session = paid_session(stripe_sandbox)

    stripe_sandbox.actions.refund(session.payment_intent_id or "", 2500)

    (seen,) = gateway.list_refunds(session.payment_intent_id or "")
    assert (seen.amount_cents, seen.reference) == (2500, None)
    stripe_sandbox.actions.deliver()
    told = gateway.parse_webhook(stripe_inbox.told[-1].payload, stripe_inbox.told[-1].signature)
    assert (told.type, told.object_id) == ("refund.updated", seen.id)
    assert told.payment_intent_id == session.payment_intent_id


def test_a_refund_can_fail_later(stripe_sandbox: Sandbox) -> None:
    session = paid_session(stripe_sandbox)
    made = refund(session, 15000)

    stripe_sandbox.actions.refund_fails(made.id)

    (failed,) = gateway.list_refunds(session.payment_intent_id or "")
    assert (failed.status, failed.failure_reason) == ("failed", "lost_or_stolen_card")
    assert payment_of(session).amount_refunded_cents == 0


@pytest.mark.parametrize(("won", "status"), [(True, "won"), (False, "lost")])
def test_a_dispute_is_read_and_its_end(stripe_sandbox: Sandbox, won: bool, status: str) -> None:
    session = paid_session(stripe_sandbox, 15000)

    opened = stripe_sandbox.actions.dispute(session.payment_intent_id or "")

    dispute = gateway.get_dispute(opened["id"])
    assert (dispute.status, dispute.amount_cents) == ("needs_response", 15000)
    assert dispute.payment_intent_id == session.payment_intent_id
    assert payment_of(session).is_disputed
    stripe_sandbox.actions.dispute_closes(dispute.id, won=won)
    assert gateway.get_dispute(dispute.id).status == status
    moved = stripe_sandbox.world.store.newest_first("balance_transaction")
    back = 15000 if won else 0
    assert sum(each["net"] for each in moved) == 15000 - 465 - 15000 - 1500 + back
