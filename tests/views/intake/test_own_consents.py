"""Documents to sign, taking back, paper, and what the therapist sees of it, page by page."""

from datetime import timedelta

import pytest
from django.urls import reverse

from intake.models import ConsentSignature, ConsentWithdrawal
from intake.services.consent_state import Occasion
from intake.services.consents import word_of
from intake.services.publishing import current
from intake.services.withdrawing import withdraw
from portal.shared.clock import utc_now
from tests.factories.accounts import ClientFactory, add_app
from tests.factories.booking import an_appointment
from tests.factories.consents import NAME, an_intake_to_sign, sign_text
from tests.unit.intake.test_asked_again import new_version
from tests.unit.shared.pdf.reading import text_of

pytestmark = pytest.mark.django_db
OWN = "/consents/"


@pytest.fixture
def intake():
    soon = utc_now().replace(minute=0, second=0, microsecond=0) + timedelta(days=3)
    intake = an_intake_to_sign(None, "electronic-records", "psychotherapy")
    type(intake.appointment).objects.filter(pk=intake.appointment.pk).update(
        starts_at=soon, ends_at=soon + timedelta(hours=1),
        blocked_from=soon, blocked_until=soon + timedelta(hours=1),
    )  # fmt: skip
    sign_text(intake, "electronic-records")
    sign_text(intake, "psychotherapy")
    return intake


@pytest.fixture
def browser(client, intake):
    client.force_login(intake.client.user)
    return client


@pytest.fixture
def therapist(client, intake):
    user = intake.appointment.practitioner.user
    add_app(user)
    client.force_login(user)
    return client


def signature_of(intake, slug="psychotherapy"):
    return ConsentSignature.objects.get(client=intake.client, document__slug=slug)


def test_nothing_waits_and_what_was_signed_is_listed(browser):
    html = browser.get(OWN).content.decode()
    assert "Nothing waits for your signature." in html
    assert html.index("Electronic records and signatures") < html.index("Consent to psychotherapy")
    assert html.count("Take back") == 2


def test_a_client_without_details_sees_an_empty_page(client):
    user = ClientFactory().user
    user.client.delete()
    client.force_login(user)
    assert "Nothing is signed yet." in client.get(OWN).content.decode()


def test_a_new_version_is_shown_with_what_changed_and_signed(browser, intake):
    newer = new_version(intake, now=utc_now())
    html = browser.get(reverse("journeys:client_home")).content.decode()
    assert "Something waits for your signature" in html
    html = browser.get(OWN).content.decode()
    assert "changed since you signed version 1" in html
    url = reverse("intake:own_consent", args=[newer.public_id])
    html = browser.get(url).content.decode()
    assert "What has changed since you signed" in html
    assert "</span>Ask me anything.<span" in html
    assert "checked" not in html
    answer = browser.post(url, {"typed_name": "", "drawn": ""})
    assert answer.status_code == 422
    assert "Type your name: it is your signature." in answer.content.decode()

    answer = browser.post(url, {"typed_name": NAME, "agrees": "on", "drawn": ""})
    assert answer["Location"] == OWN
    signature = ConsentSignature.objects.get(document=newer)
    copy = browser.get(reverse("intake:signed_copy", args=[signature.public_id]))
    assert copy["Content-Type"] == "application/pdf"
    assert "How this was signed" in text_of(copy.content)


def test_paper_can_be_chosen_and_printed(browser, intake):
    newer = new_version(intake, now=utc_now())
    browser.post(reverse("intake:own_consent_paper", args=[newer.public_id]))
    assert "you asked for paper" in browser.get(OWN).content.decode()
    sheet = browser.get(reverse("intake:consent_blank", args=[newer.public_id]))
    assert "Name in print" in text_of(sheet.content)


def test_the_sample_document_of_the_client_holds_their_word(browser, intake):
    answer = browser.get(reverse("intake:own_consent_sample"))
    assert word_of(Occasion.own(intake.client)) in text_of(answer.content)


def test_taking_back_says_what_it_means_and_then_does_it(browser, intake):
    url = reverse("intake:consent_withdraw", args=[signature_of(intake).public_id])
    html = browser.get(url).content.decode()
    assert "Your appointments stay booked; your therapist is told" in html
    answer = browser.post(url, {"reason": "x" * 2001})
    assert answer.status_code == 422
    assert "x" * 2001 in answer.content.decode()
    html = browser.post(url, {"reason": "Enough for now"}, follow=True).content.decode()
    assert "You took back “Consent to psychotherapy”." in html
    assert ConsentWithdrawal.objects.get().reason == "Enough for now"
    assert browser.get(url).status_code == 404


def test_records_taken_back_are_said_on_the_documents_page(browser, intake):
    signature = signature_of(intake, "electronic-records")
    browser.post(reverse("intake:consent_withdraw", args=[signature.public_id]), {"reason": ""})
    html = browser.get(reverse("journeys:documents")).content.decode()
    assert "You get documents on paper" in html


def test_somebody_else_s_signature_does_not_exist(client, intake):
    other = an_appointment(
        intake.appointment.session_type,
        intake.appointment.starts_at + timedelta(days=40),
        client=ClientFactory(),
    )
    client.force_login(other.client.user)
    signature = signature_of(intake)
    for name in ("intake:consent_withdraw", "intake:signed_copy"):
        assert client.get(reverse(name, args=[signature.public_id])).status_code == 404
    asked = reverse("intake:own_consent", args=[current("psychotherapy").public_id])
    assert client.get(asked).status_code == 404


def test_the_therapist_sees_who_has_not_signed_and_asks_again(therapist, intake):
    newer = new_version(intake, now=utc_now())
    url = reverse("intake:therapist_consent_signers", args=[newer.public_id])
    html = therapist.get(url).content.decode()
    assert "Signed version 1, not yet version 2" in html
    assert "An unsigned new version stops nothing" in html
    ask = reverse("intake:therapist_consent_ask", args=[newer.public_id])
    html = therapist.post(ask, {"client": str(intake.client.public_id)}, follow=True)
    assert "Asked: 1." in html.content.decode()
    assert "again on" in html.content.decode()
    html = therapist.post(ask, {"client": "nobody"}, follow=True).content.decode()
    assert "There was nobody to ask." in html


def test_a_signed_sheet_is_recorded_with_its_day(therapist, intake):
    newer = new_version(intake, now=utc_now())
    url = reverse("intake:therapist_consent_sheet", args=[newer.public_id, intake.client.public_id])
    sent = {"name": "Ada Example", "role": "guardian", "relation": "", "signed_on": "2999-01-01"}
    answer = therapist.post(url, sent)
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "This day is still to come." in html
    assert "Say what the guardian is to the client." in html
    assert 'value="Ada Example"' in html

    sent |= {"role": "client", "signed_on": "2026-01-02", "note": "Cabinet 2"}
    html = therapist.post(url, sent, follow=True).content.decode()
    assert "The signed sheet is recorded." in html
    assert "Signed on paper" in html
    assert "Cabinet 2" in html

    assert therapist.post(url, sent).status_code == 302  # the same again, by a second click
    answer = therapist.post(url, sent | {"name": "Sam Example"})
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "This one is not recorded" in html
    assert 'value="Sam Example"' in html
    assert ConsentSignature.objects.get(method="sheet").typed_name == "Ada Example"


def test_the_therapist_is_told_of_a_withdrawal_until_it_is_noted(therapist, intake):
    withdrawal = withdraw(
        signature=signature_of(intake), by=intake.client.user, reason="Tired", now=utc_now()
    )
    today = reverse("journeys:therapist_today")
    html = therapist.get(today).content.decode()
    assert "took back “Consent to psychotherapy”" in html
    assert "Consent taken back" in html
    appointment = reverse("journeys:therapist_appointment", args=[intake.appointment.public_id])
    assert "took back “Consent to psychotherapy”" in therapist.get(appointment).content.decode()
    url = reverse("intake:therapist_withdrawal", args=[withdrawal.public_id])
    html = therapist.get(url).content.decode()
    assert "Tired" in html
    assert "Before the next session" in html
    html = therapist.post(url, follow=True).content.decode()
    assert "Noted." in html
    assert "took back “" in html
    assert "took back “" not in therapist.get(today).content.decode()


def test_the_chart_lists_the_consents_and_opens_a_copy(therapist, intake):
    chart = reverse("journeys:therapist_client", args=[intake.client.public_id])
    html = therapist.get(chart).content.decode()
    copy = reverse("intake:therapist_signed_copy", args=[signature_of(intake).public_id])
    assert copy in html
    assert "How this was signed" in text_of(therapist.get(copy).content)
