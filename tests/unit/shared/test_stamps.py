"""Every table that decides over open times carries its stamps, after every migration."""

import pytest
from django.db import connection

from booking.models import (
    Appointment,
    AvailabilityException,
    AvailabilityRule,
    ExternalBusy,
    Practitioner,
    SessionType,
)
from portal.shared.stamps import Stamps

pytestmark = pytest.mark.django_db
DECIDING = [
    Appointment, AvailabilityException, AvailabilityRule, ExternalBusy, Practitioner, SessionType,
]  # fmt: skip
TRIGGERS = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s",
    "postgresql": "SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass AND tgenabled = 'O'",
}


@pytest.mark.parametrize("model", DECIDING)
def test_each_write_of_a_deciding_table_is_stamped(model):
    (stamps,) = [one for one in model._meta.constraints if isinstance(one, Stamps)]
    with connection.cursor() as cursor:
        cursor.execute(TRIGGERS[connection.vendor], [model._meta.db_table])
        found = {name for (name,) in cursor.fetchall()}

    assert {f"{stamps.name}_{verb}" for verb in ("ins", "upd", "del")} <= found
