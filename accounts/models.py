"""People: who signs in, who is a client, and the practice itself."""

from __future__ import annotations

from datetime import date, time
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Lower

from accounts.identifiers import check_ein, check_npi
from portal.shared.encryption.fields import (
    EncryptedDateField,
    EncryptedJSONField,
    EncryptedTextField,
)
from portal.shared.models import PublicModel, TimestampedModel


class Role(models.TextChoices):
    CLIENT = "client", "Client"
    THERAPIST = "therapist", "Therapist"
    BILLING_ADMIN = "billing_admin", "Billing admin"
    SUPERUSER = "superuser", "Technical superuser"
    GUARDIAN = "guardian", "Guardian"


STAFF_ROLES = frozenset({Role.THERAPIST, Role.BILLING_ADMIN, Role.SUPERUSER})


class UserManager(BaseUserManager["User"]):
    def create_user(
        self, email: str, password: str | None = None, role: str = Role.CLIENT, **extra: Any
    ) -> User:
        user = self.model(email=email.strip().lower(), role=role, **extra)
        user.set_password(password) if password else user.set_unusable_password()
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser):
    """A person who can sign in. What they may do follows from the one role they have."""

    email = models.EmailField(unique=True)
    role = models.CharField(max_length=20, choices=Role, default=Role.CLIENT)
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = []
    objects = UserManager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="user_email_lower", condition=models.Q(email=Lower("email"))
            ),
            models.CheckConstraint(name="user_role", condition=models.Q(role__in=Role.values)),
        ]

    def __str__(self) -> str:
        return f"user {self.pk}"

    @property
    def is_staff(self) -> bool:
        """Works for the practice: a second factor and the shorter idle limit apply."""
        return self.role in STAFF_ROLES

    @property
    def is_client(self) -> bool:
        return self.role == Role.CLIENT

    @property
    def is_therapist(self) -> bool:
        return self.role == Role.THERAPIST

    @property
    def is_billing_admin(self) -> bool:
        return self.role == Role.BILLING_ADMIN


class Voicemail(models.TextChoices):
    NOTHING = "nothing", "Please leave no message"
    CALL_BACK = "call_back", "Your first name and a number to call back"
    APPOINTMENT = "appointment", "Also the time of an appointment"


class Client(PublicModel, TimestampedModel):
    """A person in care, or asking for it. Identity is encrypted; `user` is how they sign in."""

    user = models.OneToOneField(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="client"
    )
    legal_name = EncryptedTextField()
    chosen_name = EncryptedTextField(null=True, blank=True)
    pronouns = EncryptedTextField(null=True, blank=True)
    birth_date = EncryptedDateField()
    phone = EncryptedTextField(null=True, blank=True)
    address = EncryptedTextField(null=True, blank=True)
    state = models.CharField(max_length=2, blank=True)  # where they are for telehealth
    emergency_contact = EncryptedJSONField(null=True, blank=True)  # name, relation, phone
    voicemail = models.CharField(max_length=20, choices=Voicemail, default=Voicemail.CALL_BACK)
    reminders_by_mail = models.BooleanField(default=False)
    reminders_by_sms = models.BooleanField(default=False)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"client {self.pk}"

    @property
    def display_name(self) -> str:
        return self.chosen_name or self.legal_name

    @property
    def email(self) -> str:
        return self.user.email if self.user else ""

    def age_on(self, day: date) -> int:
        born = self.birth_date
        return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


class Guardian(PublicModel, TimestampedModel):
    """Who signs for a minor. The account is theirs alone; it opens nothing but what they sign."""

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="guardians")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="guardianships")
    name = EncryptedTextField()
    relation = EncryptedTextField()
    phone = EncryptedTextField(null=True, blank=True)
    authority = EncryptedTextField(null=True, blank=True)  # custody, as the practice was told
    added_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    accepted_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["client", "user"], name="one_guardianship"),
            models.CheckConstraint(
                name="guardian_ended_by_whom",
                condition=models.Q(ended_at__isnull=True, ended_by__isnull=True)
                | models.Q(ended_at__isnull=False, ended_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"guardian {self.pk}"


def default_reminder_hours() -> list[int]:
    return [48, 3]


def default_intake_reminder_hours() -> list[int]:
    return [72, 24]


class Practice(models.Model):
    """The practice that this installation serves; one row."""

    name = models.CharField(max_length=120)
    tagline = models.CharField(max_length=200, blank=True)
    street = models.CharField(max_length=120, blank=True)
    city = models.CharField(max_length=80, blank=True)
    state = models.CharField(max_length=2, default="NY")
    zip_code = models.CharField(max_length=10, blank=True)
    phone = models.CharField(max_length=30, blank=True)
    email = models.EmailField(blank=True)
    time_zone = models.CharField(max_length=60, default="America/New_York")
    npi = models.CharField(max_length=10, blank=True, validators=[check_npi])
    ein = models.CharField(max_length=10, blank=True, validators=[check_ein])
    reminder_hours = models.JSONField(default=default_reminder_hours)  # before the start
    # Of an intake that is not finished; empty: none.
    intake_reminder_hours = models.JSONField(default=default_intake_reminder_hours)
    # No reminder and no waitlist offer goes out between these, on the practice's clock.
    quiet_from = models.TimeField(default=time(21))
    quiet_until = models.TimeField(default=time(8))
    # A safety alert that nobody has answered is mailed again after so long, at any hour.
    alert_minutes = models.PositiveSmallIntegerField(default=30)
    alert_backup_email = models.EmailField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="one_practice", condition=models.Q(pk=1)),
            models.CheckConstraint(
                name="alert_minutes_of_a_day",
                condition=models.Q(alert_minutes__gte=5, alert_minutes__lte=1440),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        try:
            ZoneInfo(self.time_zone)
        except (KeyError, ValueError) as error:
            raise ValidationError(
                {"time_zone": "Choose a zone such as America/New_York."}
            ) from error

    @classmethod
    def get(cls) -> Practice:
        """The row, or an unsaved one with defaults on a new installation."""
        return cls.objects.filter(pk=1).first() or cls(pk=1, name="Practice Portal")

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    @property
    def address_line(self) -> str:
        place = " ".join(part for part in (self.state, self.zip_code) if part)
        return ", ".join(part for part in (self.street, self.city, place) if part)


class ParkedForm(PublicModel):
    """What a person had typed when their session ended; given back to the same person once.

    `user` is empty when the session was gone altogether: the form is then bound to the browser
    that sent it, until someone signs in there and claims it.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, null=True, blank=True)
    path = EncryptedTextField()
    fields = EncryptedJSONField()  # [[name, value], ...] as posted, without secrets
    created_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"parked form {self.pk}"


class RateWindow(models.Model):
    """How often something happened in one window of time, counted for all processes at once."""

    key = models.CharField(max_length=80, unique=True)  # a keyed fingerprint, no address
    count = models.PositiveIntegerField(default=0)
    ends_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"rate window {self.pk}"
