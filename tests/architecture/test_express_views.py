"""What takes the short way past sessions and forms is public, read-only and nameless."""

import pytest
from django.conf import settings
from django.test import RequestFactory

from booking.views import api
from portal.shared.express import ExpressMiddleware, express_views


def test_only_the_open_times_for_programs_take_it():
    assert express_views() == {"/api/slots": api.slots}


def test_each_is_public_and_refuses_to_write():
    for path, view in express_views().items():
        assert view.policy == "public"
        assert view(RequestFactory().post(path)).status_code == 405


def test_transport_rules_come_before_it_and_everything_else_after():
    assert settings.MIDDLEWARE[:2] == [
        "django.middleware.security.SecurityMiddleware",
        "portal.shared.express.ExpressMiddleware",
    ]


@pytest.mark.parametrize("path", ["/", "/book/talk/", "/api/slots/", "/api/slot", "/therapist/"])
def test_every_other_address_goes_the_whole_way(path):
    passed = []

    ExpressMiddleware(passed.append)(RequestFactory().get(path))

    assert len(passed) == 1
