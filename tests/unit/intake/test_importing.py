"""Checking a file and publishing it: versions, slugs, and what is not taken over."""

import json
from datetime import UTC, datetime

import pytest

from intake.models import Questionnaire
from intake.services.importing import (
    NotAccepted,
    check_file,
    check_resource,
    preview,
    publish_checked,
)
from intake.services.questionnaires import publish_questionnaires
from portal.shared.models import AuditEvent
from tests.factories.fhir_files import extension, item, one_of_everything, resource

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)


def small(text="How are you?", **more):
    return resource(item("a", "string", text), **{"url": "https://example.org/q/small", **more})


def publish(value):
    published = publish_checked(checked=check_resource(value), by=None, now=NOW)
    row = published.questionnaire
    return row.slug, row.version, row.resource["version"], published.is_new


def test_counts():
    hidden = extension("questionnaire-hidden", valueBoolean=True)
    checked = check_resource(
        resource(
            item("g", "group", item=[item("a", "string"), item("t", "display")]),
            item("h", "string", extension=[hidden]),
            title="Counted",
        )
    )

    assert (checked.is_accepted, checked.title) == (True, "Counted")
    assert (checked.question_count, checked.hidden_count) == (1, 1)


@pytest.mark.django_db
def test_the_same_address_makes_versions():
    assert publish(small(version="1.0")) == ("small", 1, "1.0", True)
    assert publish(small(version="1.0")) == ("small", 1, "1.0", False)
    assert publish(small("How are you now?", version="1.0")) == ("small", 2, "1.0-r2", True)
    assert publish(small("How are you now?", version="1.0")) == ("small", 2, "1.0-r2", False)
    assert publish(small("How were you?", version="2.0")) == ("small", 3, "2.0", True)
    events = AuditEvent.objects.filter(action="questionnaire.publish")
    assert [event.detail for event in events.order_by("pk")] == [
        {"slug": "small", "version": version} for version in (1, 2, 3)
    ]


@pytest.mark.django_db
def test_another_address_with_the_same_name_gets_a_slug_of_its_own():
    publish(small())

    assert publish(small(url="https://example.com/q/small")) == ("small-2", 1, "1", True)
    assert publish(small(url="https://example.com/q/small")) == ("small-2", 1, "1", False)


@pytest.mark.django_db
def test_a_file_without_address_version_and_title_gets_them():
    bare = resource(item("a", "string"), name="MoodDiary")

    assert publish(bare) == ("mood-diary", 1, "1", True)
    row = Questionnaire.objects.get()
    assert row.title == "Mood Diary"
    assert row.resource["url"] == "https://example.org/fhir/Questionnaire/mood-diary"
    assert row.parsed.by_link_id["a"].text == "About a?"
    assert publish(resource(item("b", "string"), name="MoodDiary"))[:2] == ("mood-diary", 2)


@pytest.mark.django_db
def test_the_portals_own_questionnaires_stay_its_own():
    publish_questionnaires(now=NOW)
    own = Questionnaire.objects.get(slug="about-you")

    assert publish(own.resource)[:2] == ("about-you-questionnaire", 1)
    assert publish(own.resource)[:2] == ("about-you-questionnaire", 1)
    assert publish(resource(item("a", "string"), id="phq-9"))[:2] == ("phq-9-questionnaire", 1)
    assert publish_questionnaires(now=NOW) == []


@pytest.mark.parametrize(
    ("more", "slug"),
    [
        ({"id": "Check"}, "check-questionnaire"),
        ({"id": "a.b c/ü"}, "ab-cu"),
        ({"id": "x" * 80}, "x" * 40),
        ({"title": "心の記録"}, "questionnaire"),
        ({"url": "https://example.org/Questionnaire/mood|2"}, "mood"),
        ({"title": "My mood"}, "my-mood"),
    ],
)
def test_slugs(more, slug):
    checked = check_resource(resource(item("a", "string"), **more))

    assert checked.resource["id"] == slug


@pytest.mark.django_db
def test_what_is_refused_is_not_published():
    checked = check_resource(resource(item("a", "reference")))

    with pytest.raises(NotAccepted):
        publish_checked(checked=checked, by=None, now=NOW)

    assert Questionnaire.objects.count() == 0


def test_a_preview_shows_every_item_with_its_reasons():
    checked = check_resource(
        resource(
            item("g", "group", "Group", item=[item("a", "string", item=[item("b", "coding")])])
        )
    )

    (page,) = preview(checked)

    assert page.section.title == "Group"
    assert [(row.item.link_id, row.depth, row.reasons) for row in page.items] == [
        ("a", 0, ()),
        ("b", 1, ("The type “coding” is no item type of FHIR R4. It is one of FHIR R5.",)),
    ]


def test_a_file_that_is_no_questionnaire_has_nothing_to_preview():
    checked = check_file(b"no")

    assert (preview(checked), checked.title, checked.question_count) == ((), "", 0)
    assert list(checked.reasons_by_item()) == [""]


@pytest.mark.django_db
def test_one_of_everything_is_published_and_read_again():
    checked = check_file(json.dumps(one_of_everything()).encode())

    row = publish_checked(checked=checked, by=None, now=NOW, offers_in_person=False).questionnaire

    assert row.slug == "garden"
    assert row.parsed == checked.questionnaire
