"""What happens when a person presses the button on a hosted page."""

from billing.sandbox import cards, intents, sessions, setups
from billing.sandbox.errors import ApiError, Json
from billing.sandbox.world import World

SESSION_PLACE = "{CHECKOUT_SESSION_ID}"


def pay(world: World, session_id: str, number: str, email: str | None = None) -> str:
    """Tries a card: "paid", "declined" or "challenge". Raises ApiError unless it is open."""
    session = _open(world, session_id)
    session["_email"] = email
    world.store.save(session)
    card = cards.look_up(number)
    part, intent = _intent(world, session)
    if card.outcome == cards.PAID:
        part.succeed(world, intent, card)
        sessions.complete(world, session, email)
    elif card.outcome == cards.CHALLENGE:
        page = sessions.page_of(world, session_id) + "/authenticate"
        part.challenge(world, intent, card, page)
    else:
        part.decline(world, intent, card)
    return card.outcome


def authenticate(world: World, session_id: str, *, passed: bool) -> str:
    """The person's answer to the bank's question: "paid" or "declined"."""
    session = _open(world, session_id)
    part, intent = _intent(world, session)
    if intent["status"] != "requires_action":
        raise ApiError("Nothing to authenticate.")
    card = cards.look_up(intent["_card"])
    if not passed:
        part.fail_authentication(world, intent, card)
        return cards.DECLINED
    part.succeed(world, intent, card)
    sessions.complete(world, session, session["_email"])
    return cards.PAID


def last_error(world: World, session: Json) -> str:
    """What the bank said to the last card, in words for the page; empty if nothing."""
    intent = world.store.find(session["payment_intent"] or session["setup_intent"] or "") or {}
    error = intent.get("last_payment_error") or intent.get("last_setup_error") or {}
    return str(error.get("message", ""))


def success_url(session: Json) -> str:
    return str(session["success_url"]).replace(SESSION_PLACE, session["id"])


def _intent(world: World, session: Json) -> tuple:
    if session["mode"] == "setup":
        return setups, world.store.get("setup_intent", session["setup_intent"])
    return intents, intents.open_for(world, session)


def _open(world: World, session_id: str) -> Json:
    session = world.store.get("checkout.session", session_id)
    if session["status"] != "open":
        raise ApiError(f"This Checkout Session is {session['status']}.")
    return session
