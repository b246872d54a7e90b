"""The secrets of second factors are encrypted and move to a new key."""

import base64
import os

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import call_command

from accounts import second_factors
from portal.shared.encryption import crypto
from tests.factories.accounts import UserFactory, add_app

pytestmark = pytest.mark.django_db


def test_a_rotated_key_can_be_taken_out_without_losing_anyones_app(settings, elsewhere) -> None:
    user = UserFactory()
    secret = add_app(user)
    codes = Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()
    old = settings.FIELD_ENCRYPTION_KEYS
    new = base64.urlsafe_b64encode(os.urandom(32)).decode()
    settings.FIELD_ENCRYPTION_KEYS = [new, *old]

    call_command("rotate_keys", verbosity=0)
    settings.FIELD_ENCRYPTION_KEYS = [new]

    app = Authenticator.objects.get(type="totp")
    assert second_factors.unseal(app.data["secret"]) == secret
    assert Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes() == codes
    assert second_factors.seal_again() == 0


def test_a_sealed_secret_fits_nowhere_else() -> None:
    sealed = second_factors.seal("JBSWY3DPEHPK3PXP")

    with pytest.raises(crypto.DecryptionError):
        crypto.decrypt(base64.b64decode(sealed), b"another place")
