"""The practice's own wording: blanks, warnings, versions, and texts that are retired."""

from datetime import date, timedelta

import pytest

from booking.models import SessionType
from intake.models import ConsentDocument, IntakePlan
from intake.services import retiring
from intake.services.editing import (
    BY_HAND_WARNING,
    MONEY_WARNING,
    WAIVER_WARNING,
    EditingProblem,
    Wording,
    preview,
    publish_wording,
    starting_point,
)
from intake.services.intakes import open_for_appointment
from intake.services.publishing import current, current_documents, drafts, publish_starters
from intake.services.signed_copies import blank_sheet
from portal.shared.models import AuditEvent
from tests.factories.booking import NOW, an_appointment
from tests.factories.consents import published_consents

pytestmark = pytest.mark.django_db
TODAY = date(2027, 1, 1)


@pytest.fixture
def practitioner():
    published_consents()
    return SessionType.objects.get().practitioner


def a_wording(**fields: object) -> Wording:
    given = {
        "title": "Walking sessions",
        "kind": "treatment",
        "intent": "I agree to walk.",
        "source": "We walk with {{ practice_name }}.\n",
        "effective_on": TODAY,
    }
    return Wording(**{**given, **fields})


def put(practitioner, wording: Wording, slug: str = "", now=NOW) -> ConsentDocument:
    return publish_wording(
        slug=slug, wording=wording, practitioner=practitioner, by=practitioner.user, now=now
    )


def test_a_text_of_ones_own_is_filled_and_versioned(practitioner):
    first = put(practitioner, a_wording())
    assert (first.slug, first.version, first.kind) == ("walking-sessions", 1, "treatment")
    assert first.text == "We walk with Example Practice.\n"
    assert first.source == "We walk with {{ practice_name }}.\n"
    assert put(practitioner, a_wording(), slug=first.slug) == first

    second = put(practitioner, a_wording(source="We run.\n"), slug=first.slug)
    assert (second.slug, second.version, second.text) == ("walking-sessions", 2, "We run.\n")
    assert put(practitioner, a_wording()).slug == "walking-sessions-2"


def test_an_edited_starter_is_not_overwritten_and_still_follows_the_practice(practitioner):
    wording = starting_point("fees-and-cancellation", TODAY)
    mine = Wording(**{**wording.__dict__, "source": wording.source + "\nAsk me.\n"})
    edited = put(practitioner, mine, slug="fees-and-cancellation")
    assert (edited.version, edited.text.endswith("Ask me.\n")) == (2, True)
    assert [d for d in drafts(practitioner=practitioner, now=NOW) if d.is_changed] == []

    SessionType.objects.update(price_cents=175_00)
    publish_starters(practitioner=practitioner, by=None, now=NOW + timedelta(days=1))
    newest = current("fees-and-cancellation")
    assert newest.version == 3
    assert "$175" in newest.text
    assert newest.text.endswith("Ask me.\n")
    assert newest.source == edited.source


def test_an_unknown_blank_is_named(practitioner):
    with pytest.raises(EditingProblem) as refused:
        preview(wording=a_wording(source="{{ nobody }}"), practitioner=practitioner)
    assert refused.value.field == "source"
    assert "{{ nobody }}" in str(refused.value)
    assert "practice_name" in str(refused.value)


@pytest.mark.parametrize("title", ["Health care proxy", "Power of attorney", "My last will"])
def test_what_is_signed_by_hand_is_refused(practitioner, title):
    with pytest.raises(EditingProblem) as refused:
        put(practitioner, a_wording(title=title))
    assert (refused.value.field, str(refused.value)) == ("title", BY_HAND_WARNING)


@pytest.mark.parametrize(
    ("words", "warning"),
    [
        ("You name me in a durable power of attorney.", BY_HAND_WARNING),
        ("You hold harmless the practice.", WAIVER_WARNING),
        ("A session is $150.", MONEY_WARNING),
    ],
)
def test_a_text_that_needs_a_second_thought_is_warned_of(practitioner, words, warning):
    shown = preview(wording=a_wording(source=words), practitioner=practitioner)
    assert shown.warnings == (warning,)


def test_no_starter_text_is_warned_of(practitioner):
    for slug in ("psychotherapy", "emdr", "telehealth", "fees-and-cancellation"):
        shown = preview(wording=starting_point(slug, TODAY), practitioner=practitioner)
        assert (slug, shown.warnings) == (slug, ())


def test_a_retired_text_is_asked_of_nobody_until_it_is_taken_up(practitioner):
    document, by = current("emdr"), practitioner.user
    retiring.retire(document=document, by=by, now=NOW)
    retiring.retire(document=document, by=by, now=NOW)
    assert current_documents(["emdr", "telehealth"]) == [current("telehealth")]
    assert "emdr" not in {d.starter.slug for d in drafts(practitioner=practitioner, now=NOW)}

    appointment = an_appointment()
    IntakePlan.objects.create(
        session_type=appointment.session_type, questionnaires=[], consents=["emdr", "telehealth"]
    )
    intake = open_for_appointment(appointment=appointment, by=None, now=NOW)
    assert [d.slug for d in intake.consents.all()] == ["telehealth"]

    retiring.take_up(document=document, by=by, now=NOW)
    assert current_documents(["emdr"]) == [document]
    actions = AuditEvent.objects.filter(action__startswith="consent.").values_list(
        "action", flat=True
    )
    assert list(actions)[-2:] == ["consent.retire", "consent.take_up"]


def test_a_picture_in_a_text_keeps_no_document_from_being_drawn(practitioner):
    source = "The way: ![a map](https://example.com/map.png)\n"
    assert blank_sheet(put(practitioner, a_wording(source=source))).pages == 1


def test_plans_ask_for_a_text_or_stop_asking(practitioner):
    kind = SessionType.objects.get()
    plan = IntakePlan.objects.create(session_type=kind, questionnaires=[], consents=["emdr"])
    document, by = current("telehealth"), practitioner.user

    def ask(plans):
        return retiring.ask_in_intakes(document=document, plans=plans, among=[plan], by=by, now=NOW)

    assert (ask([plan]), ask([plan])) == (1, 0)
    plan.refresh_from_db()
    assert plan.consents == ["emdr", "telehealth"]
    assert ask([]) == 1
    plan.refresh_from_db()
    assert plan.consents == ["emdr"]
