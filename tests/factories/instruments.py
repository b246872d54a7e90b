"""Invented wordings: as many lines as a pack needs, and nobody's own words."""

import json
from typing import Any

from accounts.models import User
from intake.instruments.pack import Pack, packs
from intake.instruments.wording import Wording, from_lines
from intake.models import Questionnaire, WordingSource
from intake.services.instruments import Declaration, complete_pack
from tests.factories.intake import FILLED_AT

AGREED = Declaration(agrees=True, basis="Written permission of March 3, 2026")


def lines_of(pack: Pack) -> str:
    one = "One side {} | The other side {}" if pack.is_bipolar else "An invented question {}"
    return "\n".join(one.format(number, number) for number in range(1, pack.items + 1))


def a_resource(slug: str, **changes: Any) -> dict[str, Any]:
    pack = packs()[slug]
    wording = {"title": "Invented", "stem": "In the last weeks", "items": lines_of(pack)}
    return from_lines(pack, Wording(**wording | changes))


def a_completed_pack(slug: str, *, by: User, **changes: Any) -> Questionnaire:
    return complete_pack(
        pack=packs()[slug],
        resource=a_resource(slug, **changes),
        wording_source=WordingSource.LINES,
        declaration=AGREED,
        by=by,
        now=FILLED_AT,
    )


def a_fhir_file(slug: str, **changes: Any) -> str:
    """Somebody else's file: their own ids, no numbers, no word of our packs."""
    pack = packs()[slug]
    resource = {
        "resourceType": "Questionnaire",
        "id": "somebody-elses",
        "url": "https://example.com/Questionnaire/theirs",
        "version": "7",
        "title": "Theirs",
        "status": "draft",
        "copyright": "Theirs.",
        "item": [
            {"linkId": "hello", "type": "display", "text": "Hello"},
            {
                "linkId": "all",
                "type": "group",
                "text": "All of them",
                "item": [
                    {
                        "linkId": f"q{number}",
                        "type": "choice",
                        "text": f"Their question {number}",
                        "answerOption": [_option(points) for points in pack.scale.points],
                    }
                    for number in range(1, pack.items + 1)
                ],
            },
        ],
    }
    return json.dumps(resource | changes)


def _option(points: int) -> dict[str, Any]:
    return {
        "valueCoding": {
            "extension": [
                {
                    "url": "http://hl7.org/fhir/StructureDefinition/ordinalValue",
                    "valueDecimal": points,
                }
            ],
            "system": "https://example.com/theirs",
            "code": f"p{points}",
            "display": f"Answer {points}",
        }
    }
