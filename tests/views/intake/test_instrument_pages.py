"""The therapist's instruments: the list, one of them, its wording, its plan and its cut-off."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from intake.instruments.pack import packs
from intake.models import CutOff, ImportedWording, IntakePlan, Questionnaire, Score
from portal.shared.models import AuditEvent
from tests.factories.accounts import UserFactory, add_app
from tests.factories.booking import SessionTypeFactory
from tests.factories.instruments import a_completed_pack, a_fhir_file, lines_of
from tests.factories.intake import an_intake

pytestmark = pytest.mark.django_db
LIST = "/therapist/instruments/"
WHO5 = LIST + "who-5/"
PERMITTED = {"basis": "Written permission", "agrees": "on"}


@pytest.fixture
def plan():
    return an_intake("phq-9").appointment.session_type.intake_plan


@pytest.fixture
def user(plan):
    return plan.session_type.practitioner.user


@pytest.fixture
def browser(client, user):
    add_app(user)
    client.force_login(user)
    return client


def text_of(response):
    return re.sub(r"\s+", " ", response.content.decode())


def filled(**changes):
    return {"title": "Well-being", "items": lines_of(packs()["who-5"]), **PERMITTED, **changes}


def test_the_list_says_what_is_in_use_ready_and_without_wording(browser):
    told = text_of(browser.get(LIST))

    assert "Asked for in: " in told
    assert told.count(">In use<") == 1
    assert told.count(">Ready<") == 6
    assert told.count(">Without wording<") == 6


@pytest.mark.parametrize("path", ["", "preview/", "wording/"])
def test_what_is_no_instrument_is_not_there(browser, path):
    assert browser.get(f"{LIST}wai-sr/{path}").status_code == 404


def test_a_pack_says_its_licence_and_asks_for_the_wording(browser):
    told = text_of(browser.get(WHO5))

    assert "It has no wording here yet." in told
    assert "CC BY-NC-SA 3.0 IGO" in told
    assert "Where it is asked for" not in told
    assert browser.get(WHO5 + "preview/").status_code == 404
    assert browser.post(WHO5 + "plans/").status_code == 404


def test_an_instrument_with_wording_takes_no_other(browser):
    assert "No permission required to reproduce" in text_of(browser.get(LIST + "phq-9/"))
    assert browser.get(LIST + "phq-9/wording/").status_code == 404


def test_a_wording_is_looked_at_before_it_is_published(browser):
    told = text_of(browser.post(WHO5 + "wording/", filled(agrees="", basis="", preview="1")))

    assert "Nothing is published yet." in told
    assert "<legend>Well-being</legend>" in told
    assert told.count("An invented question 3") == 2
    assert not Questionnaire.objects.filter(slug="who-5").exists()


def test_a_wording_is_published_with_its_declaration(browser, user):
    answer = browser.post(WHO5 + "wording/", filled(), follow=True)

    told = text_of(answer)
    assert "WHO-5 has its wording now." in told
    assert f"Version 1, brought {ImportedWording.objects.get().declared_at:%B}" in told
    assert f"by {user.email}" in told
    assert "Written permission" in told
    assert "An invented question 3" in text_of(browser.get(WHO5 + "preview/"))
    assert "published already" in text_of(browser.post(WHO5 + "wording/", filled(), follow=True))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"items": "one\ntwo"}, "WHO-5 has 5 items, one a line. You gave 2."),
        ({"title": ""}, "Please say what your client reads above the questions."),
        ({"answers": "one"}, "There are 6 answers, for 0 to 5 points."),
        ({"basis": ""}, "Please say by what licence or permission you may use it."),
        ({"agrees": ""}, "Without this the wording can’t be published."),
        ({"fhir": "{"}, "This is not JSON. Please paste the whole file."),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_lost(browser, changes, message):
    answer = browser.post(WHO5 + "wording/", filled(stem="In my own words", **changes))

    told = text_of(answer)
    assert answer.status_code == 422
    assert told.count(message) == 2
    assert "In my own words" in told
    assert not Questionnaire.objects.filter(slug="who-5").exists()


def test_all_problems_are_said_at_once(browser):
    told = text_of(browser.post(WHO5 + "wording/", {"title": "", "items": ""}))

    assert "You gave 0." in told
    assert "Please say what your client reads above the questions." in told
    assert "Please say by what licence or permission you may use it." in told
    assert "Without this the wording can’t be published." in told


def test_a_file_is_read_and_stays_on_a_refused_page(browser):
    def file(content):
        return SimpleUploadedFile("theirs.json", content)

    refused = browser.post(WHO5 + "wording/", filled(agrees="", file=file(b'{"resourceType": 1}')))
    assert "This is not a FHIR Questionnaire." in text_of(refused)
    assert "{&quot;resourceType&quot;: 1}" in refused.content.decode()

    no_text = browser.post(WHO5 + "wording/", filled(file=file(b"\xff\xfe\x00")))
    assert "This file is not text (UTF-8)." in text_of(no_text)

    browser.post(WHO5 + "wording/", filled(file=file(a_fhir_file("who-5").encode())))
    assert Questionnaire.objects.get(slug="who-5").title == "Theirs"
    assert ImportedWording.objects.get().source == "fhir"


def test_an_instrument_is_asked_for_where_the_therapist_says(browser, plan):
    kind = str(plan.session_type.public_id)

    told = browser.post(LIST + "lec-5/plans/", {"plan": [kind]}, follow=True)
    assert "Intakes that are opened from now on follow it." in text_of(told)
    assert IntakePlan.objects.get(pk=plan.pk).questionnaires == ["phq-9", "lec-5"]

    browser.post(LIST + "lec-5/plans/", {})
    assert IntakePlan.objects.get(pk=plan.pk).questionnaires == ["phq-9"]


def test_other_practitioners_plans_are_left_alone(browser, plan):
    other = IntakePlan.objects.create(session_type=SessionTypeFactory(), questionnaires=["gad-7"])

    browser.post(LIST + "gad-7/plans/", {"plan": [str(other.session_type.public_id)]})

    assert IntakePlan.objects.get(pk=other.pk).questionnaires == ["gad-7"]
    assert IntakePlan.objects.get(pk=plan.pk).questionnaires == ["phq-9"]
    assert not AuditEvent.objects.filter(action="intake_plan.change").exists()


def test_what_a_clinician_asks_is_not_offered_for_clients(browser, user, plan):
    a_completed_pack("c-ssrs", by=user)

    told = text_of(browser.get(LIST + "c-ssrs/"))
    assert "Asked by you, in person" in told
    assert "Where it is asked for" not in told

    kind = str(plan.session_type.public_id)
    answer = browser.post(LIST + "c-ssrs/plans/", {"plan": [kind]}, follow=True)
    assert "It is not sent to clients." in text_of(answer)
    assert IntakePlan.objects.get(pk=plan.pk).questionnaires == ["phq-9"]


def test_the_cut_off_of_the_pcl_5_is_the_practices_choice(browser):
    assert "Your cut-off" in text_of(browser.get(LIST + "pcl-5/"))
    assert "Your cut-off" not in text_of(browser.get(LIST + "phq-9/"))

    told = browser.post(LIST + "pcl-5/cut-off/", {"cut_off": "31"}, follow=True)
    assert "The cut-off is 31 from now on." in text_of(told)
    assert CutOff.objects.get().value == 31

    for typed in ("30", "", "٣١", "9" * 30):
        answer = browser.post(LIST + "pcl-5/cut-off/", {"cut_off": typed}, follow=True)
        assert "Please choose one of the published cut-offs." in text_of(answer)
    assert CutOff.objects.get().value == 31


@pytest.mark.parametrize("path", ["", "who-5/", "who-5/wording/", "phq-9/preview/"])
def test_nobody_else_sees_instruments(client, plan, path):
    client.force_login(UserFactory(role="client"))

    assert client.get(LIST + path).status_code == 404


@pytest.mark.parametrize(
    ("slug", "chosen", "said"),
    [
        ("c-ssrs", {"item-1": "1", "item-2": "1", "item-4": "1"}, "<dd>Not certain: ask</dd>"),
        (
            "c-ssrs",
            {f"item-{n}": "0" for n in ("1", "2", "6a")} | {"item-6b": "1"},
            "<dt>Level of risk</dt><dd>high</dd>",
        ),
        ("c-ssrs", {"item-6a": "1"}, "<dd>Yes: act on it now</dd>"),
        ("pc-ptsd-5", {"gate": "0"}, "<dt>Sum</dt><dd>0 of 5</dd>"),
        ("phq-2", {"item-1": "3"}, "<dd>Incomplete: 1 not answered</dd>"),
        (
            "c-nip",
            {f"item-{n}": "-3" for n in range(1, 19)},
            "<dt>Scale TD-CD</dt><dd>-15, strong for client directiveness</dd>",
        ),
        ("pcl-5", {f"item-{n}": "2" for n in range(1, 21)}, "<dt>Sum</dt><dd>40 of 80</dd>"),
        (
            "itq",
            {f"item-{half}{n}": "2" for half in "PC" for n in range(1, 10)},
            "<dt>Result by the rules of ICD-11</dt><dd>CPTSD</dd>",
        ),
    ],
)
def test_answers_are_scored_by_hand_and_not_kept(browser, slug, chosen, said):
    events = AuditEvent.objects.count()

    told = text_of(browser.post(f"{LIST}{slug}/score/", chosen))

    assert said in told
    assert AuditEvent.objects.count() == events
    assert not Score.objects.exists()


def test_scoring_by_hand_refuses_what_is_not_on_the_scale(browser):
    answer = browser.post(f"{LIST}who-5/score/", {"item-1": "9", "item-2": "4"})

    told = text_of(answer)
    assert answer.status_code == 422
    assert "9 is not one of the available choices" in told
    assert '<option value="4" selected>4</option>' in told
    assert browser.get(f"{LIST}lec-5/score/").status_code == 404
