"""The blank packet: every questionnaire and consent of a plan or an intake, made in the background.

It is asked for by session type (the therapist) or by intake (the client) and watched on a page.
"""

from datetime import datetime

from django.core.files.base import ContentFile

from accounts.models import User
from booking.models import SessionType
from intake.models import Intake
from intake.services import blank_forms
from portal.shared import audit, work
from portal.shared.models import BackgroundWork
from portal.shared.request import Source

KIND = "blank_packet"
NAME = "blank-packet.pdf"
TITLE = "Blank intake packet"


def ask_for_plan(*, session_type: SessionType, by: User, now: datetime) -> BackgroundWork:
    subject = {"session_type_id": session_type.pk}
    return work.ask(kind=KIND, subject=subject, by=by, client=None, now=now)


def ask_for_intake(*, intake: Intake, by: User, now: datetime, source: Source) -> BackgroundWork:
    subject = {"intake_id": intake.pk}
    row = work.ask(kind=KIND, subject=subject, by=by, client=intake.client, now=now)
    audit.record(
        action="intake.blank_packet",
        by=by,
        obj=intake,
        client=intake.client,
        source=source,
        now=now,
    )
    return row


def make(row: BackgroundWork, tell: work.Tell) -> work.Made:
    """A step for each form that is prepared, and as many for the drawing, which takes longest.

    Raises what `portal.shared.pdf` raises.
    """
    owner = subject_of(row)
    asked = _asked(owner)
    parts = []
    for number, one in enumerate(asked, start=1):
        parts.append(blank_forms.part_of(one))
        tell(number, 2 * len(asked))
    document = blank_forms.draw(
        parts, title=TITLE, standfirst=blank_forms.TOGETHER, code=blank_forms.code_of(owner)
    )
    return work.Made(ContentFile(document.content), NAME)


def subject_of(row: BackgroundWork) -> SessionType | Intake:
    if "intake_id" in row.subject:
        return Intake.objects.get(pk=row.subject["intake_id"])
    return SessionType.objects.get(pk=row.subject["session_type_id"])


def _asked(owner: SessionType | Intake) -> list[blank_forms.Form]:
    if isinstance(owner, Intake):
        return blank_forms.asked_in(owner)
    return blank_forms.planned_for(owner)
