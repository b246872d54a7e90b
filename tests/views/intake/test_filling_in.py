"""The whole way without JavaScript, and the same pages by htmx."""

import re

import pytest
from django.urls import reverse

from intake.fhir.answers import Answer
from intake.fhir.questionnaire import Coded
from intake.models import Answer as StoredAnswer
from intake.models import Intake, SafetyAlert
from portal.shared.models import OutboxEntry
from tests.factories.accounts import add_app
from tests.factories.booking import ClientFactory, PractitionerFactory
from tests.factories.intake import NEEDED, an_intake, answer, posted, response_to

pytestmark = pytest.mark.django_db
EMERGENCY = (
    "This portal is not monitored around the clock. In an emergency call 911 or go to the nearest"
    " emergency room. For suicidal thoughts or crisis, call or text 988 (988 Suicide &amp; Crisis"
    " Lifeline), any time."
)
HTMX = {"HX-Request": "true"}


@pytest.fixture
def intake():
    return an_intake("what-brings-you", "phq-9")


@pytest.fixture
def signed_in(client, intake):
    client.force_login(intake.client.user)
    return client


def sign_in_therapist(client, user):
    add_app(user)
    client.force_login(user)


def page(intake, part, section):
    return reverse("intake:section", args=[intake.public_id, part, section])


def text_of(response):
    return re.sub(r"\s+", " ", response.content.decode())


def given(intake, slug):
    return response_to(intake, slug).given()


def save(client, intake, slug, section, htmx=False, **fields):
    form = posted(response_to(intake, slug), section, **fields)
    return client.post(page(intake, slug, section), form, headers=HTMX if htmx else {})


def test_the_whole_way_without_javascript(client):
    intake = an_intake()
    client.force_login(intake.client.user)
    assert client.get("/intake/").headers["Location"] == f"/intake/{intake.public_id}/"
    url = page(intake, "about-you", "you")
    seen = []
    while "/check/" not in url:
        _, _, _, slug, section, _ = url.split("/")
        shown = client.get(url)
        assert shown.status_code == 200
        seen.append((slug, section))
        fields = {
            name: value
            for name, value in NEEDED.get(slug, {}).items()
            if response_to(intake, slug).questionnaire.parsed.section_of(name).slug == section
        }
        url = save(client, intake, slug, section, **fields).headers["Location"]
    assert len(seen) == 22
    assert Intake.objects.get().completed_at is None

    sent = client.post(url)

    assert sent.headers["Location"] == f"/intake/{intake.public_id}/sent/"
    assert "What happens next" in text_of(client.get(sent.headers["Location"]))
    assert Intake.objects.get().completed_at is not None
    assert OutboxEntry.objects.filter(kind="make_packet").count() == 1


def test_a_page_says_where_it_is_and_how_long_it_takes(signed_in, intake):
    told = text_of(signed_in.get(page(intake, "what-brings-you", "what-happened")))

    assert "Part 1 of 2 · What brings you" in told
    assert "<h1>Something that happened</h1>" in told
    assert 'value="2" max="5"' in told
    assert re.search(r"about \d+ minutes left", told)
    assert "In an emergency call" in told


def test_words_in_every_script_are_kept(signed_in, intake):
    words = "Łukasz Nguyễn Šimić Dvořák · שלום · مرحبا · 你好 · 👩🏽‍⚕️🌿\r\nsecond line"

    save(signed_in, intake, "what-brings-you", "now", reason=words)

    assert given(intake, "what-brings-you")["reason"] == Answer((words.replace("\r\n", "\n"),))
    assert "שלום" in text_of(signed_in.get(page(intake, "what-brings-you", "now")))


def test_markup_in_an_answer_is_shown_as_typed(signed_in, intake):
    save(signed_in, intake, "what-brings-you", "now", reason="<script>alert(1)</script>")

    assert "<script>alert(1)</script>" not in text_of(
        signed_in.get(reverse("intake:check", args=[intake.public_id]))
    )


def test_a_question_that_an_answer_brings_up_is_not_passed_over(signed_in, intake):
    url = page(intake, "what-brings-you", "what-happened")
    assert "What would its headline be?" not in text_of(signed_in.get(url))

    saved = save(signed_in, intake, "what-brings-you", "what-happened", event="yes")

    assert saved.headers["Location"] == f"{url}#q-event-headline"
    shown = text_of(signed_in.get(url))
    assert "Because of your answer there is one more thing to ask." in shown
    assert "What would its headline be?" in shown
    saved = save(signed_in, intake, "what-brings-you", "what-happened", event="yes")
    pause = reverse("intake:pause", args=[intake.public_id, "what-brings-you", "what-happened"])
    assert saved.headers["Location"] == pause


def test_what_can_not_be_kept_is_said_beside_the_field_and_stays_typed(client):
    intake = an_intake("about-you")
    client.force_login(intake.client.user)
    fields = {"legal-name": "Ada Maria Example", "birth-date": "31.02.1990"}

    refused = save(client, intake, "about-you", "you", **fields)

    told = text_of(refused)
    assert refused.status_code == 422
    assert 'value="31.02.1990"' in told
    assert told.count("Please enter a full date that exists, for example 1985-04-23.") == 2
    assert 'aria-describedby="q-birth-date:errors"' in told
    assert given(intake, "about-you")["legal-name"] == Answer(("Ada Maria Example",))


def test_in_person_is_not_blank(signed_in, intake):
    save(signed_in, intake, "what-brings-you", "now", **{"reason:in-person": "on"})

    assert given(intake, "what-brings-you")["reason"] == Answer(in_person=True)
    told = text_of(signed_in.get(reverse("intake:check", args=[intake.public_id])))
    assert "I would rather say this in person." in told


def test_own_words_beside_the_options(signed_in, intake):
    fields = {"areas": ["sleep", "+other"], "areas:other": "My garden"}

    save(signed_in, intake, "what-brings-you", "now", **fields)

    assert given(intake, "what-brings-you")["areas"] == Answer((Coded("sleep"), "My garden"))
    assert 'value="My garden"' in text_of(signed_in.get(page(intake, "what-brings-you", "now")))


def test_a_field_that_was_not_on_the_page_is_left_alone(signed_in, intake):
    answer(response_to(intake, "what-brings-you"), "reason", "Kept")

    signed_in.post(page(intake, "what-brings-you", "now"), {"window": "w", "reason": ""})

    assert given(intake, "what-brings-you")["reason"] == Answer(("Kept",))


def test_item_9_leads_over_the_page_of_support(signed_in, intake):
    saved = save(signed_in, intake, "phq-9", "questions", **{"44260-8": "LA6569-3"})

    assert saved.headers["Location"] == f"/intake/{intake.public_id}/support/phq-9/questions/"
    assert SafetyAlert.objects.count() == 1
    told = text_of(signed_in.get(saved.headers["Location"]))
    assert EMERGENCY in told
    assert 'href="tel:988"' in told
    assert f'href="/intake/{intake.public_id}/check/"' in told


def test_danger_at_home_is_met_with_care(client):
    intake = an_intake("health-and-safety")
    client.force_login(intake.client.user)

    saved = save(client, intake, "health-and-safety", "safety", **{"safe-now": "no"})
    assert saved.headers["Location"].endswith("/health-and-safety/safety/#q-safe-more")
    saved = save(client, intake, "health-and-safety", "safety", **{"safe-now": "no"})

    assert SafetyAlert.objects.get().kind == "unsafe"
    told = text_of(client.get(saved.headers["Location"]))
    assert "call when you are alone" in told
    assert EMERGENCY in told


def test_item_9_left_blank_leads_on(signed_in, intake):
    saved = save(signed_in, intake, "phq-9", "questions", **{"44250-9": "LA6569-3"})

    assert saved.headers["Location"] == f"/intake/{intake.public_id}/check/"
    assert not SafetyAlert.objects.exists()


def test_each_answer_is_saved_by_htmx_as_it_is_given(signed_in, intake):
    reply = save(signed_in, intake, "what-brings-you", "now", htmx=True, reason="As I type")

    told = text_of(reply)
    assert reply.status_code == 200
    assert reply.headers["X-Intake-Saved"] == "yes"
    assert "✓ Saved just now" in told
    assert 'name="reason:revision" value="1"' in told
    assert given(intake, "what-brings-you")["reason"] == Answer(("As I type",))


def test_htmx_brings_and_takes_questions(signed_in, intake):
    reply = save(signed_in, intake, "what-brings-you", "what-happened", htmx=True, event="yes")
    assert re.search(r'id="slot-q-event-headline" class="slot" hx-swap-oob="true">', text_of(reply))
    assert "What would its headline be?" in text_of(reply)

    reply = save(
        signed_in, intake, "what-brings-you", "what-happened", htmx=True,
        event="no", **{"event-headline": "The accident"},
    )  # fmt: skip

    assert 'id="slot-q-event-headline" class="slot" hidden' in text_of(reply)
    assert given(intake, "what-brings-you")["event-headline"] == Answer(("The accident",))


def test_htmx_says_what_is_wrong_beside_the_field(client):
    intake = an_intake("about-you")
    client.force_login(intake.client.user)

    told = text_of(save(client, intake, "about-you", "you", htmx=True, **{"birth-date": "soon"}))

    assert "Saved, except for 1 answer: please look below" in told
    assert re.search(
        r'id="q-birth-date:errors" hx-swap-oob="true">\s*<ul class="field-errors">', told
    )


def test_htmx_shows_support_at_once_after_item_9(signed_in, intake):
    told = text_of(
        save(signed_in, intake, "phq-9", "questions", htmx=True, **{"44260-8": "LA6571-9"})
    )

    assert "to carry this alone" in told
    assert SafetyAlert.objects.count() == 1


def test_two_tabs_keep_both_versions_until_one_is_chosen(signed_in, intake):
    response = response_to(intake, "what-brings-you")
    first, second = (posted(response, "now", reason=words) for words in ("From one", "From two"))
    url = page(intake, "what-brings-you", "now")
    signed_in.post(url, first)

    refused = signed_in.post(url, second)

    told = text_of(refused)
    assert refused.status_code == 422
    assert "You wrote two versions of this answer" in told
    assert "From one" in told
    assert "From two" in told
    chosen = signed_in.post(url, {**second, "keep": "both reason"})
    assert chosen.headers["Location"] == f"{url}#q-reason"
    assert given(intake, "what-brings-you")["reason"] == Answer(("From one\n\nFrom two",))


def test_a_stale_tab_changes_only_what_was_changed_in_it(signed_in, intake):
    response = response_to(intake, "what-brings-you")
    stale = posted(response, "now", reason="", hardest="At night")
    save(signed_in, intake, "what-brings-you", "now", reason="Written in the other tab")

    signed_in.post(page(intake, "what-brings-you", "now"), stale)

    kept = given(intake, "what-brings-you")
    assert kept["reason"] == Answer(("Written in the other tab",))
    assert kept["hardest"] == Answer(("At night",))


def test_a_lost_session_is_no_success_for_the_script(client, intake):
    reply = save(
        client, intake, "what-brings-you", "now", htmx=True, reason="Typed while signed out"
    )

    assert "X-Intake-Saved" not in reply.headers
    assert not StoredAnswer.objects.exists()


@pytest.mark.parametrize("name", ["overview", "check", "sent"])
def test_another_persons_intake_does_not_exist(client, intake, name):
    client.force_login(ClientFactory().user)

    assert client.get(reverse(f"intake:{name}", args=[intake.public_id])).status_code == 404
    assert client.get(page(intake, "phq-9", "questions")).status_code == 404
    assert client.post(page(intake, "phq-9", "questions"), {}).status_code == 404
    assert client.get(f"/intake/{intake.public_id}/support/phq-9/questions/").status_code == 404


def test_the_therapist_does_not_fill_in(client, intake):
    sign_in_therapist(client, intake.appointment.practitioner.user)

    assert client.get(page(intake, "phq-9", "questions")).status_code == 404


def test_unknown_parts_do_not_exist(signed_in, intake):
    assert signed_in.get(f"/intake/{intake.public_id}/unheard-of/").status_code == 404
    assert signed_in.get(f"/intake/{intake.public_id}/unheard-of/now/").status_code in (302, 404)


def test_check_your_answers_names_what_is_needed_and_leads_there(client):
    intake = an_intake("health-and-safety")
    client.force_login(intake.client.user)
    url = reverse("intake:check", args=[intake.public_id])

    refused = client.post(url)

    told = text_of(refused)
    assert refused.status_code == 422
    assert "4 answers are needed before you can send it" in told
    assert f"{page(intake, 'health-and-safety', 'safety')}?back=check#q-safe-now" in told
    assert Intake.objects.get().completed_at is None


def test_back_from_a_change_to_the_check(client):
    intake = an_intake("health-and-safety")
    client.force_login(intake.client.user)
    url = page(intake, "health-and-safety", "body")
    assert "Save and go back to your answers" in text_of(client.get(f"{url}?back=check"))

    saved = save(client, intake, "health-and-safety", "body", conditions="none", back="check",
                 medication="no")  # fmt: skip

    assert saved.headers["Location"] == reverse("intake:check", args=[intake.public_id])


def test_the_client_reads_no_label_and_no_score(client):
    intake = an_intake("phq-9", "gad-7", "pcl-5")
    client.force_login(intake.client.user)
    phq9 = response_to(intake, "phq-9")
    for item in phq9.questionnaire.parsed.questions():
        answer(phq9, item.link_id, item.options[3].code)
    pages = [
        reverse("intake:overview", args=[intake.public_id]),
        reverse("intake:check", args=[intake.public_id]),
        *(page(intake, slug, "questions") for slug in ("phq-9", "gad-7", "pcl-5")),
    ]
    client.post(pages[1])
    pages.append(reverse("intake:sent", args=[intake.public_id]))

    told = " ".join(text_of(client.get(url)) for url in pages)

    assert not re.search(r"moderate\b|severe|minimal|depression|anxiety|PTSD|disorder|of 27", told)


def test_pages_are_not_kept_by_the_browser(signed_in, intake):
    reply = signed_in.get(page(intake, "what-brings-you", "now"))

    assert "no-store" in reply.headers["Cache-Control"]


def test_sent_answers_are_shown_and_no_longer_changed(signed_in, intake):
    signed_in.post(reverse("intake:check", args=[intake.public_id]))

    late = save(signed_in, intake, "what-brings-you", "now", reason="Too late")

    assert late.headers["Location"] == reverse("intake:check", args=[intake.public_id])
    assert "reason" not in given(intake, "what-brings-you")


def test_practitioners_see_only_their_own_clients(client, intake):
    sign_in_therapist(client, PractitionerFactory().user)

    url = reverse("intake:therapist_intake", args=[intake.public_id])
    assert client.get(url).status_code == 404
