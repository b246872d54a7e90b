"""Fit from the first question: her page, the same questions in the intake, both side by side."""

import re
from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.walker import Walker, in_every_light

NOT_FOR = "Whom you are not right for"


def test_how_she_works_is_read_before_booking(walk: Callable[..., Walker]) -> None:
    walker = walk()
    walker.open("/book/consult/", re.compile("Choose a time"))
    walker.follow("How I work, and whom I am not right for")
    walker.arrive("How I work")
    page = walker.page
    expect(page.get_by_text("I hold the frame and the clock")).to_be_visible()
    for width, scheme, rules in in_every_light(page):
        walker.look(f"How I work {width} {scheme}", rules)
    walker.open("/embed/consult/", "Consult")
    expect(page.get_by_role("link", name="How I work")).to_have_attribute("target", "_top")


def test_she_writes_previews_publishes_and_reads_what_changed(
    walk_as: Callable[..., Walker],
) -> None:
    walker = walk_as("therapist")
    page = walker.page
    walker.open("/therapist/practice/", "Practice")
    page.get_by_role("main").get_by_role("link", name="How I work").click()
    walker.arrive("How I work")
    silence = page.get_by_role("group", name="Silence")
    silence.get_by_label("Where you mostly are").select_option("A little, now and then")
    silence.get_by_label("In your own words").fill("Ask me what I am thinking.")
    was = page.get_by_label(NOT_FOR).input_value()
    page.get_by_label(NOT_FOR).fill("")
    walker.press("Publish")
    expect(page.get_by_label(NOT_FOR)).to_have_attribute("aria-invalid", "true")
    expect(silence.get_by_label("In your own words")).to_have_value("Ask me what I am thinking.")
    walker.look("Refused, with every word kept")
    page.get_by_label(NOT_FOR).fill(was)
    walker.press("Preview")
    preview = page.get_by_role("region", name="As clients will read it")
    expect(preview.get_by_text("Ask me what I am thinking.")).to_be_visible()
    for width, scheme, rules in in_every_light(page):
        walker.look(f"Preview {width} {scheme}", rules)
    walker.press("Publish")
    expect(page.get_by_text("Your page is published.")).to_be_visible()
    page.get_by_role("link", name="Earlier versions").click()
    walker.arrive("Earlier versions")
    newest = page.get_by_role("region").filter(has_text="Public now")
    expect(newest.locator("dt")).to_have_text(["Silence", "Silence, in your own words"])
    expect(newest.locator("ins").first).to_contain_text("A little, now and then")
    for width, scheme, rules in in_every_light(page):
        walker.look(f"Versions {width} {scheme}", rules)
    page.get_by_role("link", name=re.compile("^Read it as clients did.*1$")).click()
    walker.arrive("How I work, version 1")


def test_both_sides_stand_side_by_side_before_the_consult(walk_as: Callable[..., Walker]) -> None:
    walker = walk_as("therapist")
    page = walker.page
    walker.open("/therapist/clients/", "Clients")
    page.get_by_role("link", name=re.compile("Mara Imagined")).first.click()
    walker.arrive("Mara Imagined")
    page.get_by_role("link", name=re.compile("^Read the intake")).click()
    walker.arrive("Mara Imagined")
    page.get_by_role("link", name=re.compile("^Side by side")).click()
    walker.arrive("Side by side")
    plan = page.get_by_role("region", name="How much of a plan")
    expect(plan.get_by_text("A direction, with room for what comes up", exact=True)).to_be_visible()
    expect(plan.get_by_text("A clear plan for each hour", exact=True)).to_be_visible()
    expect(plan.get_by_text("To talk over")).to_be_visible()
    expect(page.get_by_text("Somebody who says now and then where we are.")).to_be_visible()
    for width, scheme, rules in in_every_light(page):
        walker.look(f"Side by side {width} {scheme}", rules)


def test_the_client_keeps_a_timeline_of_earlier_therapy(walk_as: Callable[..., Walker]) -> None:
    walker = walk_as("client")
    page = walker.page
    walker.open("/me/", re.compile("^Hello"))
    page.get_by_role("link", name=re.compile("^Earlier therapy")).click()
    walker.arrive("Earlier therapy")
    page.get_by_role("link", name=re.compile("^(Write it down|Add another one)")).click()
    walker.arrive("An earlier therapy")
    walker.type("With whom?", "A group")
    walker.type("From", "in spring")
    walker.press("Save")
    expect(page.get_by_label("From", exact=True)).to_have_attribute("aria-invalid", "true")
    walker.look("Refused, and nothing is lost")
    walker.type("From", "March 2019")
    walker.type("Until", "2021")
    page.get_by_role("textbox", name="What helped?").fill("Being asked how it was for me.")
    page.get_by_role("checkbox", name=re.compile("in person.*What hurt")).check()
    for width, scheme, rules in in_every_light(page):
        walker.look(f"Form {width} {scheme}", rules)
    walker.press("Save")
    walker.arrive("Earlier therapy")
    expect(page.get_by_text("March 2019 to 2021").first).to_be_visible()
    for width, scheme, rules in in_every_light(page):
        walker.look(f"Timeline {width} {scheme}", rules)
    page.get_by_role("link", name=re.compile("^Change.*A group")).click()
    walker.arrive("Change an earlier therapy")
    walker.follow("Leave it as it was")
    page.get_by_role("link", name=re.compile("^Remove.*A group")).click()
    walker.arrive("Remove this one?")
    walker.press("Remove it")
    expect(page.get_by_text("its words are erased").first).to_be_visible()


def test_the_therapist_reads_the_timeline_in_the_chart(walk_as: Callable[..., Walker]) -> None:
    walker = walk_as("therapist")
    page = walker.page
    walker.open("/therapist/clients/", "Clients")
    page.get_by_role("link", name=re.compile("Mara Imagined")).first.click()
    walker.arrive("Mara Imagined")
    walker.follow("Earlier therapy, as they tell it")
    walker.arrive("Earlier therapy")
    expect(page.get_by_text("2014 to June 2015")).to_be_visible()
    expect(page.get_by_text("Writing at night.")).to_be_visible()
    for width, scheme, rules in in_every_light(page):
        walker.look(f"In the chart {width} {scheme}", rules)
