"""Every page that a link leads to, for each role: wide and narrow, light and dark."""

from collections.abc import Callable, Iterator

import pytest
from django.urls import URLPattern, URLResolver, get_resolver
from playwright.sync_api import Page, expect

from tests.browser.crawl import crawl
from tests.browser.walker import Walker, in_every_light

STARTS = {
    "visitor": ["/", "/gallery/", "/embed/", "/accounts/signup/", "/verify/"],
    "client": ["/home/", "/accounts/logout/", "/waitlist/intake-session/"],
    "therapist": ["/home/", "/therapist/alerts/"],
    "billing": ["/home/"],
    "technical": ["/home/"],
}
PUBLIC = frozenset({
    "home", "how_i_work", "session_types", "consult", "booking:calendar", "intake:privacy_notice",
    "journeys:demo", "journeys:mailbox", "journeys:mailbox_message",
})  # fmt: skip
OWN_ACCOUNT = {
    "accounts:security", "account_email", "account_change_password", "usersessions_list",
    "mfa_add_webauthn",
}  # fmt: skip
PAGES = {
    "visitor": PUBLIC
    | {
        "booking:embed_all", "booking:embed",
        "account_login", "account_login_password", "journeys:gallery", "journeys:verify_form",
    },
    "client": OWN_ACCOUNT
    | {
        "journeys:client_home", "journeys:documents", "journeys:records", "journeys:hold_confirmed",
        "booking:appointments", "booking:appointment", "booking:appointment_reschedule",
        "booking:appointment_cancel", "accounts:details", "mfa_activate_totp", "account_logout",
        "intake:earlier_therapies", "intake:earlier_therapy_add", "intake:forms",
        "intake:uploads",
        "intake:own_consents",
        "intake:overview", "intake:section", "intake:check", "intake:consents", "intake:consent",
        "billing:payments", "billing:pay", "booking:waitlist", "booking:waitlist_join",
    },
    "therapist": OWN_ACCOUNT
    | {
        "booking:therapist_website", "booking:therapist_blocked",
        "booking:therapist_way", "booking:therapist_way_history", "booking:therapist_way_version",
        "journeys:therapist_today", "journeys:therapist_practice",
        "journeys:therapist_clients", "journeys:therapist_client",
        "intake:therapist_earlier_therapies", "intake:client_measures",
        "intake:therapist_uploads",
        "journeys:therapist_client_audit", "booking:therapist_week", "booking:therapist_hours",
        "journeys:therapist_appointment", "booking:therapist_book", "booking:therapist_move",
        "booking:therapist_requests", "booking:series_create",
        "booking:therapist_cancel", "booking:time_off_create", "booking:extra_time_create",
        "booking:therapist_sessions", "booking:therapist_session_create",
        "booking:therapist_session_edit",
        "booking:therapist_limits", "booking:therapist_days_off", "booking:therapist_reminders",
        "booking:therapist_waitlist",
        "booking:therapist_calendars", "booking:calendar_connect", "booking:calendar_feed_make",
        "intake:therapist_consents", "intake:therapist_consent", "intake:therapist_alerts",
        "intake:alert_mails",
        "intake:therapist_consent_signers", "intake:therapist_consent_create",
        "intake:therapist_consent_edit",
        "intake:therapist_instruments", "intake:therapist_instrument",
        "intake:therapist_questionnaires", "intake:questionnaire_import",
        "intake:questionnaire_create",
        "intake:therapist_questionnaire", "intake:questionnaire_preview",
        "intake:therapist_plans", "intake:therapist_plan",
        "intake:instrument_preview", "intake:instrument_score",
        "mfa_deactivate_totp", "mfa_generate_recovery_codes",
    },
    "billing": OWN_ACCOUNT
    | {"billing:desk", "billing:desk_charge", "billing:record", "billing:waive"},
    "technical": OWN_ACCOUNT | {"journeys:technical"},
}  # fmt: skip
SET_OPEN = "open => document.querySelectorAll('details').forEach(one => { one.open = open })"
FILES = frozenset({
    "booking:appointment_file", "booking:calendar_feed", "intake:consent_sample",
    "intake:earlier_pdf", "intake:earlier_fhir", "intake:client_measures_csv",
    "intake:upload_file", "intake:therapist_upload_file",
    "intake:guardian_sample", "intake:guardian_blank", "intake:guardian_copy",
    "intake:own_consent_sample", "intake:consent_blank", "intake:signed_copy",
    "intake:therapist_consent_blank", "intake:therapist_signed_copy",
    "journeys:records_archive", "journeys:therapist_records_archive",
    "intake:own_answers", "intake:therapist_scores", "intake:therapist_packet_fhir",
    "intake:therapist_response",
    "intake:therapist_packet", "intake:therapist_fhir", "billing:receipt", "billing:estimate",
    "intake:questionnaire_file",
    "intake:questionnaire_blank", "intake:part_blank", "intake:therapist_part_blank",
    "intake:blank_packet_file",
    "billing:desk_receipt", "billing:export_charges", "billing:export_payments", "journeys:packet",
})  # fmt: skip


@pytest.mark.parametrize("role", PAGES)
def test_every_page_is_accessible_and_fits(
    walk: Callable[..., Walker],
    walk_as: Callable[..., Walker],
    role: str,
) -> None:
    if role == "visitor":
        walker = walk()
        walker.page.goto("/")
    else:
        walker = walk_as(role)
    starts = STARTS[role]
    if role == "client":
        book_as_known(walker.page)
        starts = [walker.page.url, *starts]
    elsewhere = FILES if role == "visitor" else FILES | PUBLIC
    reached = set()
    for name in crawl(walker.page, starts, elsewhere):
        reached.add(name)
        look_in_every_light(walker, name)
    assert PAGES[role] - reached == set()


def book_as_known(page: Page) -> None:
    """The demo's client has given her details before; with an appointment she has more pages."""
    page.goto("/book/intake-session/")
    page.locator("#calendar .times").get_by_role("button").first.click()
    page.get_by_role("button", name="Book this time").click()
    expect(page.get_by_role("heading", name="Your time is booked")).to_be_visible()


def look_in_every_light(walker: Walker, name: str) -> None:
    """Once narrow with all that can be opened open."""
    for width, scheme, rules in in_every_light(walker.page):
        walker.page.evaluate(SET_OPEN, width == "narrow" and not rules)
        walker.look(f"{name} {width} {scheme}", rules)


# Pages that need a state of their own, and the test that walks there.
WALKED_ELSEWHERE = {
    "intake:instrument_wording": "test_instruments",
    "booking:website_preview_all": "stands in the page of the website",
    "booking:website_preview": "stands in the page of the website",
    "booking:therapist_unblock": "test_widget",
    "journeys:hold": "test_client_journey",
    "journeys:hold_details": "test_client_journey",
    "account_confirm_login_code": "test_client_journey",
    "intake:home": "test_client_journey",
    "intake:sent": "test_client_journey",
    "intake:support": "test_client_journey",
    "intake:pause": "test_client_journey",
    "intake:part": "leads on to a section",
    "booking:waitlist_offer": "test_waitlist",
    "booking:therapist_waitlist_remove": "test_waitlist",
    "billing:payment_return": "test_client_journey",
    "intake:therapist_consent_difference": "test_consent_texts",
    "intake:guardian_home": "test_guardians",
    "intake:guardian_consent": "test_guardians",
    "intake:guardian_withdraw": "test_guardians",
    "intake:therapist_guardians": "test_guardians",
    "intake:blank_packet": "test_paper",
    "intake:typing_begin": "test_paper",
    "intake:typing_check": "test_paper",
    "intake:typing_section": "test_paper",
    "intake:therapist_consent_sheet": "test_asked_again",
    "intake:therapist_withdrawal": "test_asked_again",
    "intake:own_consent": "test_asked_again",
    "intake:consent_withdraw": "test_asked_again",
    "intake:therapist_intake": "test_therapist_journey",
    "intake:side_by_side": "test_fit",
    "intake:earlier_therapy_change": "test_fit",
    "intake:earlier_therapy_remove": "test_fit",
    "intake:upload_remove": "test_uploads",
    "intake:therapist_alert": "test_therapist_journey",
    "intake:form": "leads on to a page of the form",
    "intake:form_section": "test_measures",
    "intake:form_check": "test_measures",
    "intake:form_support": "test_measures",
    "intake:form_pause": "as intake:pause",
    "intake:therapist_form": "test_measures",
    "booking:calendar_choose": "test_calendar_connection",
    "booking:calendar_change": "test_calendar_connection",
    "booking:calendar_password": "test_calendar_connection",
    "booking:calendar_end": "test_calendar_connection",
    "booking:calendar_feed_end": "test_calendar_connection",
    "booking:time_remove": "test_drag",
    "booking:time_change": "test_drag",
    "booking:therapist_decline": "test_changes",
    "booking:therapist_session_delete": "test_hours_editor",
    "booking:therapist_series": "test_series",
    "booking:series_move": "test_series",
    "booking:series_cancel": "test_series",
    "booking:own_series_cancel": "test_series",
    "billing:refund": "test_billing_journey",
    "billing:approve": "tests/views/billing",
    "accounts:kept": "test_nothing_lost",
    "accounts:second_factor": "test_accounts",
    "mfa_authenticate": "test_accounts",
    "mfa_reauthenticate": "tests/views/accounts",
    "mfa_reauthenticate_webauthn": "test_passkey",
    "mfa_login_webauthn": "test_passkey",
    "mfa_remove_webauthn": "test_passkey",
    "mfa_edit_webauthn": "test_passkey",
    "mfa_view_recovery_codes": "shown once, after they were made",
    "account_reauthenticate": "leads on to a code or a factor",
    "account_reauthenticate_code": "tests/views/accounts",
    "account_signup": "leads on to the door",
    "account_inactive": "tests/views/accounts",
    "account_email_verification_sent": "tests/views/accounts",
    "journeys:verify": "tests/views/journeys",
    "journeys:verify_code": "tests/views/journeys",
    "journeys:therapist_records": "test_records",
    "journeys:packet_retry": "tests/views/journeys/test_packet_trouble.py",
    "mfa_index": "leads on to the security page",
    "mfa_list_webauthn": "leads on to the security page",
    "intake:questionnaire_draft": "test_questionnaires",
    "intake:draft_preview": "test_questionnaires",
    "intake:editor": "test_editor",
    "intake:editor_item": "test_editor",
    "intake:editor_condition": "test_editor",
    "intake:editor_alert": "test_editor",
    "intake:editor_head": "test_editor",
    "intake:editor_preview": "test_editor",
    "intake:editor_publish": "test_editor",
    "intake:questionnaire_difference": "test_editor",
    "journeys:home_by_role": "leads on to the home of a role",
}
NO_PAGES = {
    "booking:waitlist_leave", "booking:waitlist_renew", "booking:waitlist_decline",
    "journeys:offer_take", "journeys:packet_with_data",
    "journeys:records_looking", "journeys:records_take_back", "journeys:records_begin",
    "journeys:therapist_records_looking", "journeys:records_release", "journeys:records_close",
    "journeys:records_again",
    "booking:embed_script",
    "booking:therapist_session_move", "booking:therapist_session_offer",
    "booking:holiday_close", "booking:hold_create", "booking:api_slots", "booking:therapist_events",
    "booking:therapist_completed", "booking:therapist_missed", "accounts:keep_alive",
    "booking:move_ask", "booking:time_ask",
    "booking:therapist_approve", "booking:therapist_undo", "booking:change_undo",
    "booking:text_status", "booking:calendar_sync", "booking:calendar_move",
    "booking:calendar_put_back", "booking:calendar_leave_out",
    "intake:instrument_plans", "intake:instrument_cut_off",
    "intake:intake_blank_packet", "intake:plan_blank_packet",
    "intake:blank_packet_look", "intake:blank_packet_again",
    "intake:therapist_consent_retire", "intake:therapist_consent_plans",
    "intake:guardian_paper", "intake:therapist_guardian_end",
    "intake:own_consent_paper", "intake:therapist_consent_ask",
    "intake:draft_publish", "intake:draft_discard", "intake:questionnaire_retire",
    "intake:alert_reopen", "intake:form_decline", "intake:form_take_up",
    "intake:plan_act", "intake:form_withdraw",
    "intake:questionnaire_edit", "intake:draft_edit", "intake:editor_discard",
    "intake:consent_paper", "intake:therapist_consents_publish", "intake:therapist_reopen",
    "billing:stripe_webhook", "billing:sync", "billing:close_task", "journeys:demo_sign_in",
    "journeys:documents_waiting", "journeys:hold_extend", "journeys:hold_release",
    "journeys:healthz", "journeys:readyz", "journeys:outbox_retry",
}  # fmt: skip


def test_no_page_is_forgotten() -> None:
    known = set().union(*PAGES.values(), FILES, NO_PAGES, WALKED_ELSEWHERE)
    assert set(names(get_resolver())) - known == set()


def names(resolver: URLResolver, namespace: str = "") -> Iterator[str]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLPattern):
            yield f"{namespace}{entry.name}"
        else:
            yield from names(entry, f"{entry.namespace}:" if entry.namespace else namespace)
