"""How allauth behaves here: mails through the outbox, encrypted secrets, guarded factors."""

import uuid
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.urls import reverse

from accounts import fresh_sign_in, session_limits
from accounts.models import Practice, User
from accounts.second_factors import SECOND_FACTORS, seal, unseal
from portal.shared import mail
from portal.shared.clock import utc_now
from portal.shared.request import client_ip

# What a mail about a change to one's sign-in says, by the last part of allauth's template name.
NOTICES = {
    "email_changed": "The e-mail address of your account was changed. Codes go to the new one.",
    "password_set": "A password was set for your account.",
    "password_changed": "The password of your account was changed.",
    "recovery_codes_generated": "New recovery codes were made. The old ones work no more.",
    "totp_activated": "An authenticator app was added to your account.",
    "totp_deactivated": "The authenticator app was removed from your account.",
    "webauthn_added": "A passkey was added to your account.",
    "webauthn_removed": "A passkey was removed from your account.",
}
CODE_MAILS = frozenset({"email_confirmation", "email_confirmation_signup"})


class AccountAdapter(DefaultAccountAdapter):
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": "This e-mail address and password don’t go together. "
        "Try again, or let us send you a code.",
        "incorrect_code": "This is not the code. Look for the newest mail and type it again.",
        "incorrect_password": "This is not your password. Try again.",
        "too_many_login_attempts": "There were too many tries. Wait five minutes, then try again.",
        "rate_limited": "There were many tries in a short time. Wait a moment, then try again.",
        # Said only to who holds the mailbox: after the code.
        "email_taken": "This address has an account of its own. Sign in with it, "
        "or choose another address here.",
        "account_inactive": "This account is closed. Please call the practice.",
        "same_as_current": "This is the address that you have now.",
    }

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Word the mail now and let the outbox send it: a mail server that is down delays it."""
        name = template_prefix.rpartition("/")[2]
        practice = Practice.get()
        if name in CODE_MAILS:
            code = context["code"]
            template, values = "address_code", {"code": f"{code[:4]} {code[4:]}"}
            subject = f"Your code for {practice.name}"
        else:
            template, values = "notice", {"what": NOTICES[name]}
            subject = f"A change to your account at {practice.name}"
        mail.queue(
            to=email,
            subject=subject,
            template=f"email/account/{template}",
            context={"practice": practice, **values},
            key=f"account:{name}:{uuid.uuid4()}",
            now=utc_now(),
        )

    def login(self, request: HttpRequest, user: Any) -> None:
        super().login(request, user)
        session_limits.begin(request.session, now=utc_now())

    def get_client_ip(self, request: HttpRequest) -> str:
        return client_ip(request)

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        return not fresh_sign_in.is_fresh(self.request)

    def get_reauthentication_methods(self, user: User | AnonymousUser) -> list[dict[str, Any]]:
        """A second factor where there is one, else a code by e-mail or the password."""
        if not isinstance(user, User):
            return []
        methods = super().get_reauthentication_methods(user)
        strong = [method for method in methods if method["id"].startswith("mfa_")]
        return [{**method, "description": WORDS[method["id"]]} for method in strong] or [
            {
                "id": "reauthenticate_by_code",
                "description": WORDS["reauthenticate_by_code"],
                "url": reverse("account_reauthenticate_code"),
            },
            *({**method, "description": WORDS[method["id"]]} for method in methods),
        ]


WORDS = {
    "reauthenticate": "Use your password",
    "reauthenticate_by_code": "Get a code by e-mail",
    "mfa_reauthenticate": "Use your authenticator app or a recovery code",
    "mfa_reauthenticate:webauthn": "Use a passkey",
}


class MFAAdapter(DefaultMFAAdapter):
    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": "This is not the code of this moment. Wait for the next one and try it.",
        "cannot_delete_authenticator": "Your role needs a second factor. "
        "Add another one first, then you can remove this one.",
        "unverified_email": "Please confirm your e-mail address first.",
    }

    def encrypt(self, text: str) -> str:
        return seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        return unseal(encrypted_text)

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Staff keep at least one factor beside the recovery codes."""
        if not authenticator.user.is_staff:
            return True
        kept = Authenticator.objects.filter(
            user_id=authenticator.user_id, type__in=SECOND_FACTORS
        ).exclude(pk=authenticator.pk)
        return authenticator.type not in SECOND_FACTORS or kept.exists()

    def generate_authenticator_name(self, user: Any, type: Authenticator.Type) -> str:
        count = Authenticator.objects.filter(user_id=user.pk, type=type).count()
        return "My passkey" if count == 0 else f"My passkey {count + 1}"

    def get_totp_issuer(self) -> str:
        return Practice.get().name

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return {**super().get_public_key_credential_rp_entity(), "name": Practice.get().name}
