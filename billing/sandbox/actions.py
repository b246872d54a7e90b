"""What tests and the operator can make happen: a person pays, the bank disputes, time passes."""

from typing import Any

from billing.sandbox import charges, checkout, disputes, refunds, sessions
from billing.sandbox.errors import Json
from billing.sandbox.rendering import public
from billing.sandbox.webhooks import Webhooks
from billing.sandbox.world import World


class Actions:
    """Each method is one thing that happens outside the portal. All raise ApiError."""

    def __init__(self, world: World, webhooks: Webhooks) -> None:
        self.world = world
        self.webhooks = webhooks

    def pay(self, session: str, card: str = "4242424242424242", email: str | None = None) -> str:
        """The person fills in the hosted page: "paid", "declined" or "challenge"."""
        with self._from_outside():
            return checkout.pay(self.world, session, card, email)

    def authenticate(self, session: str, passed: bool = True) -> str:
        with self._from_outside():
            return checkout.authenticate(self.world, session, passed=passed)

    def refund(self, payment_intent: str, amount: int | None = None) -> Json:
        """Somebody refunds in Stripe's dashboard, without the portal."""
        asked: Json = {"payment_intent": payment_intent}
        if amount is not None:
            asked["amount"] = str(amount)
        with self._from_outside():
            return refunds.create(self.world, asked)

    def refund_fails(self, refund: str) -> Json:
        with self._from_outside():
            return public(refunds.fail(self.world, refund))

    def dispute(self, payment_intent: str, reason: str = "product_not_received") -> Json:
        with self._from_outside():
            return public(disputes.open_dispute(self.world, payment_intent, reason))

    def dispute_closes(self, dispute: str, won: bool = False) -> Json:
        with self._from_outside():
            return public(disputes.close(self.world, dispute, won=won))

    def expire(self, session: str) -> Json:
        with self._from_outside():
            return sessions.expire(self.world, {}, session)

    def book_late_fees(self) -> int:
        with self._from_outside():
            return charges.book_late_fees(self.world)

    def advance(self, seconds: float) -> int:
        """Time passes; sessions whose time is over are closed. Answers the new time."""
        self.world.clock.advance(seconds)
        with self._from_outside():
            sessions.expire_due(self.world)
        return self.world.now()

    def deliver(self) -> list[tuple[str, int | None]]:
        """Sends every waiting webhook once, now."""
        return self.webhooks.deliver_due(everything=True)

    def _from_outside(self) -> Any:
        """A transaction whose events name no request of the portal as their cause."""
        self.world.cause = {"id": None, "idempotency_key": None}
        return self.world.store.transaction()
