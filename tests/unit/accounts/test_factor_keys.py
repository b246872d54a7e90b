import base64

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.core.management import call_command
from pytest_django import Settings

from tests.factories.accounts import UserFactory, add_app, app_code


@pytest.mark.django_db
def test_a_second_factor_outlives_the_key_it_was_stored_under(
    settings: Settings, elsewhere
) -> None:
    user = UserFactory()
    secret = add_app(user)
    new = base64.urlsafe_b64encode(b"n" * 32).decode()

    settings.FIELD_ENCRYPTION_KEYS = [new, *settings.FIELD_ENCRYPTION_KEYS]
    call_command("rotate_keys")
    settings.FIELD_ENCRYPTION_KEYS = [new]

    app = Authenticator.objects.get(user=user, type=Authenticator.Type.TOTP)
    assert TOTP(app).validate_code(app_code(secret))
