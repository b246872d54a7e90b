"""Every address says who may call it, and every role and a stranger get just that."""

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.urls.converters import get_converters

from accounts.models import Role, User
from tests.factories.accounts import ClientFactory, UserFactory, add_app

pytestmark = pytest.mark.django_db

OPEN_TO: dict[str, set[Role]] = {
    "public": set(Role),
    "machine": set(Role),
    "signed_in": set(Role),
    "client_only": {Role.CLIENT},
    "guardian_only": {Role.GUARDIAN},
    "therapist_only": {Role.THERAPIST},
    "billing_admin_only": {Role.BILLING_ADMIN},
    "staff_only": {Role.THERAPIST, Role.BILLING_ADMIN},
    "superuser_only": {Role.SUPERUSER},
}
NEEDS_NO_SIGN_IN = {"public", "machine"}
SAMPLES: dict[str, Any] = {"uuid": uuid.UUID(int=7), "slug": "sample", "int": 987654, "str": "x"}
UNNAMED_SAMPLES = {"sha256": "a" * 64, "code": "-".join(["AAAA"] * 5), "token": "t" * 43}
SIGN_OUT = "account_logout"


@dataclass(frozen=True)
class Address:
    name: str
    path: str
    view: Callable[..., Any]

    @property
    def policy(self) -> str:
        return getattr(self.view, "policy", "")


def addresses() -> Iterator[Address]:
    yield from _below(get_resolver().url_patterns, "")


def _below(patterns: list[Any], namespace: str) -> Iterator[Address]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from _below(pattern.url_patterns, inner)
        elif isinstance(pattern, URLPattern):
            name = f"{namespace}{pattern.name}"
            yield Address(name, reverse(name, kwargs=_arguments(pattern)), pattern.callback)


def _arguments(pattern: URLPattern) -> dict[str, Any]:
    known = {
        type(converter): SAMPLES.get(name, "x") for name, converter in get_converters().items()
    }
    found = {
        name: known.get(type(converter), "x")
        for name, converter in pattern.pattern.converters.items()
    }
    unnamed = getattr(pattern.pattern.regex, "groupindex", {}).keys() - found.keys()
    return {**found, **{name: UNNAMED_SAMPLES[name] for name in unnamed if name not in found}}


ALL = list(addresses())


def person(role: Role) -> User:
    user: User = ClientFactory().user if role == Role.CLIENT else UserFactory(role=role)
    if user.is_staff:
        add_app(user)
    return user


def test_every_address_has_one_policy() -> None:
    assert [address.name for address in ALL if address.policy not in OPEN_TO] == []


def test_sign_in_is_required_by_django_itself_exactly_where_the_policy_says() -> None:
    wrong = [
        address.name
        for address in ALL
        if getattr(address.view, "login_required", True) == (address.policy in NEEDS_NO_SIGN_IN)
    ]

    assert wrong == []


def test_a_stranger_is_asked_to_sign_in() -> None:
    browser = Browser()
    wrong = []
    for address in ALL:
        if address.policy in NEEDS_NO_SIGN_IN:
            continue
        answer = browser.get(address.path)
        if answer.headers.get("Location") != f"{reverse('account_login')}?next={address.path}":
            wrong.append((address.name, answer.status_code))

    assert wrong == []


@pytest.mark.parametrize("role", list(Role))
def test_a_page_of_another_role_does_not_exist(role: Role) -> None:
    browser = Browser()
    browser.force_login(person(role))
    let_in = []
    for address in ALL:
        if role in OPEN_TO[address.policy]:
            continue
        answers = [browser.get(address.path), browser.post(address.path)]
        if [answer.status_code for answer in answers] != [404, 404]:
            let_in.append((address.name, [answer.status_code for answer in answers]))

    assert let_in == []


@pytest.mark.parametrize("role", list(Role))
def test_a_role_reaches_its_own_pages(role: Role) -> None:
    """Not led to the door, and no page falls over on an id that does not exist."""
    browser = Browser(raise_request_exception=False)
    browser.force_login(person(role))
    door = reverse("account_login")
    wrong = []
    for address in ALL:
        if role not in OPEN_TO[address.policy] or address.name == SIGN_OUT:
            continue
        answer = browser.get(address.path)
        led_away = answer.headers.get("Location", "").startswith(door)
        needs_none = address.policy in NEEDS_NO_SIGN_IN
        if answer.status_code in (401, 403, 500) or (led_away and not needs_none):
            wrong.append((address.name, answer.status_code, answer.headers.get("Location")))

    assert wrong == []
