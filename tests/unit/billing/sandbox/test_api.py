"""The API as Stripe's library sees it: keys, idempotency, lists, expansions, limits."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import parse_qsl
from uuid import uuid4

import pytest
import stripe

from billing.sandbox.server import Sandbox
from billing.sandbox.switches import Fault


@pytest.fixture
def client(stripe_sandbox: Sandbox) -> Any:
    return stripe.StripeClient(
        "sk_test_1", base_addresses={"api": stripe_sandbox.url}, max_network_retries=0
    )


def selling(cents: int = 15000, **more: Any) -> dict[str, Any]:
    product = {"name": "Professional services"}
    price = {"currency": "usd", "unit_amount": cents, "product_data": product}
    return {
        "mode": "payment",
        "success_url": "http://testserver/done",
        "line_items": [{"quantity": 1, "price_data": price}],
        **more,
    }


def paid_intent(client: Any, sandbox: Sandbox, cents: int = 15000) -> str:
    session = client.v1.checkout.sessions.create(selling(cents))
    sandbox.actions.pay(session.id)
    return str(client.v1.checkout.sessions.retrieve(session.id).payment_intent)


@pytest.mark.parametrize("key", ["sk_live_1", "rk_live_1", "pk_test_1", "anything"])
def test_only_test_keys(stripe_sandbox: Sandbox, key: str) -> None:
    client = stripe.StripeClient(key, base_addresses={"api": stripe_sandbox.url})

    with pytest.raises(stripe.AuthenticationError, match="sandbox"):
        client.v1.customers.list()


def test_a_key_at_work_answers_409(client: Any, stripe_sandbox: Sandbox) -> None:
    stripe_sandbox.switches.faults = [Fault("POST /v1/customers", "slow", seconds=1.5)]
    key = str(uuid4())

    def ask() -> stripe.Customer:
        return client.v1.customers.create({}, {"idempotency_key": key})

    with ThreadPoolExecutor() as pool:
        first = pool.submit(ask)
        while not stripe_sandbox.world.log:
            time.sleep(0.01)
        with pytest.raises(stripe.APIError) as refused:
            ask()
        made = first.result()

    assert refused.value.http_status == 409
    assert refused.value.error is not None
    assert refused.value.error.code == "idempotency_key_in_use"
    assert ask().id == made.id


def test_a_key_is_for_one_request(client: Any) -> None:
    key = {"idempotency_key": str(uuid4())}
    first = client.v1.customers.create({"metadata": {"reference": "a"}}, key)
    again = client.v1.customers.create({"metadata": {"reference": "a"}}, key)

    with pytest.raises(stripe.IdempotencyError):
        client.v1.customers.create({"metadata": {"reference": "b"}}, key)

    assert again.id == first.id
    assert again.last_response.headers["Idempotent-Replayed"] == "true"
    assert len(client.v1.customers.list().data) == 1


def test_a_key_is_forgotten_after_a_day(client: Any, stripe_sandbox: Sandbox) -> None:
    key = {"idempotency_key": str(uuid4())}
    first = client.v1.customers.create({}, key)

    stripe_sandbox.actions.advance(24 * 3600 + 1)

    assert client.v1.customers.create({}, key).id != first.id


def test_a_request_that_never_began_is_not_kept(client: Any) -> None:
    key = {"idempotency_key": str(uuid4())}
    with pytest.raises(stripe.InvalidRequestError, match="unknown parameter"):
        client.v1.customers.create({"nome": "x"}, key)

    assert client.v1.customers.create({}, key).object == "customer"


def test_a_refusal_of_the_work_is_kept(client: Any, stripe_sandbox: Sandbox) -> None:
    intent, key = paid_intent(client, stripe_sandbox), {"idempotency_key": str(uuid4())}
    client.v1.refunds.create({"payment_intent": intent})

    for _ in range(2):
        with pytest.raises(stripe.InvalidRequestError, match="already been refunded"):
            client.v1.refunds.create({"payment_intent": intent}, key)

    assert [note["replayed"] for note in stripe_sandbox.world.log][-2:] == [False, True]


def test_concurrent_refunds_never_exceed_the_charge(client: Any, stripe_sandbox: Sandbox) -> None:
    intent = paid_intent(client, stripe_sandbox, 10000)

    def refund(_: int) -> int:
        try:
            return client.v1.refunds.create({"payment_intent": intent, "amount": 3000}).amount
        except stripe.InvalidRequestError:
            return 0

    with ThreadPoolExecutor(max_workers=8) as pool:
        given = list(pool.map(refund, range(8)))

    assert sorted(given, reverse=True) == [3000, 3000, 3000, 0, 0, 0, 0, 0]


def test_expansions_reach_through_objects(client: Any, stripe_sandbox: Sandbox) -> None:
    intent = paid_intent(client, stripe_sandbox)

    found = client.v1.payment_intents.retrieve(
        intent, {"expand": ["latest_charge.balance_transaction"]}
    )
    listed = client.v1.refunds.list({"expand": ["data.charge"]})

    assert found.latest_charge.balance_transaction.net == 15000 - 465
    assert listed.data == []
    with pytest.raises(stripe.InvalidRequestError, match="cannot be expanded"):
        client.v1.payment_intents.retrieve(intent, {"expand": ["amount"]})


def test_line_items_come_when_asked_for(client: Any) -> None:
    session = client.v1.checkout.sessions.create({**selling(), "expand": ["line_items"]})

    assert [item.description for item in session.line_items.data] == ["Professional services"]
    assert "line_items" not in client.v1.checkout.sessions.retrieve(session.id).to_dict()
    alone = client.v1.checkout.sessions.line_items.list(session.id)
    assert [item.amount_total for item in alone.data] == [15000]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"line_items": []}, "line_items"),
        ({"success_url": ""}, "success_url"),
        ({"mode": "subscription"}, "knows the modes"),
        ({"ui_mode": "elements"}, "hosted page only"),
        ({"customer": "cus_unknown"}, "No such customer"),
    ],
)
def test_what_a_session_needs(client: Any, changes: dict[str, Any], words: str) -> None:
    with pytest.raises(stripe.InvalidRequestError, match=words):
        client.v1.checkout.sessions.create({**selling(), **changes})


@pytest.mark.parametrize(("cents", "code"), [(49, "amount_too_small"), (10**8, "amount_too_large")])
def test_smallest_and_largest_amount(client: Any, cents: int, code: str) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.checkout.sessions.create(selling(cents))

    assert refused.value.code == code


def test_metadata_has_stripes_limits(client: Any) -> None:
    too_much = [
        {f"k{n}": "v" for n in range(51)},
        {"k" * 41: "v"},
        {"k": "v" * 501},
    ]
    for metadata in too_much:
        with pytest.raises(stripe.InvalidRequestError):
            client.v1.customers.create({"metadata": metadata})


def test_customers_are_changed_and_found(client: Any) -> None:
    customer = client.v1.customers.create({"metadata": {"a": "1", "b": "2"}})

    client.v1.customers.update(customer.id, {"metadata": {"a": "", "c": "3"}})

    changed = client.v1.customers.retrieve(customer.id)
    assert changed.metadata.to_dict() == {"b": "2", "c": "3"}
    emptied = client.v1.customers.update(customer.id, {"metadata": ""})
    assert emptied.metadata.to_dict() == {}


def test_lists_go_in_pages_both_ways(client: Any) -> None:
    made = [client.v1.customers.create({}).id for _ in range(5)]

    newest = client.v1.customers.list({"limit": 2})
    older = client.v1.customers.list({"limit": 2, "starting_after": newest.data[-1].id})
    back = client.v1.customers.list({"limit": 1, "ending_before": older.data[0].id})

    assert [c.id for c in newest.data] == [made[4], made[3]]
    assert [c.id for c in older.data] == [made[2], made[1]]
    assert [c.id for c in back.data] == [made[3]]
    assert [c.id for c in client.v1.customers.list({"limit": 2}).auto_paging_iter()] == made[::-1]
    with pytest.raises(stripe.InvalidRequestError, match="No such object"):
        client.v1.customers.list({"starting_after": "cus_unknown"})
    with pytest.raises(stripe.InvalidRequestError, match="between 1 and 100"):
        client.v1.customers.list({"limit": 101})


def test_sessions_and_intents_are_found_by_what_they_have(
    client: Any, stripe_sandbox: Sandbox
) -> None:
    intent = paid_intent(client, stripe_sandbox)
    open_one = client.v1.checkout.sessions.create(selling())

    by_intent = client.v1.checkout.sessions.list({"payment_intent": intent})
    by_status = client.v1.checkout.sessions.list({"status": "open"})

    assert [session.status for session in by_intent.data] == ["complete"]
    assert [session.id for session in by_status.data] == [open_one.id]
    assert [each.id for each in client.v1.payment_intents.list().data] == [intent]
    assert [c.payment_intent for c in client.v1.charges.list().data] == [intent]


def test_events_by_delivery(client: Any, stripe_sandbox: Sandbox) -> None:
    client.v1.customers.create({})
    stripe_sandbox.actions.deliver()
    client.v1.customers.create({})

    waiting = client.v1.events.list({"delivery_success": False})
    told = client.v1.events.list({"delivery_success": True, "type": "customer.*"})

    assert len(waiting.data) == len(told.data) == 1
    assert waiting.data[0].pending_webhooks == 1
    cause = client.v1.events.retrieve(told.data[0].id).to_dict()["request"]
    assert cause["idempotency_key"] == stripe_sandbox.world.log[0]["idempotency_key"]


def test_a_card_is_kept_without_a_payment(client: Any, stripe_sandbox: Sandbox) -> None:
    customer = client.v1.customers.create({})
    session = client.v1.checkout.sessions.create(
        {
            "mode": "setup",
            "currency": "usd",
            "customer": customer.id,
            "success_url": "http://testserver/done",
            "setup_intent_data": {"metadata": {"reference": "r"}},
        }
    )

    assert stripe_sandbox.actions.pay(session.id, "4000000000000002") == "declined"
    declined = client.v1.setup_intents.retrieve(str(session.setup_intent))
    assert stripe_sandbox.actions.pay(session.id, "4000002760003184") == "challenge"
    assert stripe_sandbox.actions.authenticate(session.id, passed=False) == "declined"
    assert stripe_sandbox.actions.pay(session.id, "4242424242424242") == "paid"

    done = client.v1.checkout.sessions.retrieve(session.id)
    kept = client.v1.setup_intents.retrieve(
        str(session.setup_intent), {"expand": ["payment_method"]}
    )
    assert declined.last_setup_error.decline_code == "generic_decline"
    assert (done.status, done.payment_status) == ("complete", "no_payment_required")
    assert (kept.status, kept.usage) == ("succeeded", "off_session")
    assert kept.payment_method.customer == customer.id
    cards = client.v1.payment_methods.list({"customer": customer.id})
    assert [card.card.last4 for card in cards.data] == ["4242"]
    client.v1.payment_methods.detach(cards.data[0].id)
    assert client.v1.payment_methods.list({"customer": customer.id}).data == []
    assert client.v1.charges.list().data == []


def test_threads_may_pay_the_same_session_once(client: Any, stripe_sandbox: Sandbox) -> None:
    session = client.v1.checkout.sessions.create(selling())
    start, outcomes = threading.Barrier(4), []

    def pay() -> None:
        start.wait()
        try:
            outcomes.append(stripe_sandbox.actions.pay(session.id))
        except Exception as error:
            outcomes.append(str(error))

    threads = [threading.Thread(target=pay) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["This Checkout Session is complete."] * 3 + ["paid"]
    assert len(client.v1.charges.list().data) == 1


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("/v1/events?limit=ten", None),
        ("/v1/events?created[gte]=today", None),
        ("/v1/checkout/sessions", "mode=payment&success_url=http://a&expires_at=soon"),
    ],
)
def test_without_the_description_words_for_numbers_are_refused_too(
    path: str, form: str | None
) -> None:
    with Sandbox(deliver=False) as sandbox:
        client = stripe.StripeClient("sk_test_1", base_addresses={"api": sandbox.url})
        client.v1.customers.create({})
        method = "get" if form is None else "post"
        with pytest.raises(stripe.InvalidRequestError, match="Invalid integer"):
            client.raw_request(method, path, **dict(parse_qsl(form or "")))
