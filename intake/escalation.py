"""When a safety alert that nobody has answered is mailed again, and who else gets it."""

from datetime import timedelta

MAILS = 6  # after the first one; then the banner goes on alone
LONGEST = timedelta(hours=24)


def wait_before(number: int, *, minutes: int) -> timedelta:
    """From one mail to the next; each wait is twice the one before, and a day at most.

    `number` counts from 1: the first mail after the one that went out at once. `minutes` is what
    the practice chose.
    """
    return min(timedelta(minutes=minutes) * 2 ** (number - 1), LONGEST)


def goes_to_backup(number: int) -> bool:
    """The therapist is asked once more alone; from then on both are."""
    return number > 1
