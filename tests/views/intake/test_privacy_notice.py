"""The privacy notice stands on the site for everyone, in the version in force."""

import pytest

from tests.factories.consents import published_consents

pytestmark = pytest.mark.django_db
PAGE = "/privacy-notice/"


def test_anyone_reads_the_notice_with_its_header(client):
    published_consents()
    html = client.get(PAGE).content.decode()
    assert "THIS NOTICE DESCRIBES HOW MEDICAL INFORMATION ABOUT YOU MAY BE USED" in html
    assert "Version 1, in force since January 1, 2027" in html
    assert f'href="{PAGE}"' in html


def test_before_one_is_published_there_is_no_page(client):
    assert client.get(PAGE).status_code == 404
