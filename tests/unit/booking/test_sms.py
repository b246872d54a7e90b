"""The text message provider: what is sent to it, and what each of its answers means."""

import logging
import socket
from datetime import UTC, datetime, timedelta

import pytest

from booking import sms
from tests.servers.text_messages import (
    LANDLINE,
    NOT_A_NUMBER,
    SENDER,
    STOPPED,
    TOKEN,
    fault,
    silent_for,
)

ADA, TEXT = "+12125550100", "You have an appointment on Monday. Reply STOP to end texts."
SENT_AT = datetime(2027, 1, 2, 15, 0, tzinfo=UTC)


def callback(reference: str) -> str:
    return f"https://portal.practice.example.com/texts/{reference}/status"


def send(to: str = ADA, callback_url=callback) -> str:
    return sms.sender(callback_url).send(to=to, text=TEXT, reference="7:abc")


def test_a_message_is_handed_over_as_documented(text_messages):
    sid = send()

    assert sid == text_messages.accepted[0]["sid"]
    assert text_messages.asked == [
        {"To": ADA, "Body": TEXT, "From": SENDER, "StatusCallback": callback("7:abc")}
    ]


def test_a_messaging_service_takes_the_place_of_a_number(text_messages, settings):
    settings.SMS_FROM = "MG" + "1" * 32

    send()

    assert text_messages.asked[0]["MessagingServiceSid"] == settings.SMS_FROM
    assert "From" not in text_messages.asked[0]


def test_an_address_that_the_provider_can_not_reach_is_not_given(text_messages):
    send(callback_url=lambda reference: "http://127.0.0.1:8000/texts/7/status")

    assert "StatusCallback" not in text_messages.asked[0]


@pytest.mark.parametrize(
    ("to", "error", "code"),
    [
        (NOT_A_NUMBER, sms.NumberRefused, "21211"),
        (LANDLINE, sms.NumberRefused, "21614"),
        (STOPPED, sms.OptedOut, "21610"),
    ],
)
def test_a_number_may_be_refused(text_messages, to, error, code):
    with pytest.raises(error) as raised:
        send(to)

    assert type(raised.value) is error
    assert raised.value.code == code


@pytest.mark.parametrize(
    ("answer", "error", "code"),
    [
        (fault(500, 20500), sms.Unreachable, "20500"),
        (fault(503, 20503), sms.Unreachable, "20503"),
        ((502, {}, "<html>Bad gateway</html>"), sms.Unreachable, "502"),
        ((201, {}, "not json"), sms.Unreachable, "201"),
        ((302, {"Location": "https://elsewhere.example.com/"}, ""), sms.Unreachable, "302"),
        (fault(401, 20003), sms.AccountRefused, "20003"),
        (fault(403, 20005), sms.AccountRefused, "20005"),
        (fault(400, 21606), sms.AccountRefused, "21606"),
        (fault(400, 21408), sms.NumberRefused, "21408"),
        (fault(429, 20429), sms.RateLimited, "20429"),
        ((429, {}, "slow down"), sms.RateLimited, "429"),
    ],
)
def test_every_other_answer_has_a_meaning(text_messages, answer, error, code):
    text_messages.answers.append(lambda: answer)

    with pytest.raises(error) as raised:
        send()

    assert type(raised.value) is error
    assert raised.value.code == code


@pytest.mark.parametrize(
    ("header", "seconds"), [("7", 7), ("0", 1), ("999999", 3600), ("soon", 60), (None, 60)]
)
def test_too_many_at_once_says_how_long_to_wait(text_messages, header, seconds):
    headers = {"Retry_After": header} if header else {}
    text_messages.answers.append(lambda: fault(429, 20429, **headers))

    with pytest.raises(sms.RateLimited) as raised:
        send()

    assert raised.value.seconds == seconds


def test_a_wrong_token_is_the_accounts_fault(text_messages, settings):
    settings.TWILIO_AUTH_TOKEN = "another"

    with pytest.raises(sms.AccountRefused):
        send()


def test_no_answer_in_time(text_messages, monkeypatch):
    monkeypatch.setattr(sms, "READ_SECONDS", 0.05)
    text_messages.answers.append(silent_for(0.2))

    with pytest.raises(sms.Unreachable):
        send()


def test_nobody_listens(text_messages, settings):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        settings.SMS_API_BASE = f"http://127.0.0.1:{closed.getsockname()[1]}"

    with pytest.raises(sms.Unreachable):
        send()


def test_a_message_whose_answer_was_lost_is_found_again(text_messages):
    text_messages.clock = lambda: SENT_AT
    text_messages.lose_answers = 1
    with pytest.raises(sms.Unreachable):
        send()
    provider = sms.sender(callback)

    def found(to: str = ADA, text: str = TEXT, since: datetime = SENT_AT) -> str | None:
        return provider.find(to=to, text=text, since=since)

    assert found() == text_messages.accepted[0]["sid"]
    assert found(to="+16465550100") is None
    assert found(text="Something else") is None
    assert found(since=SENT_AT + timedelta(hours=1)) is None


def test_no_number_and_no_words_in_logs_or_errors(text_messages, caplog):
    caplog.set_level(logging.DEBUG)
    logging.getLogger("urllib3").setLevel(logging.INFO)  # as portal.settings has it
    with pytest.raises(sms.NotSent) as refused:
        send(STOPPED)
    text_messages.lose_answers = 1
    with pytest.raises(sms.NotSent) as lost:
        send()
    sms.sender(callback).find(to=ADA, text=TEXT, since=SENT_AT)

    said = caplog.text + repr(refused.value) + repr(lost.value)
    assert "5550" not in said
    assert "appointment" not in said


def test_the_settings_keep_the_http_library_quiet(settings):
    assert settings.LOGGING["loggers"]["urllib3"] == {"level": "INFO"}


# The made-up values with which the provider checks its own library.
URL = "https://mycompany.com/myapp.php?foo=1&bar=2"
FORM = {
    "CallSid": ["CA1234567890ABCDE"],
    "Digits": ["1234"],
    "From": ["+14158675309"],
    "To": ["+18005551212"],
    "Caller": ["+14158675309"],
}


def signed(form, signature, url=URL, token="12345"):
    return sms.is_signed(url=url, form=form, signature=signature, auth_token=token)


def test_a_signature_as_the_provider_makes_it():
    assert signed(FORM, "RSOYDt4T1cUTdK1PDd93/VVr8B8=")


def test_fields_that_come_twice():
    form = {"Sid": ["CA123"], "SidAccount": ["AC123"], "Digits": ["5678", "1234", "1234"]}

    assert signed(form, "IK+Dwps556ElfBT0I3Rgjkr1wJU=")


@pytest.mark.parametrize(
    "changed",
    [
        {"form": FORM | {"Digits": ["1235"]}},
        {"form": {**FORM, "More": ["x"]}},
        {"url": URL + "&baz=3"},
        {"token": TOKEN},
        {"signature": ""},
        {"signature": "nonsense é"},
    ],
)
def test_anything_else_is_not_signed(changed):
    values = {"form": FORM, "signature": "RSOYDt4T1cUTdK1PDd93/VVr8B8=", **changed}

    assert not signed(**values)
