"""What was found while a questionnaire was read: what can't be shown, and what to know."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Finding:
    """Something about one item (or about the whole file, when `link_id` is empty)."""

    link_id: str
    reason: str
    text: str = ""  # the words of the item, so that a person finds it


class UnreadableQuestionnaire(Exception):
    """The JSON is not a questionnaire that the portal can show."""

    def __init__(self, *refused: Finding) -> None:
        self.refused = refused
        super().__init__("; ".join(_sentence(finding) for finding in refused[:20]))


def _sentence(finding: Finding) -> str:
    return f"{finding.link_id}: {finding.reason}" if finding.link_id else finding.reason


def unreadable(reason: str) -> UnreadableQuestionnaire:
    return UnreadableQuestionnaire(Finding("", reason))


@dataclass
class Findings:
    """Collects while reading, so that a person hears everything at once, and each thing once."""

    _refused: dict[tuple[str, str], Finding] = field(default_factory=dict)
    _warnings: dict[tuple[str, str], Finding] = field(default_factory=dict)

    def refuse(self, link_id: str, reason: str, text: str = "") -> None:
        self._refused.setdefault((link_id, reason), Finding(link_id, reason, text[:200]))

    def warn(self, link_id: str, reason: str, text: str = "") -> None:
        self._warnings.setdefault((link_id, reason), Finding(link_id, reason, text[:200]))

    @property
    def refused(self) -> tuple[Finding, ...]:
        return tuple(self._refused.values())

    @property
    def warnings(self) -> tuple[Finding, ...]:
        return tuple(self._warnings.values())
