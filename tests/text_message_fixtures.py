"""A provider of text messages for a test, and a portal that is set up to use it."""

from collections.abc import Iterator

import pytest
from pytest_django.fixtures import Settings

from tests.servers.text_messages import ACCOUNT, SENDER, TOKEN, TextMessages


@pytest.fixture
def text_messages(settings: Settings) -> Iterator[TextMessages]:
    provider = TextMessages()
    provider.start()
    settings.TWILIO_ACCOUNT_SID, settings.TWILIO_AUTH_TOKEN = ACCOUNT, TOKEN
    settings.SMS_FROM, settings.SMS_API_BASE = SENDER, provider.url
    settings.PORTAL_URL = "https://portal.practice.example.com"
    yield provider
    provider.stop()
