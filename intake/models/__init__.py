"""What the client tells, signs and receives."""

from intake.models.asking import (
    ConsentRequest,
    ConsentWithdrawal,
    RetiredText,
    SignedCopy,
    WithdrawalWay,
)
from intake.models.consents import (
    ConsentDocument,
    ConsentKind,
    ConsentSignature,
    SignatureMethod,
    SignerRole,
)
from intake.models.drafts import (
    QuestionnaireDraft,
    RetiredQuestionnaire,
)
from intake.models.earlier_therapy import EarlierTherapy
from intake.models.instruments import (
    CutOff,
    ImportedWording,
    WordingSource,
)
from intake.models.packets import (
    FOR_THERAPIST,
    ISSUED,
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
    "FOR_THERAPIST",
    "ISSUED",
    "AlertKind",
    "Answer",
    "AnswerRevision",
    "ClinicianOnly",
    "ConsentDocument",
    "ConsentKind",
    "ConsentRequest",
    "ConsentSignature",
    "ConsentWithdrawal",
    "CutOff",
    "EarlierTherapy",
    "ImportedWording",
    "Intake",
    "IntakePlan",
    "Packet",
    "PacketCopy",
    "Questionnaire",
    "QuestionnaireDraft",
    "QuestionnaireResponse",
    "ResponseStatus",
    "RetiredQuestionnaire",
    "RetiredText",
    "SafetyAlert",
    "Score",
    "SignatureMethod",
    "SignedCopy",
    "SignerRole",
    "WithdrawalWay",
    "WordingSource",
]
