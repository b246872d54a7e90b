"""`create_practice` sets up a new installation and may be repeated."""

from io import StringIO
from unittest.mock import patch

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from accounts.models import Practice, Role, User
from booking.models import Practitioner
from portal.shared.models import AuditEvent
from tests.factories.accounts import UserFactory, sign_in

pytestmark = pytest.mark.django_db

OPTIONS = {
    "name": "Example Practice",
    "time_zone": "America/New_York",
    "npi": "1234567893",
    "ein": "12-3456789",
    "therapist_email": "Rowan@Example.com",
    "therapist_name": "Rowan Ellery",
    "billing_email": "billing@example.com",
    "no_input": True,
}


def run(**options: object) -> list[str]:
    out = StringIO()
    call_command("create_practice", stdout=out, **{**OPTIONS, **options})
    return out.getvalue().splitlines()


def test_it_sets_up_the_practice_and_its_people() -> None:
    lines = run()

    assert lines[0] == "Example Practice: saved"
    assert "Therapist rowan@example.com: account opened" in lines
    assert "Billing admin billing@example.com: account opened" in lines
    assert lines[-1].endswith("/accounts/login/")
    assert (Practice.get().npi, Practice.get().ein) == ("1234567893", "12-3456789")
    assert Practitioner.objects.get().user.email == "rowan@example.com"
    assert sorted(User.objects.values_list("role", flat=True)) == ["billing_admin", "therapist"]
    assert AuditEvent.objects.filter(action="account.open").count() == 2


def test_a_second_run_changes_nothing_and_says_so() -> None:
    run()

    lines = run()

    assert lines[0] == "Example Practice: nothing to change"
    assert "Therapist rowan@example.com: has an account already" in lines
    assert "Billing admin billing@example.com: has an account already" in lines
    assert Practitioner.objects.count() == 1


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"npi": "1234567890"}, "npi: This is not an NPI"),
        ({"ein": "123456789"}, "ein: Write the EIN as 12-3456789"),
        ({"time_zone": "New York"}, "time_zone: Choose a zone such as America/New_York"),
        ({"therapist_email": "rowan"}, "Enter a valid email address"),
        ({"therapist_email": ""}, "Give the therapist's address: --therapist-email"),
        ({"therapist_name": ""}, "Give the therapist's name: --therapist-name"),
        ({"name": ""}, "Give the name of the practice: --name"),
    ],
)
def test_a_mistake_is_told_and_nothing_is_kept(options: dict[str, str], words: str) -> None:
    with pytest.raises(CommandError, match=words):
        run(**options)

    assert not Practice.objects.exists()
    assert not User.objects.exists()


def test_nobody_changes_roles_silently() -> None:
    UserFactory(email="rowan@example.com", role=Role.CLIENT)

    with pytest.raises(CommandError, match=r"rowan@example.com is a client. Choose another"):
        run()


def test_it_asks_for_what_was_not_given() -> None:
    answers = iter(["Example Practice", "212 555 0199", "", "", "", "", "", "", ""])
    people = iter(["Rowan Ellery", "LCSW", "New York, no. 0", "rowan@example.com", ""])
    everything = iter([*answers, *people])

    with (
        patch("sys.stdin.isatty", return_value=True),
        patch("builtins.input", lambda question: next(everything)),
    ):
        call_command("create_practice", stdout=StringIO())

    assert (Practice.get().phone, Practice.get().time_zone) == ("212 555 0199", "America/New_York")
    therapist = Practitioner.objects.get()
    assert (therapist.credential, therapist.licence_line) == ("LCSW", "New York, no. 0")


def test_the_first_sign_in_leads_the_therapist_to_a_second_factor() -> None:
    run()

    browser = sign_in(User.objects.get(role=Role.THERAPIST))

    assert browser.get("/account/security/").headers["Location"] == "/account/second-factor/"
