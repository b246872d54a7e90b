"""Set up the practice and its first people: by options, or by asking."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.db import transaction
from django.urls import reverse

from accounts.models import Practice, Role, User
from accounts.services import practice
from booking.models import Practitioner
from portal.journeys.furnish import furnish
from portal.shared.clock import utc_now

QUESTIONS = (
    ("name", "Name of the practice"),
    ("phone", "Phone number (clients are told to call it)"),
    ("street", "Street and number"),
    ("city", "City"),
    ("state", "State (two letters)"),
    ("zip_code", "ZIP code"),
    ("time_zone", "Time zone"),
    ("npi", "NPI (may stay empty)"),
    ("ein", "EIN (may stay empty)"),
)
FACTS = ("tagline", "email", *(name for name, _ in QUESTIONS))


class Command(BaseCommand):
    help = "Set up the practice, its therapist and, if wanted, a billing admin. Safe to repeat."

    def add_arguments(self, parser: ArgumentParser) -> None:
        for name in FACTS:
            parser.add_argument(f"--{name.replace('_', '-')}", default="")
        parser.add_argument("--therapist-email", default="", help="signs in with a code sent here")
        parser.add_argument("--therapist-name", default="", help="as clients read it")
        parser.add_argument("--credential", default="", help='such as "LCSW, EMDR therapist"')
        parser.add_argument(
            "--licence-line", default="", help='such as "Licensed in New York, no. 000000"'
        )
        parser.add_argument("--billing-email", default="", help="a billing admin, if there is one")
        parser.add_argument("--no-input", action="store_true", help="ask nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["no_input"] and sys.stdin.isatty():
            self._ask(options)
        try:
            with transaction.atomic():
                self._set_up(options)
        except ValidationError as error:
            raise CommandError("\n".join(_told(error))) from error
        except practice.OtherRole as error:
            raise CommandError(f"{error}. Choose another address.") from error
        self.stdout.write(f"Sign in at {settings.PORTAL_URL}{reverse('account_login')}")

    def _ask(self, options: dict[str, Any]) -> None:
        """Enter keeps what stands in brackets."""
        there = Practice.get()
        for name, question in QUESTIONS:
            if not options[name]:
                options[name] = self._answer(question, getattr(there, name))
        if not Practitioner.objects.exists():
            for name, question in (
                ("therapist_name", "Your name, as clients read it"),
                ("credential", "Your credential, such as LCSW"),
                ("licence_line", "Your license, as clients read it"),
                ("therapist_email", "Your e-mail address, to sign in with"),
                ("billing_email", "The address of a billing admin (another one; may stay empty)"),
            ):
                options[name] = options[name] or self._answer(question, "")

    def _answer(self, question: str, known: str) -> str:
        hint = f" [{known}]" if known else ""
        return input(f"{question}{hint}: ").strip()

    def _set_up(self, options: dict[str, Any]) -> None:
        facts = practice.PracticeFacts(**{name: options[name].strip() for name in FACTS})
        if not facts.name and not Practice.objects.exists():
            raise CommandError("Give the name of the practice: --name")
        changed = practice.set_up(facts=facts, by=None, now=utc_now())
        self.stdout.write(f"{Practice.get().name}: {'saved' if changed else 'nothing to change'}")
        self._add_therapist(options)
        if options["billing_email"]:
            self._open(options["billing_email"], Role.BILLING_ADMIN)

    def _add_therapist(self, options: dict[str, Any]) -> None:
        email, name = options["therapist_email"], options["therapist_name"].strip()
        if not email:
            if not Practitioner.objects.exists():
                raise CommandError("Give the therapist's address: --therapist-email")
            return
        user = self._open(email, Role.THERAPIST)
        if not name and not Practitioner.objects.filter(user=user).exists():
            raise CommandError("Give the therapist's name: --therapist-name")
        practitioner, _ = Practitioner.objects.get_or_create(
            user=user,
            defaults={
                "name": name,
                "credential": options["credential"].strip(),
                "licence_line": options["licence_line"].strip(),
            },
        )
        furnish(practitioner=practitioner, now=utc_now())
        self.stdout.write("Session types, hours, questionnaires and consents are there to change.")
        way_url = f"{settings.PORTAL_URL}{reverse('booking:therapist_way')}"
        self.stdout.write(f"How you work is yours to say; words to begin with are at {way_url}")

    def _open(self, email: str, role: Role) -> User:
        validate_email(email.strip())
        user, created = practice.open_staff_account(email=email, role=role, by=None, now=utc_now())
        state = "account opened" if created else "has an account already"
        self.stdout.write(f"{role.label} {user.email}: {state}")
        return user


def _told(error: ValidationError) -> list[str]:
    if not hasattr(error, "error_dict"):
        return list(error.messages)
    return [f"{name}: {' '.join(words)}" for name, words in error.message_dict.items()]
