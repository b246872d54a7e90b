"""People who can sign in, and the ways in which a test signs them in."""

import re
from datetime import date
from typing import Any

import factory
from allauth.account.models import EmailAddress
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.contrib.auth.hashers import make_password
from django.core.cache import cache
from django.test import Client as Browser

from accounts.models import Client, Practice, Role, User
from portal.shared.models import MailMessage


class UserFactory(factory.django.DjangoModelFactory):
    """A person whose address is proved."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"somebody{n}@example.com")
    password = make_password(None)
    role = Role.CLIENT

    @factory.post_generation
    def proved(self, create: bool, extracted: Any, **kwargs: Any) -> None:
        if extracted is not False:
            EmailAddress.objects.create(user=self, email=self.email, verified=True, primary=True)


class ClientFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Client

    user = factory.SubFactory(UserFactory)
    legal_name = "Ada Example"
    birth_date = date(1988, 4, 12)
    phone = "212 555 0100"
    state = "NY"


def practice(**values: Any) -> Practice:
    chosen = {"name": "Example Practice", "phone": "212 555 0199", **values}
    row, _ = Practice.objects.update_or_create(pk=1, defaults=chosen)
    return row


def add_app(user: User) -> str:
    """Give a person an authenticator app and recovery codes; returns its secret."""
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    RecoveryCodes.activate(user)
    return secret


def app_code(secret: str) -> str:
    """The code that the app shows now; it counts as unused, so that a test need not wait."""
    cache.clear()
    counter = list(yield_hotp_counters_from_time())[1]
    return format_hotp_value(hotp_value(secret, counter))


def newest_code(email: str) -> str:
    """The digits in the newest mail to this address."""
    texts = [mail.text for mail in MailMessage.objects.all() if mail.to == email]
    found = re.search(r"\b(\d{4}) (\d{4})\b", texts[0])
    assert found, f"no code in the mail: {texts[0]}"
    return found[1] + found[2]


def sign_in(user: User, browser: Browser | None = None, **post: str) -> Browser:
    """Through the door, as a person does it, second factor included."""
    browser = browser or Browser()
    browser.post("/accounts/login/", {"email": user.email, **post})
    browser.post("/accounts/login/code/", {"code": newest_code(user.email)})
    return browser


def sign_in_staff(role: Role = Role.THERAPIST) -> tuple[Browser, User]:
    user = UserFactory(role=role)
    secret = add_app(user)
    browser = sign_in(user)
    browser.post("/accounts/2fa/authenticate/", {"code": app_code(secret)})
    return browser, user
