"""The undo button, and requests from asking to the answer, by pages without a script."""

import re

import pytest
import time_machine
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from billing.models import Charge
from booking.models import Appointment, Audience, Booking, SessionType, Status
from booking.services.changes import UNDO
from intake.models import Intake
from portal.journeys import appointment_follow
from portal.shared.models import AuditEvent, MailMessage, OutboxEntry
from tests.factories.booking import (
    MONDAY,
    NOW,
    ClientFactory,
    SessionTypeFactory,
    a_session_type,
    an_appointment,
    new_york,
)
from tests.factories.changes import OVER, undo_is_over
from tests.views.words import text_of

pytestmark = pytest.mark.django_db
NINE, TEN = new_york(MONDAY, "09:00"), new_york(MONDAY, "10:00")
MOVED = {"start": "2027-01-04T14:00:00Z", "place": "office"}


@pytest.fixture
def session_type() -> SessionType:
    return a_session_type(slug="talk")


@pytest.fixture
def appointment(session_type: SessionType) -> Appointment:
    return an_appointment(session_type)


@pytest.fixture
def person(appointment: Appointment) -> Browser:
    browser = Browser()
    browser.force_login(appointment.client.user)
    return browser


def undo_button(response) -> str:
    """Where the page's undo button posts to; empty: there is none."""
    found = re.search(r'action="([^"]+/undo/)"', response.content.decode())
    return found[1] if found else ""


def page_of(appointment, *, therapist: bool = False) -> str:
    name = "journeys:therapist_appointment" if therapist else "booking:appointment"
    return reverse(name, args=[appointment.public_id])


# -- undo --------------------------------------------------------------------------------
def test_a_client_moves_and_takes_it_back(person, appointment):
    moved = person.post(reverse("booking:appointment_reschedule", args=[appointment.public_id]),
                        MOVED, follow=True)  # fmt: skip
    assert "Your appointment is now on Monday, January 4, 9:00 am." in text_of(moved)
    assert "No mail goes out before 10:03 am; until then you can undo it." in text_of(moved)
    assert "nothing is charged before 10:03 am ." in text_of(moved)

    back = person.post(undo_button(moved), follow=True)

    assert "It is as it was before. Nobody was told." in text_of(back)
    appointment.refresh_from_db()
    assert (appointment.starts_at, appointment.sequence) == (TEN, 2)
    assert undo_button(back) == ""


def test_the_button_goes_when_its_time_is_over(person, appointment):
    person.post(reverse("booking:appointment_cancel", args=[appointment.public_id]))
    address = undo_button(person.get(page_of(appointment)))

    with time_machine.travel(OVER, tick=False):
        page = person.get(page_of(appointment))
        late = person.post(address, follow=True)

    assert address
    assert undo_button(page) == ""
    assert "This can't be taken back any more." in text_of(late)
    assert Appointment.objects.get(pk=appointment.pk).status == Status.CANCELLED


def test_a_second_press_says_the_same_again(person, appointment):
    person.post(reverse("booking:appointment_cancel", args=[appointment.public_id]))
    address = undo_button(person.get(page_of(appointment)))

    person.post(address)
    again = person.post(address, follow=True)

    assert "It is as it was before." in text_of(again)
    assert AuditEvent.objects.filter(action="appointment.undo").count() == 1


def test_the_therapist_undoes_hers_and_nobody_the_others(person, therapist, appointment):
    therapist.post(reverse("booking:therapist_cancel", args=[appointment.public_id]))
    hers = therapist.get(page_of(appointment, therapist=True))
    theirs = person.get(page_of(appointment))
    batch = appointment.changes.get().batch

    assert undo_button(theirs) == ""
    assert person.post(reverse("booking:change_undo", args=[batch])).status_code == 404
    assert Browser().post(reverse("booking:change_undo", args=[batch])).status_code == 302
    assert therapist.get(undo_button(hers)).status_code == 405
    done = therapist.post(undo_button(hers), follow=True)

    assert "It is as it was before. Nobody was told." in text_of(done)
    assert Appointment.objects.get(pk=appointment.pk).status == Status.CONFIRMED


def test_the_moving_calendar_shows_the_time_that_was_just_given_up(person, appointment):
    url = reverse("booking:appointment_reschedule", args=[appointment.public_id])
    person.post(url, MOVED)

    calendar = person.get(url, {"day": "2027-01-04"}).content.decode()
    other = Browser().get(reverse("booking:calendar", args=["talk"]), {"day": "2027-01-04"})

    assert 'aria-label="Move to Monday, January 4, 10:00 am"' in calendar
    assert 'aria-label="Hold Monday, January 4, 10:00 am"' not in other.content.decode()
    back = person.post(url, {"start": "2027-01-04T15:00:00Z", "place": "telehealth"})
    assert back.status_code == 302
    assert Appointment.objects.get(pk=appointment.pk).starts_at == TEN


def test_the_therapist_moves_and_cancels_after_the_window_without_a_fee(therapist, appointment):
    with time_machine.travel(new_york(MONDAY, "08:00"), tick=False):
        therapist.post(
            reverse("booking:therapist_move", args=[appointment.public_id]),
            {"on": "2027-01-04", "at": "11:00", "place": "office"},
        )
        therapist.post(reverse("booking:therapist_cancel", args=[appointment.public_id]))

    appointment.refresh_from_db()
    assert (appointment.status, appointment.starts_at) == (
        Status.CANCELLED,
        new_york(MONDAY, "11:00"),
    )
    follow_all(new_york(MONDAY, "09:00"))
    assert Charge.objects.count() == 0


def follow_all(now) -> None:
    for entry in OutboxEntry.objects.filter(kind="follow_appointment").order_by("pk"):
        appointment_follow.follow(**entry.payload, now=now)


# -- requests ----------------------------------------------------------------------------
@pytest.fixture
def asked(session_type: SessionType) -> Appointment:
    session_type.booking = Booking.REQUEST
    session_type.save(update_fields=["booking"])
    return an_appointment(session_type, status=Status.REQUESTED, held_at=NOW)


def browser_of(appointment) -> Browser:
    browser = Browser()
    browser.force_login(appointment.client.user)
    return browser


def test_before_the_answer_there_is_nothing_to_pay_or_to_put_into_a_calendar(asked):
    browser = browser_of(asked)

    page = text_of(browser.get(page_of(asked)))

    assert "We have your request" in page
    assert "Withdraw it" in page
    assert "Add to my calendar" not in page
    file = reverse("booking:appointment_file", args=[asked.public_id])
    assert browser.get(file).status_code == 404
    follow_all(OVER)
    assert (Charge.objects.count(), Intake.objects.count()) == (0, 0)


def test_the_list_of_requests_leads_to_both_answers(therapist, asked):
    page = therapist.get(reverse("booking:therapist_requests"))

    text = text_of(page)
    assert "Ada Example Monday, January 4, 10:00 am to 10:50 am · Session, video" in text
    assert reverse("booking:therapist_approve", args=[asked.public_id]) in page.content.decode()
    assert AuditEvent.objects.latest("sequence").detail == {"requests": 1}


def test_the_list_costs_the_same_for_one_and_for_three(therapist, asked):
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            therapist.get(reverse("booking:therapist_requests"))
        return len(captured)

    queries()
    one = queries()
    for clock in ("09:00", "11:00"):
        an_appointment(asked.session_type, new_york(MONDAY, clock), status=Status.REQUESTED)

    assert queries() == one


def test_without_requests_the_list_says_so(therapist):
    assert "Nobody waits for an answer" in text_of(
        therapist.get(reverse("booking:therapist_requests"))
    )


def test_agreeing_charges_and_mails_when_undo_is_over(therapist, asked):
    done = therapist.post(reverse("booking:therapist_approve", args=[asked.public_id]), follow=True)
    assert "The request is agreed to. No mail goes out before 10:03 am" in text_of(done)
    assert undo_button(done)
    assert Charge.objects.count() == 0

    undo_is_over()
    charge_when_due(asked)

    assert [mail.subject for mail in MailMessage.objects.all()] == ["Your appointment is confirmed"]
    assert Charge.objects.get(appointment=asked).amount_cents == 150_00


def charge_when_due(asked) -> None:
    entry = OutboxEntry.objects.get(kind="follow_appointment")
    assert entry.due_at == NOW + UNDO
    appointment_follow.follow(**entry.payload, now=entry.due_at)


def test_declining_asks_for_kind_words_that_only_the_client_reads(therapist, asked):
    url = reverse("booking:therapist_decline", args=[asked.public_id])
    form = text_of(therapist.get(url))
    done = therapist.post(url, {"message": "Could we try a Tuesday?"}, follow=True)

    assert "I am sorry, this time does not work out." in form
    assert "The request is declined." in text_of(done)
    page = text_of(browser_of(asked).get(page_of(asked)))
    assert "Could we try a Tuesday?" in page
    assert "This time was not possible" in page


def test_words_that_are_too_long_are_refused_next_to_the_field(therapist, asked):
    url = reverse("booking:therapist_decline", args=[asked.public_id])

    page = therapist.post(url, {"message": "x" * 1001})

    assert "at most 1000 characters" in text_of(page)
    assert "x" * 1001 in page.content.decode()
    assert Appointment.objects.get(pk=asked.pk).status == Status.REQUESTED


def test_an_answer_that_comes_too_late_is_said(therapist, asked):
    browser_of(asked).post(reverse("booking:appointment_cancel", args=[asked.public_id]))

    late = therapist.post(reverse("booking:therapist_approve", args=[asked.public_id]), follow=True)

    assert "This request is answered, withdrawn or too near by now." in text_of(late)


def test_withdrawing_says_so_and_can_be_undone(asked):
    browser = browser_of(asked)
    url = reverse("booking:appointment_cancel", args=[asked.public_id])

    form = text_of(browser.get(url))
    done = browser.post(url, follow=True)

    assert "Withdraw your request?" in form
    assert "Your request is withdrawn." in text_of(done)
    browser.post(undo_button(done))
    assert Appointment.objects.get(pk=asked.pk).status == Status.REQUESTED


def test_another_practitioners_requests_do_not_exist(therapist, asked):
    other = an_appointment(SessionTypeFactory(), status=Status.REQUESTED)

    for name in ("therapist_approve", "therapist_decline"):
        url = reverse(f"booking:{name}", args=[other.public_id])
        assert therapist.post(url, {"message": ""}).status_code == 404
    assert Appointment.objects.get(pk=other.pk).status == Status.REQUESTED
    listed = therapist.get(reverse("booking:therapist_requests")).content.decode()
    assert str(asked.public_id) in listed
    assert str(other.public_id) not in listed


# -- for whom ----------------------------------------------------------------------------
def test_a_second_consult_is_refused_on_the_page_and_by_the_server(session_type):
    session_type.once_per_client = True
    session_type.save(update_fields=["once_per_client"])
    browser = browser_of(an_appointment(session_type))

    page = text_of(browser.get(reverse("booking:calendar", args=["talk"])))
    held = browser.post("/book/talk/hold/", {"start": "2027-01-04T16:00:00Z", "place": "office"})

    assert "You have this one already" in page
    assert held["Location"] == reverse("booking:calendar", args=["talk"])
    assert not Appointment.objects.filter(status=Status.HELD).exists()


def test_visitors_see_every_offer_and_clients_what_is_for_them(session_type):
    practitioner = session_type.practitioner
    SessionTypeFactory(practitioner=practitioner, name="For newcomers", audience=Audience.NEW)
    SessionTypeFactory(practitioner=practitioner, name="For regulars", audience=Audience.EXISTING)
    newcomer, known = Browser(), browser_of(an_appointment(session_type))
    newcomer.force_login(ClientFactory().user)

    shown = {
        name: [
            offer
            for offer in ("For newcomers", "For regulars")
            if offer in text_of(browser.get(reverse("session_types")))
        ]
        for name, browser in {"visitor": Browser(), "new": newcomer, "known": known}.items()
    }

    assert shown == {
        "visitor": ["For newcomers", "For regulars"],
        "new": ["For newcomers"],
        "known": ["For regulars"],
    }
