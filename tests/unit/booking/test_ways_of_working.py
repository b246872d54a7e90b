"""How the therapist works: versions that stay, differences to read, words that fit together."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from booking.models import WayOfWorking
from booking.services.ways_of_working import ChangedMeanwhile, publish
from booking.ways.differences import differences
from booking.ways.dimensions import STEPS
from booking.ways.page import page_of
from booking.ways.starter import starter_way
from booking.ways.words import BY_CODE, DIMENSIONS
from portal.shared.models import AuditEvent
from portal.shared.word_differences import Piece
from tests.factories.booking import NOW, PractitionerFactory
from tests.factories.ways import LONG_AGO, a_way

pytestmark = pytest.mark.django_db


def test_each_dimension_has_five_steps_for_both_sides_and_no_number() -> None:
    for dimension in DIMENSIONS:
        for words in (dimension.therapist, dimension.client, dimension.nouns):
            assert len(set(words)) == len(STEPS) == 5
            assert not any(letter.isdigit() for letter in "".join(words))
        assert dimension.ask_towards_first.endswith("?")
        assert dimension.ask_towards_second.endswith("?")
    assert len(BY_CODE) == len(DIMENSIONS)


def test_a_new_version_leaves_the_old_one_as_it_was_read() -> None:
    practitioner = PractitionerFactory()
    first = a_way(practitioner, opening="Slowly.")

    second = a_way(practitioner, now=NOW, opening="Slowly, together.")

    ways = WayOfWorking.objects
    assert (first.version, second.version) == (1, 2)
    assert ways.current(practitioner) == second
    assert ways.shown_at(practitioner, NOW - timedelta(seconds=1)) == first
    assert ways.shown_at(practitioner, NOW) == second
    assert ways.shown_at(practitioner, LONG_AGO - timedelta(seconds=1)) is None
    published = AuditEvent.objects.filter(action="way_of_working.publish")
    assert [event.detail for event in published] == [{"version": 1}, {"version": 2}]


def test_what_was_read_can_not_be_changed_or_deleted() -> None:
    way = a_way(PractitionerFactory())

    way.opening = "Something else."
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        way.save()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        way.delete()


def test_the_same_words_make_no_new_version() -> None:
    practitioner = PractitionerFactory()

    assert a_way(practitioner) == a_way(practitioner, now=NOW)
    assert WayOfWorking.objects.count() == 1


def test_an_old_window_does_not_write_over_what_another_one_published() -> None:
    practitioner = PractitionerFactory()
    a_way(practitioner)
    a_way(practitioner, now=NOW, opening="From the other window.")
    late = starter_way(practitioner)
    late.opening = "From the window that was open all day."

    with pytest.raises(ChangedMeanwhile) as changed:
        publish(way=late, seen=1, by=None, now=NOW)

    assert changed.value.version == 2
    assert WayOfWorking.objects.count() == 2


def test_differences_name_the_words_that_came_and_went() -> None:
    practitioner = PractitionerFactory()
    before = starter_way(practitioner)
    after = starter_way(practitioner)
    after.sentences = {"practice": "Five minutes a day."}
    after.places = before.places | {"lead": "first"}
    after.not_for = before.not_for[:3]

    found = {one.title: one.pieces for one in differences(before, after)}

    assert list(found) == [
        "Who leads",
        "Between sessions, in your own words",
        "Whom you are not right for",
    ]
    assert found["Who leads"] == (
        Piece("We take turns", is_removed=True),
        Piece("I lead, and you say stop whenever you like", is_added=True),
    )
    assert found["Between sessions, in your own words"] == (
        Piece("Five minutes a day.", is_added=True),
    )
    kept, gone = found["Whom you are not right for"]
    assert (kept.is_changed, gone.is_removed) == (False, True)
    assert differences(before, before) == []


def test_of_a_long_text_only_what_is_near_the_change_is_told() -> None:
    before, after = starter_way(PractitionerFactory()), WayOfWorking()
    for name in ("places", "sentences", "phases", "not_for", "first_conversation"):
        setattr(after, name, getattr(before, name))
    before.opening = " ".join(["so"] * 60 + ["old"])
    after.opening = " ".join(["so"] * 60 + ["new"])

    (found,) = differences(before, after)

    assert found.pieces[0].words.count("so") == 16
    assert found.pieces[1:] == (Piece("old", is_removed=True), Piece("new", is_added=True))


def test_the_page_leaves_out_what_she_would_rather_not_say() -> None:
    way = starter_way(PractitionerFactory())
    way.places = {"silence": "rather-first"}
    way.sentences = {"silence": "I am with you when it is quiet."}

    (said,) = page_of(way).said

    assert (said.title, said.words) == ("Silence", "Silence while something is working")
    assert said.sentence == "I am with you when it is quiet."
    assert said.here == (False, True, False, False, False)


@pytest.mark.parametrize("dimension", DIMENSIONS, ids=lambda one: one.code)
def test_each_difference_gives_a_question_and_sameness_none(dimension) -> None:
    for hers in STEPS:
        for theirs in STEPS:
            question = dimension.question_between(hers, theirs)
            assert bool(question) == (hers != theirs)
            assert question == "" or question.endswith("?”")
