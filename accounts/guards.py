"""Load what belongs to somebody; what is not theirs does not exist for them."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest

from accounts.models import Client, User


def current_user(request: HttpRequest) -> User:
    """Who is signed in, as our own type; the policy of the view has made sure of it."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def find_client_of(user: User) -> Client | None:
    """The client's own record; None for one who has not given their details yet."""
    return Client.objects.filter(user=user).first()


def get_client_of(user: User) -> Client:
    client = find_client_of(user)
    if client is None:
        raise Http404
    return client


def get_client_for(user: User, public_id: UUID | str) -> Client:
    """One client's record for a therapist, or for that client. Others get 404."""
    clients = Client.objects.select_related("user")
    if not user.is_therapist:
        clients = clients.filter(user=user)
    client = clients.filter(public_id=public_id).first()
    if client is None:
        raise Http404
    return client
