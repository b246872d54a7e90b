"""Instruments as a client meets them: a gate, boxes to tick, and no labels."""

import re

import pytest
from django.urls import reverse

from intake.fhir.questionnaire import Coded
from intake.instruments.pack import packs
from intake.models import SafetyAlert
from intake.services.questionnaires import publish_questionnaire
from tests.factories.instruments import a_resource
from tests.factories.intake import FILLED_AT, an_intake, answer, posted, response_to

pytestmark = pytest.mark.django_db
SECTION = "questions"
LABELS = re.compile(
    r"At or above|At or below|[Ss]everity|\bband\b|[Ss]core|[Cc]ut-off|Exposure to such"
    r"|Level of risk|depressive|[Pp]rovisional|diagnos"
)


@pytest.fixture
def intake():
    return an_intake("pc-ptsd-5", "lec-5", "phq-2", "gad-2")


@pytest.fixture
def signed_in(client, intake):
    client.force_login(intake.client.user)
    return client


def page(intake, part):
    return reverse("intake:section", args=[intake.public_id, part, SECTION])


def text_of(response):
    return re.sub(r"\s+", " ", response.content.decode())


def save(client, intake, slug, **fields):
    return client.post(page(intake, slug), posted(response_to(intake, slug), SECTION, **fields))


def test_the_gate_alone_is_asked_first(signed_in, intake):
    told = text_of(signed_in.get(page(intake, "pc-ptsd-5")))

    assert "Have you ever experienced this kind of event?" in told
    assert "had nightmares about the event(s)" not in told


def test_a_yes_at_the_gate_asks_five_more_without_javascript(signed_in, intake):
    answered = save(signed_in, intake, "pc-ptsd-5", **{"pc-ptsd-5-gate": "true"})

    assert answered.url.startswith(page(intake, "pc-ptsd-5"))
    told = text_of(signed_in.get(answered.url))
    assert "had nightmares about the event(s)" in told
    assert "In the past month, have you ..." in told


def test_a_no_at_the_gate_leads_on(signed_in, intake):
    answered = save(signed_in, intake, "pc-ptsd-5", **{"pc-ptsd-5-gate": "false"})

    assert answered.url == page(intake, "lec-5")


def test_several_boxes_of_an_event_are_kept_in_their_order(signed_in, intake):
    save(signed_in, intake, "lec-5", **{"lec-5-07": ["job", "witnessed"]})

    given = response_to(intake, "lec-5").given()["lec-5-07"]
    assert given.values == (Coded("witnessed"), Coded("job"))


def test_an_event_can_be_kept_for_the_session(signed_in, intake):
    save(signed_in, intake, "lec-5", **{"lec-5-08:in-person": "on"})

    assert response_to(intake, "lec-5").given()["lec-5-08"].in_person


def test_what_applies_and_does_not_is_asked_again_and_the_rest_is_kept(signed_in, intake):
    fields = {"lec-5-01": ["happened", "does-not-apply"], "lec-5-02": ["learned"]}

    answered = save(signed_in, intake, "lec-5", **fields)

    assert answered.status_code == 422
    assert "You chose “Doesn’t apply” and something else." in text_of(answered)
    given = response_to(intake, "lec-5").given()
    assert given["lec-5-02"].values == (Coded("learned"),)


def test_the_client_sees_answers_and_no_labels(signed_in, intake):
    answer(response_to(intake, "pc-ptsd-5"), "pc-ptsd-5-gate", True)
    answer(response_to(intake, "pc-ptsd-5"), "pc-ptsd-5-01", "yes")
    answer(response_to(intake, "lec-5"), "lec-5-03", "happened")
    answer(response_to(intake, "phq-2"), "44250-9", "LA6571-9")
    check = reverse("intake:check", args=[intake.public_id])

    seen = [text_of(signed_in.get(check))]
    sent = signed_in.post(check, follow=True)
    seen += [text_of(sent), text_of(signed_in.get(check))]

    assert "Happened to me" in seen[0]
    assert "Nearly every day" in seen[0]
    assert [LABELS.findall(re.sub(r"<script.*?</script>", "", page)) for page in seen] == [[]] * 3


def test_an_imported_instrument_raises_its_alert_on_the_save_of_its_page(client):
    an_intake("phq-2")
    publish_questionnaire(resource=_dangerous("who-5"), now=FILLED_AT)
    intake = an_intake("who-5")
    client.force_login(intake.client.user)

    calm = save(client, intake, "who-5", **{"who-5-05": "0"})
    assert not SafetyAlert.objects.exists()
    assert calm.url == reverse("intake:check", args=[intake.public_id])

    answered = save(client, intake, "who-5", **{"who-5-05": "1"})

    assert SafetyAlert.objects.get().link_id == "who-5-05"
    assert answered.url == reverse("intake:support", args=[intake.public_id, "who-5", SECTION])


def _dangerous(slug):
    """As a pack with a safety rule on its last item writes it."""
    resource = {**a_resource(slug), "version": "1"}
    pack = packs()[slug]
    url = "https://example.org/fhir/StructureDefinition/safety-alert"
    for option, points in zip(resource["item"][-1]["answerOption"], pack.scale.points, strict=True):
        if points >= 1:
            option["extension"] = [{"url": url, "valueCode": "self-harm"}]
    return resource
