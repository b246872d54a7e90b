"""The starter texts carry what the rules name, in our own words."""

import re

import pytest

from intake.consent_texts import FOLDER, ORDER, UnknownBlank, read_starter, starters

NOTICE_HEADER = (
    "THIS NOTICE DESCRIBES HOW MEDICAL INFORMATION ABOUT YOU MAY BE USED AND DISCLOSED AND HOW "
    "YOU CAN GET ACCESS TO THIS INFORMATION. PLEASE REVIEW IT CAREFULLY."
)
ELEMENTS = {
    "privacy-notice": (
        NOTICE_HEADER, "For treatment", "For payment", "For running the practice",
        "psychotherapy notes", "marketing", "sale", "revoke", "fundraising", "42 CFR Part 2",
        "civil, criminal, administrative or legislative proceeding", "subpoena",
        "paid for a service in full", "confidential communication", "correction", "paper",
        "list of disclosures", "breach", "Office for Civil Rights", "In force from",
        "privacy contact",
    ),
    "psychotherapy": (
        "www.op.nysed.gov", "no treatment", "promise a result", "at any time", "911", "988",
        "Social Services Law 413", "Mental Hygiene Law 9.46", "subpoena", "superbill",
        "six years", "22nd birthday", "professional will", "records a session", "six hours",
    ),
    "emdr": (
        "not hypnosis", "bilateral stimulation", "trials", "Preparation", "after the session",
        "dissociation", "seizures", "eye", "pregnancy", "heart", "medication", "alcohol",
        "lawyer before EMDR", "stop signal", "drive", "Other ways", "by video",
    ),
    "telehealth": (
        "licensed", "where are you right now", "emergency contact", "emergency room",
        "recorded", "encrypts", "ten minutes", "office sessions instead", "costs the same",
        "travel",
    ),
    "fees-and-cancellation": (
        "apart from your consent to treatment", "never need to put a card on file",
        "collection agency", "superbill", "Good Faith Estimate", "hours before it starts",
        "New York time", "ill or there is an emergency", "come late", "therapist has to cancel",
        "not on a superbill", "No Surprises Act",
    ),
    "electronic-records": (
        "Paper, at any time", "withdraw", "What this covers", "keeping your address",
        "PDF", "75 cents", "intent to sign", "printer",
    ),
}  # fmt: skip


@pytest.mark.parametrize("slug", ORDER)
def test_each_text_carries_its_elements(slug):
    text = read_starter(slug).text.casefold()
    assert [part for part in ELEMENTS[slug] if part.casefold() not in text] == []


@pytest.mark.parametrize("slug", ORDER)
def test_nothing_waives_a_right_or_praises(slug):
    text = read_starter(slug).text.casefold()
    for phrase in ("hold harmless", "waive", "release from liability", "hipaa compliant", "cpt"):
        assert phrase not in text


@pytest.mark.parametrize("slug", ORDER)
def test_nothing_is_promised_that_the_portal_does_not_do(slug):
    text = read_starter(slug).text.casefold()
    for phrase in ("store a card", "stored a card", "message in the portal", "through the portal"):
        assert phrase not in text


@pytest.mark.parametrize("slug", ORDER)
def test_marks_are_typographic(slug):
    assert not set("'\"") & set(read_starter(slug).text)


def test_each_text_says_that_an_attorney_should_read_it_but_not_to_clients():
    for starter in starters():
        assert "attorney" in starter.review
        assert "attorney" not in starter.text


def test_the_order_follows_what_each_text_requires():
    seen = {"nothing"}
    for starter in starters():
        assert starter.requires in seen
        seen.add(starter.slug)
    assert sorted(path.stem for path in FOLDER.glob("*.md")) == sorted([*ORDER, "README"])


def test_treatment_and_fees_are_signed_apart():
    kinds = {starter.slug: starter.kind for starter in starters()}
    assert kinds["psychotherapy"] == "treatment"
    assert kinds["fees-and-cancellation"] == "payment"


@pytest.mark.parametrize("slug", ORDER)
def test_the_intent_is_one_sentence_that_fits_and_means_to_sign(slug):
    intent = read_starter(slug).intent
    assert len(intent) <= 200
    assert intent.endswith("I mean the name I type as my signature.")


def test_a_blank_that_the_practice_does_not_fill_is_an_error():
    with pytest.raises(UnknownBlank, match="practice_name"):
        read_starter("electronic-records").filled({})


def test_no_blank_is_left_when_filled():
    values = {
        name: "X" for starter in starters() for name in re.findall(r"\{\{ (\w+) \}\}", starter.text)
    }
    for starter in starters():
        assert "{{" not in starter.filled(values)
