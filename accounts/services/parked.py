"""Words that arrive when a session has ended are kept, and given back after signing in."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet

from accounts.models import ParkedForm, User

KEPT_FOR = timedelta(hours=24)
OWN_IDS = "parked_forms"  # in the session of the browser that sent them
SECRET_WORDS = ("password", "passcode", "secret", "token", "credential", "csrf")
SECRET_NAMES = frozenset({"code", "parked_form"})


def park(
    *, user_id: int | None, path: str, posted: Iterable[tuple[str, list[str]]], now: datetime
) -> ParkedForm:
    """Keep what was typed, encrypted, without passwords, codes and tokens."""
    fields = [[name, value] for name, values in posted for value in values if not is_secret(name)]
    return ParkedForm.objects.create(user_id=user_id, path=path, fields=fields, created_at=now)


def is_secret(name: str) -> bool:
    lowered = name.lower()
    return lowered in SECRET_NAMES or any(word in lowered for word in SECRET_WORDS)


def get_kept(
    public_id: UUID, *, user: User, own_ids: Iterable[str], now: datetime
) -> ParkedForm | None:
    """The form of this person, or one that this browser sent while nobody was signed in."""
    with transaction.atomic():
        form = _living(now).select_for_update().filter(public_id=public_id).first()
        if form is None or form.user_id == user.pk:
            return form
        if form.user_id is not None or str(public_id) not in own_ids:
            return None
        form.user = user
        form.save(update_fields=["user"])
        return form


def forget(*, public_id: UUID | str, user: User) -> None:
    """It was sent on, or thrown away by the person."""
    try:
        ParkedForm.objects.filter(public_id=public_id, user=user).delete()
    except ValidationError:
        return  # no id of ours


def forget_old(*, now: datetime) -> int:
    return ParkedForm.objects.filter(created_at__lt=now - KEPT_FOR).delete()[0]


def _living(now: datetime) -> QuerySet[ParkedForm]:
    return ParkedForm.objects.filter(created_at__gte=now - KEPT_FOR)


def readable(form: ParkedForm) -> list[str]:
    """What the person recognises: the texts they typed, without the form's own marks."""
    return [value for name, value in form.fields if len(value) > 3 and " " in value.strip()]
