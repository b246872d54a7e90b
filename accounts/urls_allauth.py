"""Signing in and its means. Each page of allauth that we offer is named here, with its policy.

Left out: sign-up forms and password resets (a code signs in and sets a new password), and the
lists of factors and addresses (they stand on one page of ours).
"""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from django.urls import path

from accounts.factor_guards import keeps_a_factor, never_parked
from accounts.fresh_sign_in import freshly_signed_in
from accounts.policies import View, public, signed_in
from accounts.views import confirm, new_address, security, sessions, sign_in


def own(view: View) -> View:
    """A page of one's own account that shows or takes secrets."""
    return signed_in(never_parked(view))


def fresh(view: View) -> View:
    """A change to how one signs in."""
    return signed_in(freshly_signed_in(view))


urlpatterns = [
    path("login/", sign_in.door, name="account_login"),
    path("login/code/", sign_in.enter_code, name="account_confirm_login_code"),
    path("login/password/", sign_in.with_password, name="account_login_password"),
    path("signup/", sign_in.sign_up, name="account_signup"),
    path("logout/", public(account.logout), name="account_logout"),
    path("inactive/", public(account.account_inactive), name="account_inactive"),
    path("reauthenticate/", own(account.reauthenticate), name="account_reauthenticate"),
    path("reauthenticate/code/", confirm.confirm_by_code, name="account_reauthenticate_code"),
    path("email/", fresh(new_address.new_address), name="account_email"),
    path(
        "confirm-email/",
        public(account.email_verification_sent),
        name="account_email_verification_sent",
    ),
    path("password/", security.password, name="account_change_password"),
    path("sessions/", sessions.signed_in_places, name="usersessions_list"),
    path("2fa/", security.to_overview, name="mfa_index"),
    path("2fa/authenticate/", public(mfa.authenticate), name="mfa_authenticate"),
    path("2fa/reauthenticate/", own(mfa.reauthenticate), name="mfa_reauthenticate"),
    path("2fa/totp/activate/", fresh(totp.activate_totp), name="mfa_activate_totp"),
    path("2fa/totp/deactivate/", fresh(totp.deactivate_totp), name="mfa_deactivate_totp"),
    path(
        "2fa/recovery-codes/",
        fresh(recovery_codes.view_recovery_codes),
        name="mfa_view_recovery_codes",
    ),
    path(
        "2fa/recovery-codes/generate/",
        fresh(recovery_codes.generate_recovery_codes),
        name="mfa_generate_recovery_codes",
    ),
    path("2fa/webauthn/", security.to_overview, name="mfa_list_webauthn"),
    path("2fa/webauthn/add/", fresh(webauthn.add_webauthn), name="mfa_add_webauthn"),
    path(
        "2fa/webauthn/reauthenticate/",
        own(webauthn.reauthenticate_webauthn),
        name="mfa_reauthenticate_webauthn",
    ),
    path("2fa/webauthn/login/", public(webauthn.login_webauthn), name="mfa_login_webauthn"),
    path(
        "2fa/webauthn/keys/<int:pk>/remove/",
        fresh(keeps_a_factor(webauthn.remove_webauthn)),
        name="mfa_remove_webauthn",
    ),
    path(
        "2fa/webauthn/keys/<int:pk>/edit/",
        fresh(webauthn.edit_webauthn),
        name="mfa_edit_webauthn",
    ),
]
