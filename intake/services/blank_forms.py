"""Blank forms: one questionnaire, or all that an intake asks for, to fill in on paper or on screen.

Nothing that a client told stands in them, not even a name: whoever finds one learns nothing.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.safestring import SafeString

from accounts.models import Practice
from booking.models import SessionType
from intake.blank import Sheet, sheets
from intake.models import ConsentDocument, Intake, IntakePlan, Questionnaire, QuestionnaireResponse
from intake.packet_parts import Part, grouped
from intake.services.consent_state import documents_of
from intake.services.packets import deeper
from intake.services.plan_reading import newest_versions
from intake.services.signed_copies import version_line
from intake.verification import in_groups
from portal.shared import pdf
from portal.shared.encryption.crypto import blind_index
from portal.shared.markdown import render_markdown

CODE_LETTERS = 8
TEMPLATE = "pdf/blank.html"
ALONE = "To fill in by hand or on screen."
TOGETHER = "Everything that is asked before the session, to fill in by hand or on screen."

Form = Questionnaire | QuestionnaireResponse | ConsentDocument
"""What becomes a part of a blank packet; a response stands for a client's own part."""


@dataclass(frozen=True)
class BlankPart(Part):
    sheets: tuple[Sheet, ...] = ()
    code: str = ""
    credit: str = ""
    has_person: bool = True


@dataclass(frozen=True)
class BlankConsent(Part):
    text: SafeString = field(default_factory=SafeString)
    intent: str = ""
    fingerprint: str = ""


def code_of(row: Questionnaire | QuestionnaireResponse | Intake | SessionType) -> str:
    """What is printed on a form and stands beside the answers: it tells which sheet is whose."""
    digest = blind_index(f"{row._meta.label} {row.public_id}", purpose="paper-code")
    return in_groups(base64.b32encode(bytes.fromhex(digest)).decode()[:CODE_LETTERS])


def draw_questionnaire(
    questionnaire: Questionnaire, response: QuestionnaireResponse | None = None
) -> pdf.Document:
    """One questionnaire; with the code of a client's own part where it is for one."""
    part = blank_part(questionnaire, code=code_of(response or questionnaire))
    return draw([part], title=questionnaire.title, standfirst=ALONE, code=part.code)


def draw(parts: Sequence[Part], *, title: str, standfirst: str, code: str) -> pdf.Document:
    context: dict[str, Any] = {
        "practice": Practice.get(),
        "parts": parts,
        "standfirst": standfirst,
        "code": code,
    }
    return pdf.render(template=TEMPLATE, context=context, title=title)


def blank_part(questionnaire: Questionnaire, *, code: str) -> BlankPart:
    parsed = questionnaire.parsed
    return BlankPart(
        template="pdf/parts/blank.html",
        title=questionnaire.title,
        anchor=f"form-{questionnaire.slug}",
        subtitle=f"Version {questionnaire.version}",
        sheets=sheets(parsed),
        code=code,
        credit=parsed.copyright,
    )


def blank_consent(document: ConsentDocument) -> BlankConsent:
    return BlankConsent(
        template="pdf/parts/blank_consent.html",
        title=document.title,
        anchor=f"text-{document.slug}",
        subtitle=version_line(document),
        text=deeper(render_markdown(document.text)),
        intent=document.intent,
        fingerprint=grouped(document.sha256),
    )


def asked_in(intake: Intake) -> list[Form]:
    """What an intake asks for, in the versions that it was opened with."""
    responses = intake.responses.select_related("questionnaire")
    return [*responses, *documents_of(intake)]


def planned_for(session_type: SessionType) -> list[Form]:
    """What a new intake would ask for today, in the order of the plan."""
    plan = IntakePlan.objects.filter(session_type=session_type).first()
    if plan is None:
        return []
    newest = newest_versions()
    found: list[Form] = []
    for slug in plan.questionnaires:
        row = newest.questionnaires.get(slug)
        if row and slug not in newest.retired and not row.is_clinician_only:
            found.append(row)
    texts = (newest.consents.get(slug) for slug in plan.consents)
    found += [text for text in texts if text and text.slug not in newest.retired_texts]
    return found


def part_of(asked: Form) -> Part:
    if isinstance(asked, ConsentDocument):
        return blank_consent(asked)
    questionnaire = asked.questionnaire if isinstance(asked, QuestionnaireResponse) else asked
    return blank_part(questionnaire, code=code_of(asked))
