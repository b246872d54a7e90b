"""A guardian signs for a minor until the birthday, and sees nothing but what they sign."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse

from accounts.models import Client, Guardian, Role
from accounts.services import guardians
from intake.models import ConsentSignature, ConsentWithdrawal, SignerRole
from intake.services.asking_again import ask
from intake.services.consent_state import Occasion, asked_for, asked_outside
from intake.services.consents import ASSENT_INTENT, Signing, SigningRefused, sign, word_of
from intake.services.packets import evidence
from intake.services.publishing import current
from portal.shared.clock import utc_now
from portal.shared.models import AuditEvent, MailMessage
from tests.architecture.test_policies import ALL, OPEN_TO
from tests.factories.accounts import UserFactory, add_app
from tests.factories.booking import NEW_YORK, NOW
from tests.factories.consents import NAME, SOURCE, an_intake_to_sign

pytestmark = pytest.mark.django_db
HOME = "/guardian/"


@pytest.fixture
def intake():
    intake = an_intake_to_sign(None, "electronic-records", "psychotherapy")
    Client.objects.filter(pk=intake.client.pk).update(birth_date=date(2012, 5, 1))
    intake.client.refresh_from_db()
    return intake


def a_guardian(intake, email="parent@example.com", now=NOW) -> Guardian:
    return guardians.add(
        client=intake.client,
        name="Pat Example",
        relation="mother",
        email=email,
        phone="",
        authority="Sole custody",
        by=intake.appointment.practitioner.user,
        now=now,
    )


def as_guardian(guardian) -> Occasion:
    return Occasion(
        guardian.client, None, SignerRole.GUARDIAN, guardian.relation, signer=guardian.user
    )


def sign_for(guardian, slug, now=NOW):
    occasion = as_guardian(guardian)
    signing = Signing(NAME, agrees=True, sample_word=word_of(occasion), auth_methods=("code",))
    return sign(
        occasion=occasion,
        document=current(slug),
        signing=signing,
        by=guardian.user,
        source=SOURCE,
        now=now,
    )


def test_a_guardian_is_invited_in_neutral_words(intake):
    guardian = a_guardian(intake)
    assert guardian.user.role == Role.GUARDIAN
    mail = next(mail for mail in MailMessage.objects.all() if mail.to == "parent@example.com")
    assert "/accounts/login/" in mail.text
    assert intake.client.legal_name not in mail.text
    assert AuditEvent.objects.filter(action="guardian.add").count() == 1


def test_an_address_of_somebody_else_and_an_adult_are_refused(intake):
    with pytest.raises(guardians.AddressTaken):
        a_guardian(intake, email=intake.client.user.email)
    with pytest.raises(guardians.NotAMinor):
        a_guardian(intake, now=datetime(2030, 5, 1, 12, tzinfo=UTC))


def test_the_evidence_names_the_guardian_role_and_relation(intake):
    guardian = a_guardian(intake)
    sign_for(guardian, "electronic-records")
    signature = sign_for(guardian, "psychotherapy")
    assert (signature.signer_role, signature.relation) == ("guardian", "mother")
    assert signature.records_version == 1
    told = {fact.label: fact.value for fact in evidence(signature, NEW_YORK)}
    assert told["By"] == "parent@example.com, as guardian (mother)"
    intake.refresh_from_db()
    assert intake.completed_at is None or [a.is_settled for a in asked_for(intake)] == [True, True]
    assert all(item.is_settled for item in asked_for(intake, now=NOW))


def test_each_guardian_consents_to_electronic_records_apart(intake):
    sign_for(a_guardian(intake), "electronic-records")
    other = a_guardian(intake, email="other@example.com")
    with pytest.raises(SigningRefused) as refused:
        sign_for(other, "psychotherapy")
    assert [type(problem).__name__ for problem in refused.value.problems] == ["RecordsFirst"]


def test_each_guardian_takes_back_their_own_consent_to_electronic_records(client, intake):
    guardian, other = a_guardian(intake), a_guardian(intake, email="other@example.com")
    signature = sign_for(guardian, "electronic-records")
    sign_for(other, "electronic-records", now=NOW + timedelta(hours=1))
    client.force_login(guardian.user)
    url = reverse("intake:guardian_withdraw", args=[signature.public_id])
    assert url in client.get(HOME).content.decode()
    assert client.post(url, {"reason": ""}).status_code == 302
    assert [row.signature for row in ConsentWithdrawal.objects.all()] == [signature]


def test_a_minor_does_not_take_back_what_a_guardian_signed(client, intake):
    guardian = a_guardian(intake)
    sign_for(guardian, "electronic-records")
    signature = sign_for(guardian, "psychotherapy")
    client.force_login(intake.client.user)
    url = reverse("intake:consent_withdraw", args=[signature.public_id])
    html = client.get("/consents/").content.decode()
    assert "Consent to psychotherapy" in html
    assert "Take back" not in html
    assert (client.get(url).status_code, client.post(url, {"reason": ""}).status_code) == (404, 404)
    assert not ConsentWithdrawal.objects.exists()


def test_an_assent_is_kept_and_settles_nothing(intake):
    occasion = Occasion.of(intake, NOW)
    assert occasion.is_assent
    signature = sign(
        occasion=occasion,
        document=current("psychotherapy"),
        signing=Signing(NAME, agrees=True),
        by=intake.client.user,
        source=SOURCE,
        now=NOW,
    )
    assert (signature.signer_role, signature.intent) == ("assent", ASSENT_INTENT)
    assert [item.is_settled for item in asked_for(intake, now=NOW)] == [False, False]


BEFORE_MIDNIGHT = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("born", "birthday"),
    [
        (date(2012, 5, 1), datetime(2030, 5, 1, 4, tzinfo=UTC)),  # midnight in New York, summer
        (date(2012, 1, 15), datetime(2030, 1, 15, 5, tzinfo=UTC)),
        (date(2012, 2, 29), datetime(2030, 3, 1, 5, tzinfo=UTC)),  # no leap year
    ],
)
def test_access_ends_on_the_eighteenth_birthday_in_new_york(intake, born, birthday):
    Client.objects.filter(pk=intake.client.pk).update(birth_date=born)
    intake.client.refresh_from_db()
    guardian = a_guardian(intake)
    sign_for(guardian, "electronic-records")
    eve = birthday - BEFORE_MIDNIGHT
    assert guardians.active_for(guardian.user, now=eve) == [guardian]
    assert list(guardians.active_of(guardian.client, now=eve)) == [guardian]
    assert guardians.active_for(guardian.user, now=birthday) == []
    assert list(guardians.active_of(guardian.client, now=birthday)) == []
    assert asked_outside(intake.client, now=eve) == []
    (anew,) = asked_outside(intake.client, now=birthday)
    assert (anew.document.slug, anew.is_settled) == ("electronic-records", False)
    assert not Occasion.own(intake.client, birthday).is_assent


def test_a_guardian_signs_on_their_own_pages(client, intake):
    guardian = a_guardian(intake)
    client.force_login(guardian.user)
    html = client.get(HOME).content.decode()
    assert f"For {intake.client.display_name}" in html
    assert html.count("Read and sign") == 2
    guardian.refresh_from_db()
    assert guardian.accepted_at is not None
    records = current("electronic-records")
    url = reverse("intake:guardian_consent", args=[guardian.public_id, records.public_id])
    word = word_of(as_guardian(guardian))
    sent = {"typed_name": "Pat Example", "agrees": "on", "sample_word": word, "drawn": ""}
    answer = client.post(url, sent)
    following = current("psychotherapy").public_id
    assert answer["Location"] == reverse(
        "intake:guardian_consent", args=[guardian.public_id, following]
    )
    signature = ConsentSignature.objects.get()
    copy = client.get(reverse("intake:guardian_copy", args=[signature.public_id]))
    assert copy["Content-Type"] == "application/pdf"
    withdraw = reverse("intake:guardian_withdraw", args=[signature.public_id])
    assert "You took back" in client.post(withdraw, {"reason": ""}, follow=True).content.decode()
    assert signature.withdrawal.role == SignerRole.GUARDIAN


def test_a_guardian_reaches_no_page_of_a_client_or_the_staff(client, intake):
    guardian = a_guardian(intake)
    client.force_login(guardian.user)
    theirs = [address for address in ALL if Role.GUARDIAN not in OPEN_TO[address.policy]]
    assert len(theirs) > 100
    answers = reverse("intake:overview", args=[intake.public_id])
    consents = reverse("intake:consents", args=[intake.public_id])
    paths = [answers, consents, *(address.path for address in theirs)]
    assert [path for path in paths if client.get(path).status_code != 404] == []


def test_somebody_else_s_ward_and_an_ended_access_do_not_exist(client, intake):
    guardian = a_guardian(intake)
    document = current("psychotherapy").public_id
    url = reverse("intake:guardian_consent", args=[guardian.public_id, document])
    client.force_login(UserFactory(role=Role.GUARDIAN))
    assert client.get(url).status_code == 404
    client.force_login(guardian.user)
    assert client.get(url).status_code == 200
    guardians.end(guardian=guardian, by=intake.appointment.practitioner.user, now=utc_now())
    assert client.get(url).status_code == 404
    assert "There is nobody for whom you sign" in client.get(HOME).content.decode()


def test_the_practice_names_a_guardian_and_ends_it(client, intake):
    therapist = intake.appointment.practitioner.user
    add_app(therapist)
    client.force_login(therapist)
    url = reverse("intake:therapist_guardians", args=[intake.client.public_id])
    chart = reverse("journeys:therapist_client", args=[intake.client.public_id])
    assert url in client.get(chart).content.decode()
    sent = {"name": "Pat Example", "relation": "father", "email": intake.client.user.email}
    answer = client.post(url, sent)
    assert answer.status_code == 422
    assert "This address belongs to another account." in answer.content.decode()
    html = client.post(url, sent | {"email": "pat@example.com"}, follow=True).content.decode()
    assert "Pat Example, father" in html
    guardian = Guardian.objects.get()
    end = reverse("intake:therapist_guardian_end", args=[guardian.public_id])
    assert "Their access has ended." in client.post(end, follow=True).content.decode()
    Client.objects.filter(pk=intake.client.pk).update(birth_date=date(1990, 1, 1))
    assert client.get(url).status_code == 404


def test_a_minor_s_guardians_get_the_mail(intake):
    guardian = a_guardian(intake)
    ask(
        clients=[intake.client],
        document=current("psychotherapy"),
        by=intake.appointment.practitioner.user,
        now=NOW,
    )
    waiting = [
        mail.to
        for mail in MailMessage.objects.all()
        if mail.subject == "Something in the portal is waiting for you"
    ]
    assert waiting == [guardian.user.email]
