"""The test cards, and what the bank says to each. Numbers as in docs.stripe.com/testing."""

from dataclasses import dataclass

PAID, DECLINED, CHALLENGE = "paid", "declined", "challenge"


@dataclass(frozen=True)
class TestCard:
    number: str
    outcome: str
    meaning: str
    brand: str = "visa"
    code: str = ""
    decline_code: str = ""
    message: str = ""

    __test__ = False  # the name is Stripe's word, not a test for pytest to collect

    @property
    def last4(self) -> str:
        return self.number[-4:]

    @property
    def grouped(self) -> str:
        return " ".join(self.number[i : i + 4] for i in range(0, len(self.number), 4))


CARDS = (
    TestCard("4242424242424242", PAID, "Paid"),
    TestCard("5555555555554444", PAID, "Paid (Mastercard)", brand="mastercard"),
    TestCard(
        "4000000000000002",
        DECLINED,
        "Declined",
        code="card_declined",
        decline_code="generic_decline",
        message="Your card was declined.",
    ),
    TestCard(
        "4000000000009995",
        DECLINED,
        "Declined: insufficient funds",
        code="card_declined",
        decline_code="insufficient_funds",
        message="Your card has insufficient funds.",
    ),
    TestCard(
        "4000000000000069",
        DECLINED,
        "Declined: expired card",
        code="expired_card",
        decline_code="expired_card",
        message="Your card has expired.",
    ),
    TestCard("4000002760003184", CHALLENGE, "The bank asks for authentication every time"),
    TestCard("4000002500003155", CHALLENGE, "The bank asks for authentication the first time"),
)

UNKNOWN = TestCard(
    "",
    DECLINED,
    "Not a test card",
    code="card_declined",
    decline_code="test_mode_live_card",
    message="Your card was declined. This sandbox only takes the test cards listed below.",
)


def look_up(number: str) -> TestCard:
    """The test card with this number; any other number is declined, as in Stripe's test mode."""
    digits = "".join(character for character in number if character.isdigit())
    return next((card for card in CARDS if card.number == digits), UNKNOWN)


def passes_checksum(number: str) -> bool:
    """The Luhn checksum that every card number carries."""
    digits = [int(character) for character in number if character.isdigit()]
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[-2::-2]]
    return 12 <= len(digits) <= 19 and (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0
