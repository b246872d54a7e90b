"""What every policy does beside asking who it is."""

import pytest
from django.http import Http404, HttpRequest, HttpResponse
from django.test import RequestFactory

from accounts import policies
from accounts.models import Role, User

NEVER = "max-age=0, no-cache, no-store, must-revalidate, private"


def asked_by(role: Role) -> HttpRequest:
    request = RequestFactory().get("/")
    request.user = User(role=role)
    return request


def page(request: HttpRequest) -> HttpResponse:
    return HttpResponse("private")


def feed(request: HttpRequest) -> HttpResponse:
    return HttpResponse("private", headers={"Cache-Control": "no-store"})


@pytest.mark.parametrize(
    ("policy", "role"),
    [
        (policies.signed_in, Role.CLIENT),
        (policies.client_only, Role.CLIENT),
        (policies.therapist_only, Role.THERAPIST),
        (policies.billing_admin_only, Role.BILLING_ADMIN),
        (policies.staff_only, Role.BILLING_ADMIN),
        (policies.superuser_only, Role.SUPERUSER),
    ],
)
def test_what_is_behind_a_sign_in_is_kept_by_no_cache(policy, role) -> None:
    assert policy(page)(asked_by(role)).headers["Cache-Control"] == NEVER
    assert policy(feed)(asked_by(role)).headers["Cache-Control"] == "no-store"


def test_a_public_page_says_itself_how_long_it_is_kept() -> None:
    assert "Cache-Control" not in policies.public(page)(asked_by(Role.CLIENT)).headers


def test_a_page_of_another_role_does_not_exist() -> None:
    with pytest.raises(Http404):
        policies.staff_only(page)(asked_by(Role.CLIENT))
