"""An intake that asks for files."""

from intake.models import QuestionnaireResponse
from tests.factories.everything import an_intake_of
from tests.factories.fhir_files import extension, item, resource


def files_asked() -> QuestionnaireResponse:
    """One letter (PDF, up to 2 MB), up to three pictures in each room, and a line of words."""
    letter = item(
        "letter",
        "attachment",
        "A letter of your doctor?",
        extension=[
            extension("mimeType", valueCode="application/pdf"),
            extension("maxSize", valueDecimal=2),
        ],
    )
    pictures = item(
        "pictures",
        "attachment",
        "Pictures of it?",
        repeats=True,
        extension=[
            extension("mimeType", valueCode="image/*"),
            extension("questionnaire-maxOccurs", valueInteger=3),
        ],
    )
    room = item("room", "group", "Room", repeats=True, item=[item("name", "string"), pictures])
    told = resource(
        letter, item("note", "string", "A word to it?"), room, id="files", title="Files"
    )
    return an_intake_of(told).responses.get()
