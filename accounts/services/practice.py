"""Set up a practice and the people who work for it, on a new installation."""

from dataclasses import asdict, dataclass
from datetime import datetime

from django.contrib.auth.hashers import make_password
from django.db import transaction

from accounts.models import Practice, Role, User
from portal.shared import audit


class OtherRole(Exception):
    """This address has an account in another role already; nobody changes roles silently."""

    def __init__(self, email: str, role: str) -> None:
        super().__init__(f"{email} is a {Role(role).label.lower()}")
        self.role = Role(role)


@dataclass(frozen=True)
class PracticeFacts:
    """What is given about the practice; empty texts leave what is there."""

    name: str = ""
    tagline: str = ""
    street: str = ""
    city: str = ""
    state: str = ""
    zip_code: str = ""
    phone: str = ""
    email: str = ""
    time_zone: str = ""
    npi: str = ""
    ein: str = ""


def set_up(*, facts: PracticeFacts, by: User | None, now: datetime) -> bool:
    """Create or complete the practice's row; True when changed. Raises ValidationError."""
    with transaction.atomic():
        practice = Practice.objects.select_for_update().filter(pk=1).first() or Practice.get()
        changed = _apply(practice, facts)
        practice.full_clean(validate_unique=False, validate_constraints=False)
        if not changed:
            return False
        practice.save()
        audit.record(
            action="practice.set_up", by=by, obj=practice, detail={"changed": changed}, now=now
        )
    return True


def _apply(practice: Practice, facts: PracticeFacts) -> list[str]:
    changed = [
        name for name, value in asdict(facts).items() if value and value != getattr(practice, name)
    ]
    for name in changed:
        setattr(practice, name, getattr(facts, name))
    return changed


def open_staff_account(
    *, email: str, role: Role, by: User | None, now: datetime
) -> tuple[User, bool]:
    """The account of a therapist or billing admin, and whether it is new. Raises OtherRole.

    They sign in with a code to this address and are led to a second factor.
    """
    with transaction.atomic():
        user, created = User.objects.get_or_create(
            email=email.strip().lower(), defaults={"role": role, "password": make_password(None)}
        )
        if user.role != role:
            raise OtherRole(user.email, user.role)
        if created:
            audit.record(
                action="account.open", by=by, obj=user, detail={"role": str(role)}, now=now
            )
    return user, created
