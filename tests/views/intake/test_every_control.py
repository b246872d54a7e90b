"""Every kind of item on its page: posted without JavaScript, stored, shown again, exported."""

import re
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal

import pytest
from django.urls import reverse
from fhir.resources.R4B.questionnaireresponse import QuestionnaireResponse as FhirResponse

from intake.fhir.answers import Answer, key_of
from intake.fhir.export import to_questionnaire_response
from intake.fhir.questionnaire import Coded, PartialDate, Quantity
from tests.factories.everything import everything
from tests.factories.intake import FILLED_AT, posted

pytestmark = pytest.mark.django_db
SUMMER = timezone(timedelta(hours=-4))  # the first 1:30 of a day that has two


@pytest.fixture
def response(client):
    response = everything()
    client.force_login(response.intake.client.user)
    return response


def url_of(response, section):
    return reverse(
        "intake:section", args=[response.intake.public_id, response.questionnaire.slug, section]
    )


def text_of(reply):
    return re.sub(r"\s+", " ", reply.content.decode())


def save(client, response, section, *, htmx=False, **fields):
    response.refresh_from_db()
    form = posted(response, section, **fields)
    return client.post(
        url_of(response, section), form, headers={"HX-Request": "true"} if htmx else {}
    )


def given(response):
    response.refresh_from_db()
    return response.given()


CHOSEN = {
    "coffee": "true",
    "cups": "3",
    "season": "spring",
    "season-why": "The light",
    "weather": "rain",
    "city": "new york",
    "pets": ["dog", "+other"],
    "pets:other": "Two hens",
    "drink": "+other",
    "drink:other": "Cocoa",
    "rest": "most",
    "calm": "every",
    "number": "7",
}
MEASURED = {
    "height": "71",
    "height:unit": "[in_i]",
    "weight": "72,5",
    "bmi-note": "As always",
    "mood": "7",
    "rooms": "4",
    "moved": "2019-05-03",
    "school": "June 1999",
    "slept": "2026-11-01",
    "slept:time": "01:30",
    "up": "7:15 am",
    "site": "https://example.org/page",
    "zip": "10001",
}


def test_what_is_chosen_is_kept_shown_and_exported(client, response):
    for _ in range(2):  # the second time with what the first one made appear
        saved = save(client, response, "choosing", **CHOSEN)

    assert saved.status_code == 302
    answers = given(response)
    assert answers["coffee"] == Answer((True,))
    assert answers["cups"] == Answer((3,))
    assert answers["season-why"] == Answer(("The light",))
    item = response.questionnaire.parsed.by_link_id
    assert answers["city"] == Answer((Coded(item["city"].options[3].code),))
    assert answers["pets"] == Answer((Coded("dog"), "Two hens"))
    assert answers["drink"] == Answer(("Cocoa",))
    assert answers["number"] == Answer((Coded(item["number"].options[1].code),))
    assert answers["points"] == Answer((5,))
    told = text_of(client.get(url_of(response, "choosing")))
    assert '<option value="rain" selected>Rainy</option>' in told
    assert 'value="New York"' in told
    assert 'value="Two hens"' in told
    assert "<strong>bold</strong>" in told
    exported = export(response)["item"][0]["item"]
    assert [each["linkId"] for each in exported] == [
        "coffee", "cups", "season", "weather", "city", "pets", "drink", "rest", "calm", "points",
        "number",
    ]  # fmt: skip
    assert exported[2]["answer"][0]["item"][0]["answer"] == [{"valueString": "The light"}]
    assert exported[4]["answer"] == [{"valueString": "New York"}]
    assert exported[-1]["answer"] == [{"valueInteger": 7}]


def test_what_is_measured_is_kept_shown_and_exported(client, response):
    for _ in range(2):
        saved = save(client, response, "numbers", **MEASURED)

    assert saved.status_code == 302
    answers = given(response)
    inches = response.questionnaire.parsed.by_link_id["height"].units[1].key
    assert answers["height"] == Answer((Quantity(Decimal(71), inches),))
    assert answers["weight"] == Answer((Decimal("72.5"),))
    assert answers["bmi"] == Answer((Decimal("22.3"),))
    assert answers["bmi-note"] == Answer(("As always",))
    assert answers["moved"] == Answer((date(2019, 5, 3),))
    assert answers["school"] == Answer((PartialDate(1999, 6),))
    assert answers["slept"] == Answer((datetime(2026, 11, 1, 1, 30, tzinfo=SUMMER),))
    assert answers["up"] == Answer((time(7, 15),))
    told = text_of(client.get(url_of(response, "numbers")))
    for field in ('value="72.5"', 'value="2019-05-03"', 'value="1999-06"', 'value="01:30"'):
        assert field in told
    assert '<p class="intake-words" dir="auto">22.3</p>' in told
    exported = {each["linkId"]: each["answer"] for each in export(response)["item"][0]["item"]}
    assert exported["height"] == [
        {
            "valueQuantity": {
                "value": 71,
                "unit": "inches",
                "system": "http://unitsofmeasure.org",
                "code": "[in_i]",
            }
        }
    ]
    assert exported["school"] == [{"valueDate": "1999-06"}]
    assert exported["slept"] == [{"valueDateTime": "2026-11-01T01:30:00-04:00"}]
    assert exported["up"] == [{"valueTime": "07:15:00"}]
    assert exported["site"] == [{"valueUri": "https://example.org/page"}]
    assert exported["bmi"] == [{"valueDecimal": 22.3}]


def export(response):
    exported = to_questionnaire_response(
        response.questionnaire.parsed,
        given(response),
        identifier=str(response.public_id),
        is_complete=True,
        authored_at=FILLED_AT,
    )
    FhirResponse.model_validate(exported)
    hidden = [each for each in exported["item"] if each["linkId"] == "repeated"]
    assert [each["linkId"] for group in hidden for each in group["item"]][-2:] == [
        "origin",
        "consented",
    ]
    return exported


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"height": "71"}, "Please choose a unit."),
        ({"height": "tall", "height:unit": "cm"}, "Please enter a number, such as 3 or 2.5."),
        ({"weight": "1,234"}, "Is this 1234 or 1.234? Please write it without the comma."),
        ({"weight": "72.55"}, "Please use at most 1 decimal."),
        ({"weight": "500"}, "The largest number here is 400 kg."),
        ({"mood": "11"}, "The largest number here is 10."),
        ({"moved": "2031-01-01"}, "The latest date here is December 31, 2030."),
        ({"moved": "3.5.2019"}, "Please enter a full date that exists, for example 1985-04-23."),
        ({"school": "long ago"}, "Please enter a year, or a year and a month, for example 2019"),
        ({"slept": "2027-03-14", "slept:time": "02:30"}, "the clocks go forward"),
        ({"slept": "", "slept:time": "02:30"}, "Please enter the date as well."),
        ({"up": "dawn"}, "Please enter a time, for example 14:30."),
        ({"site": "example"}, "Please enter a full address, for example https://example.org."),
        ({"site": "javascript:alert(1)"}, "Please enter a full address"),
        ({"zip": "1000"}, "Please write it in this form: 12345 or 12345-6789"),
    ],
)
def test_what_can_not_be_kept_stays_typed_with_the_reason_beside_it(
    client, response, fields, message
):
    refused = save(client, response, "numbers", **fields)

    told = text_of(refused)
    assert refused.status_code == 422
    assert told.count(message) == 2
    assert all(f'value="{typed}"' in told for typed in fields.values() if typed)
    assert not set(given(response)) & set(fields)


def test_a_choice_that_is_none_stays_typed(client, response):
    refused = save(client, response, "choosing", city="Atlantis")

    assert refused.status_code == 422
    assert 'value="Atlantis"' in text_of(refused)
    assert "Please choose one of the answers shown." in text_of(refused)


@pytest.mark.parametrize(("link_id", "value"), [("season", "spring"), ("coffee", "true")])
def test_a_radio_button_is_cleared_without_javascript(client, response, link_id, value):
    save(client, response, "choosing", **{link_id: value})

    cleared = save(client, response, "choosing", **{link_id: value}, act=f"clear {link_id}")

    assert cleared.headers["Location"] == f"{url_of(response, 'choosing')}#q-{link_id}"
    assert given(response)[link_id] == Answer()


def test_repeated_answers_come_with_one_field_more(client, response):
    more = save(client, response, "repeated", names=["Ada"], act="more names")

    assert more.headers["Location"] == f"{url_of(response, 'repeated')}?more=names#q-names"
    told = text_of(client.get(more.headers["Location"]))
    assert [
        value for _, value in re.findall(r'name="names" id="([^"]*)" value="([^"]*)"', told)
    ] == [
        "Ada",
        "",
    ]
    save(client, response, "repeated", names=["Ada", "Grace"])
    assert given(response)["names"] == Answer(("Ada", "Grace"))
    refused = save(client, response, "repeated", names=list("abcde"))
    assert "Please give at most 4 answers. These are 5." in text_of(refused)


def test_a_group_is_repeated_removed_and_put_back(client, response):
    url = url_of(response, "repeated")
    typed = {"drug.1": "Aspirin"}
    added = save(client, response, "repeated", **typed, act="add medication")
    assert added.headers["Location"] == f"{url}#q-medication.2"
    typed |= {"drug.2": "Ibuprofen", "dose.2": "400"}
    added = save(client, response, "repeated", **typed, act="add effect.2")
    assert added.headers["Location"] == f"{url}#q-effect.2.2"
    typed |= {"effect-what.2.2": "Heartburn"}

    removed = save(client, response, "repeated", **typed, act="remove medication.1")

    assert removed.headers["Location"] == f"{url}#q-medication"
    answers = given(response)
    assert answers["medication"] == Answer((2,))
    assert answers[key_of("drug", "1")] == Answer(("Aspirin",))
    told = text_of(client.get(url))
    assert "Removed: “Aspirin”" in told
    assert "Medication 1" in told
    assert 'value="Ibuprofen"' in told
    exported = export(response)["item"][0]["item"]
    assert [each["linkId"] for each in exported] == [
        "medication", "drugs-total", "origin", "consented",
    ]  # fmt: skip
    assert exported[0]["item"] == [
        {"linkId": "drug", "text": "What is it called?", "answer": [{"valueString": "Ibuprofen"}]},
        {
            "linkId": "dose",
            "text": "How much?",
            "answer": [
                {
                    "valueQuantity": {
                        "value": 400,
                        "unit": "mg",
                        "system": "http://unitsofmeasure.org",
                        "code": "mg",
                    }
                }
            ],
        },
        {
            "linkId": "effect",
            "text": "Side effect",
            "item": [
                {
                    "linkId": "effect-what",
                    "text": "What was it?",
                    "answer": [{"valueString": "Heartburn"}],
                }
            ],
        },
    ]
    save(client, response, "repeated", act="restore medication.1")
    assert given(response)["medication"] == Answer((1, 2))
    told = text_of(client.get(reverse("intake:check", args=[response.intake.public_id])))
    assert "<h4>Medication 1</h4>" in told
    assert "<h4>Medication 2 · Side effect 2</h4>" in told


def test_a_condition_in_a_repetition_looks_at_the_same_one(client, response):
    save(client, response, "repeated", act="add medication")

    reply = text_of(save(client, response, "repeated", htmx=True, **{"stopped.2": "true"}))

    assert 'id="slot-q-stopped-why.2" class="slot" hx-swap-oob="true"' in reply
    assert "stopped-why.1" not in reply


def test_one_answer_is_posted_alone_and_brings_up_what_depends_on_it(client, response):
    form = {"window": "w", "coffee:revision": "0", "coffee": "true"}

    reply = client.post(url_of(response, "choosing"), form, headers={"HX-Request": "true"})

    assert given(response)["coffee"] == Answer((True,))
    told = text_of(reply)
    assert 'id="slot-q-cups" class="slot" hx-swap-oob="true"' in told
    assert 'id="q-points:fixed" hx-swap-oob="true"' in told
    assert "slot-q-season-why" not in told
    form = {"window": "w", "coffee:revision": "1", "shown": ["cups"]}
    told = text_of(client.post(url_of(response, "choosing"), form, headers={"HX-Request": "true"}))
    assert 'id="slot-q-cups" class="slot" hidden hx-swap-oob="true"' in told


def test_typing_into_a_repetition_that_was_removed_elsewhere_puts_it_back(client, response):
    save(client, response, "repeated", act="add medication")
    response.refresh_from_db()
    stale = posted(response, "repeated", **{"drug.2": "Typed in the other window"})
    save(client, response, "repeated", act="remove medication.2")
    assert given(response)["medication"] == Answer((1,))

    client.post(url_of(response, "repeated"), stale, headers={"HX-Request": "true"})

    assert given(response)["medication"] == Answer((1, 2))
    assert given(response)[key_of("drug", "2")] == Answer(("Typed in the other window",))


def test_every_question_of_an_imported_questionnaire_may_be_said_in_person(client, response):
    save(client, response, "choosing", **{"season:in-person": "on"})

    assert given(response)["season"] == Answer(in_person=True)


def test_the_last_repetition_stays(client, response):
    save(client, response, "repeated", act="remove medication.1")

    assert "medication" not in given(response)


@pytest.mark.parametrize(
    "act", ["add nothing", "add medication.1.2", "explode medication", "remove drug.1", "add", ""]
)
def test_a_button_that_is_none_of_ours_only_saves(client, response, act):
    saved = save(client, response, "repeated", names=["Ada"], act=act)

    assert saved.status_code == 302
    assert given(response)["names"] == Answer(("Ada",))
    assert "medication" not in given(response)
