"""What the client tells, signs and receives."""

from intake.models.consents import (
    ConsentDocument,
    ConsentKind,
    ConsentSignature,
    SignatureMethod,
)
from intake.models.earlier_therapy import EarlierTherapy
from intake.models.instruments import (
    CutOff,
    ImportedWording,
    WordingSource,
)
from intake.models.packets import (
    Packet,
    PacketCopy,
)
from intake.models.questionnaires import (
    ClinicianOnly,
    IntakePlan,
    Questionnaire,
)
from intake.models.responses import (
    Answer,
    AnswerRevision,
    Intake,
    QuestionnaireResponse,
    ResponseStatus,
    Score,
)
from intake.models.safety import (
    AlertKind,
    SafetyAlert,
)

__all__ = [
    "AlertKind",
    "Answer",
    "AnswerRevision",
    "ClinicianOnly",
    "ConsentDocument",
    "ConsentKind",
    "ConsentSignature",
    "CutOff",
    "EarlierTherapy",
    "ImportedWording",
    "Intake",
    "IntakePlan",
    "Packet",
    "PacketCopy",
    "Questionnaire",
    "QuestionnaireResponse",
    "ResponseStatus",
    "SafetyAlert",
    "Score",
    "SignatureMethod",
    "WordingSource",
]
