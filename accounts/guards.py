"""Load what belongs to somebody; what is not theirs does not exist for them."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from accounts.models import Client, User


def current_user(request: HttpRequest) -> User:
    """Who is signed in, as our own type; the policy of the view has made sure of it."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def find_client_of(user: User | None) -> Client | None:
    """The client's own record; None for one who has not given their details yet, and for nobody."""
    return Client.objects.filter(user=user).first() if user else None
