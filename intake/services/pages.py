"""The pages of an intake or a form, one section each, in order; and where to go on."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from django.db import transaction

from intake.fhir.enabling import shown_sections
from intake.fhir.progress import Progress, measure
from intake.fhir.questionnaire import Section
from intake.from_paper import SHEET
from intake.models import Intake, Measure, QuestionnaireResponse
from intake.services.client_details import WRITER


@dataclass(frozen=True)
class Page:
    response: QuestionnaireResponse
    section: Section
    part_number: int
    is_passed: bool

    @property
    def part(self) -> str:
        return self.response.questionnaire.slug

    @property
    def part_title(self) -> str:
        return self.response.questionnaire.title


@dataclass(frozen=True)
class Part:
    """One questionnaire of an intake and how far it is filled in."""

    number: int
    response: QuestionnaireResponse
    progress: Progress
    pages: tuple[Page, ...]

    @property
    def slug(self) -> str:
        return self.response.questionnaire.slug

    @property
    def title(self) -> str:
        return self.response.questionnaire.title

    @property
    def is_done(self) -> bool:
        return all(page.is_passed for page in self.pages) and self.progress.has_all_required

    @property
    def is_started(self) -> bool:
        """The client did something here; what was known from the booking does not count."""
        own = (answer.writer != WRITER for answer in self.response.answers.all())
        return any(page.is_passed for page in self.pages) or any(own)

    @property
    def first_open(self) -> Page:
        """Where to go on: the first page not yet left behind, or the first one."""
        return next((page for page in self.pages if not page.is_passed), self.pages[0])


class Pages:
    """Built from one read of an intake, or a form; build it again after a save.

    `responses` are those of a list that was read with its answers; without them it reads its own.
    """

    def __init__(
        self, sitting: Intake | Measure, responses: Iterable[QuestionnaireResponse] | None = None
    ) -> None:
        self.sitting = sitting
        self._responses = responses

    @cached_property
    def parts(self) -> list[Part]:
        responses = self._responses
        if responses is None:
            own = self.sitting.responses.with_questionnaire()
            responses = own.select_related(SHEET).prefetch_related("answers")
        return [_part(number, response) for number, response in enumerate(responses, start=1)]

    @cached_property
    def all(self) -> list[Page]:
        return [page for part in self.parts for page in part.pages]

    @property
    def minutes_left(self) -> int:
        """Of the parts that are still open, rounded up."""
        seconds = sum(part.progress.seconds_left for part in self.parts if not part.is_done)
        return -(-seconds // 60)

    @property
    def next_open(self) -> Page | None:
        """Where a person goes on who comes back, here or on another device."""
        return next((part.first_open for part in self.parts if not part.is_done), None)

    def find(self, part: str, section: str) -> Page | None:
        return next(
            (page for page in self.all if page.part == part and page.section.slug == section), None
        )

    def position(self, page: Page) -> int:
        """Counted from 1."""
        return 1 + next(
            index
            for index, other in enumerate(self.all)
            if (other.part, other.section.slug) == (page.part, page.section.slug)
        )

    def after(self, page: Page) -> Page | None:
        return next(iter(self.all[self.position(page) :]), None)

    def before(self, page: Page) -> Page | None:
        position = self.position(page)
        return self.all[position - 2] if position > 1 else None


def _part(number: int, response: QuestionnaireResponse) -> Part:
    parsed, given = response.questionnaire.parsed, response.given()
    return Part(
        number=number,
        response=response,
        progress=measure(parsed, given),
        pages=tuple(_pages(number, response)),
    )


def _pages(number: int, response: QuestionnaireResponse) -> Iterator[Page]:
    for section in shown_sections(response.questionnaire.parsed, response.given()):
        yield Page(response, section, number, section.slug in response.passed)


@transaction.atomic
def leave_behind(*, page: Page) -> None:
    """Note that the client saved this page and went on; answers may still be blank on it."""
    # Locked, so that another window that leaves another page at this moment loses nothing.
    response = QuestionnaireResponse.objects.select_for_update().get(pk=page.response.pk)
    if page.section.slug not in response.passed:
        response.passed = [*response.passed, page.section.slug]
        response.save(update_fields=["passed"])
