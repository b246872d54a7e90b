"""The client keeps a timeline of earlier therapy and takes it along; the therapist reads it."""

import re
from io import BytesIO

import pikepdf
import pytest
from django.urls import reverse
from django.utils import timezone
from fhir.resources.R4B.bundle import Bundle

from accounts.models import Role
from intake.earlier import Therapy
from intake.forms.earlier import NO_MONTH, NOTHING, TOO_EARLY
from intake.models import EarlierTherapy
from intake.services.earlier_therapies import add
from portal.shared.models import AuditEvent
from portal.shared.seal.certificate import make
from tests.factories.accounts import ClientFactory, UserFactory, add_app
from tests.factories.booking import PractitionerFactory, an_appointment
from tests.factories.intake import FILLED_AT

pytestmark = pytest.mark.django_db

TIMELINE, NEW = reverse("intake:earlier_therapies"), reverse("intake:earlier_therapy_add")
TOLD = Therapy(with_whom="A group", began="2019-03", ended="2021", hurt="<b>Too fast.</b>")


@pytest.fixture
def ada():
    return ClientFactory()


@pytest.fixture
def browser(client, ada):
    client.force_login(ada.user)
    return client


@pytest.fixture
def row(ada):
    return add(client=ada, therapy=TOLD, by=ada.user, now=FILLED_AT)


def text_of(response) -> str:
    words = re.sub(r"<head>.*?</head>|<[^>]+>", " ", response.content.decode(), flags=re.S)
    return re.sub(r"\s+", " ", words)


def test_an_entry_is_added_with_as_little_as_a_word(browser, ada):
    done = browser.post(NEW, {"with_whom": "A chaplain", "hurt_in_person": "on"})

    assert done.headers["Location"] == TIMELINE
    (row,) = EarlierTherapy.objects.of(ada)
    assert row.therapy == Therapy(with_whom="A chaplain", in_person=("hurt",))
    page = text_of(browser.get(TIMELINE))
    assert "A chaplain" in page
    assert "What hurt, or did not help I would rather say this in person." in page


def test_what_is_wrong_stands_at_its_field_and_nothing_typed_is_lost(browser):
    typed = {"with_whom": "A group", "began": "in spring", "helped": "Tea."}

    page = browser.post(NEW, typed)

    assert page.status_code == 422
    assert page.context["form"].errors == {"began": [NO_MONTH]}
    html = page.content.decode()
    assert all(f'value="{typed[name]}"' in html for name in ("with_whom", "began"))
    assert "Tea.</textarea>" in html
    assert EarlierTherapy.objects.count() == 0


def test_an_end_before_its_beginning_and_an_empty_form_are_refused(browser):
    swapped = browser.post(NEW, {"began": "March 2021", "ended": "2020"})
    empty = browser.post(NEW, {})

    assert swapped.context["form"].errors == {"ended": [TOO_EARLY]}
    assert empty.context["form"].non_field_errors() == [NOTHING]
    same_year = browser.post(NEW, {"began": "March 2021", "ended": "2021"})
    assert same_year.status_code == 302


def test_it_is_changed_and_removed_by_its_owner(browser, row):
    change = reverse("intake:earlier_therapy_change", args=[row.public_id])
    remove = reverse("intake:earlier_therapy_remove", args=[row.public_id])
    assert 'value="March 2019"' in browser.get(change).content.decode()

    browser.post(change, {"with_whom": "A group", "began": "2018", "is_ongoing": "on"})

    row.refresh_from_db()
    assert row.therapy == Therapy(with_whom="A group", began="2018", is_ongoing=True)
    assert "Remove this one?" in text_of(browser.get(remove))
    browser.post(remove)
    assert "Nothing is here yet" in text_of(browser.get(TIMELINE))
    assert browser.get(change).status_code == 404


@pytest.mark.parametrize("name", ["earlier_therapy_change", "earlier_therapy_remove"])
def test_somebody_elses_does_not_exist(client, row, name):
    client.force_login(ClientFactory().user)
    url = reverse(f"intake:{name}", args=[row.public_id])

    assert (client.get(url).status_code, client.post(url).status_code) == (404, 404)
    row.refresh_from_db()
    assert row.therapy == TOLD


def test_it_is_taken_along_as_fhir(browser, ada, row):
    response = browser.get(reverse("intake:earlier_fhir"))

    assert response.headers["Content-Type"] == "application/fhir+json"
    Bundle.model_validate(response.json())
    assert "Too fast." in response.content.decode()
    assert ada.legal_name not in response.content.decode()
    event = AuditEvent.objects.get(action="earlier_therapy.export")
    assert (event.client_id, event.detail) == (ada.pk, {"form": "fhir"})


def test_it_is_taken_along_as_a_sealed_accessible_pdf(browser, row):
    make(now=timezone.now())

    response = browser.get(reverse("intake:earlier_pdf"))

    assert response.headers["Content-Type"] == "application/pdf"
    with pikepdf.open(BytesIO(response.content)) as document:
        assert document.Root.MarkInfo.Marked
        assert document.Root.Lang == "en-US"
        kinds = [str(field.FT) for field in document.Root.AcroForm.Fields]
    assert kinds == ["/Sig"]
    assert AuditEvent.objects.get(action="earlier_therapy.export").detail == {"form": "pdf"}


def test_the_therapist_reads_it_in_the_chart_and_each_reading_is_noted(client, ada, row):
    appointment = an_appointment(client=ada)
    therapist = appointment.practitioner.user
    add_app(therapist)
    client.force_login(therapist)
    url = reverse("intake:therapist_earlier_therapies", args=[ada.public_id])
    chart = client.get(reverse("journeys:therapist_client", args=[ada.public_id]))
    assert f'href="{url}"' in chart.content.decode()

    page = client.get(url)

    assert "March 2019 to 2021 A group" in text_of(page)
    assert "&lt;b&gt;Too fast.&lt;/b&gt;" in page.content.decode()
    event = AuditEvent.objects.get(action="earlier_therapies.read")
    assert (event.actor_role, event.client_id) == (Role.THERAPIST, ada.pk)


def test_another_therapist_reads_nothing(client, ada, row):
    other = PractitionerFactory().user
    add_app(other)
    client.force_login(other)

    url = reverse("intake:therapist_earlier_therapies", args=[ada.public_id])
    assert client.get(url).status_code == 404


def test_who_has_given_no_details_yet_is_told_how_it_begins(client):
    client.force_login(UserFactory())

    assert "This begins with an appointment" in text_of(client.get(TIMELINE))
    assert client.get(NEW).status_code == 404


def test_as_many_queries_for_one_as_for_three(browser, ada, row, django_assert_num_queries):
    browser.get(TIMELINE)
    with django_assert_num_queries(AS_MANY):
        browser.get(TIMELINE)
    for _ in range(2):
        add(client=ada, therapy=TOLD, by=ada.user, now=FILLED_AT)
    with django_assert_num_queries(AS_MANY):
        browser.get(TIMELINE)


AS_MANY = 5
