"""A client with something to pay, and an admin with a second factor."""

import pytest
from django.test import Client as Browser

import billing.tasks  # noqa: F401 - registers the effects
import portal.shared.tasks  # noqa: F401 - registers the effect that sends mail
from accounts.models import Role, User
from billing.models import Charge
from tests.factories.accounts import UserFactory, add_app
from tests.factories.billing import a_charge


@pytest.fixture
def charge(db: None) -> Charge:
    return a_charge(150_00)


@pytest.fixture
def as_client(charge: Charge) -> Browser:
    browser = Browser()
    browser.force_login(charge.client.user)
    return browser


@pytest.fixture
def admin(db: None) -> User:
    user: User = UserFactory(role=Role.BILLING_ADMIN)
    add_app(user)
    return user


@pytest.fixture
def as_admin(admin: User) -> Browser:
    browser = Browser()
    browser.force_login(admin)
    return browser
