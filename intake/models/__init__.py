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
from intake.models.measures import (
    LONGEST_WEEKS,
    Measure,
    MeasurePlan,
    MeasureState,
    PlanState,
)
from intake.models.packets import (
    FOR_THERAPIST,
    ISSUED,
    Packet,
    PacketCopy,
)
from intake.models.paper import PaperSource
from intake.models.questionnaires import (
    ClinicianOnly,
    IntakePlan,
    Questionnaire,
)
from intake.models.records import (
    RecordsClosed,
    RecordsRequest,
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
    SafetyStep,
    StepKind,
)
from intake.models.uploads import Upload
from intake.models.working_copies import (
    Origin,
    WorkingCopy,
    WorkingCopyStep,
)

__all__ = [
    "FOR_THERAPIST",
    "ISSUED",
    "LONGEST_WEEKS",
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
    "Measure",
    "MeasurePlan",
    "MeasureState",
    "Origin",
    "Packet",
    "PacketCopy",
    "PaperSource",
    "PlanState",
    "Questionnaire",
    "QuestionnaireDraft",
    "QuestionnaireResponse",
    "RecordsClosed",
    "RecordsRequest",
    "ResponseStatus",
    "RetiredQuestionnaire",
    "RetiredText",
    "SafetyAlert",
    "SafetyStep",
    "Score",
    "SignatureMethod",
    "SignedCopy",
    "SignerRole",
    "StepKind",
    "Upload",
    "WithdrawalWay",
    "WordingSource",
    "WorkingCopy",
    "WorkingCopyStep",
]
