"""What is said to somebody whom the therapist may not meet by video where they are."""

from accounts.models import Practice
from accounts.us_states import NAMES

ONLY_AT_THE_OFFICE = (
    "By video we can only meet while you are in {state}, where your therapist is licensed. If you "
    "will be there, change your details first; if not, we can meet at the office."
)


def only_at_the_office() -> str:
    """With the state's name."""
    state = Practice.get().state
    return ONLY_AT_THE_OFFICE.format(state=dict(NAMES).get(state, state))
