"""Where the pages of an intake stand, and those of a form that is open by itself."""

from dataclasses import dataclass
from uuid import UUID

from django.urls import reverse

from intake.models import Intake, Measure
from intake.services.pages import Page, Pages


@dataclass(frozen=True)
class Addresses:
    """`is_form`: one questionnaire, asked for outside of an intake."""

    public_id: UUID
    is_form: bool

    @classmethod
    def of(cls, sitting: Intake | Measure) -> "Addresses":
        return cls(sitting.public_id, isinstance(sitting, Measure))

    @property
    def overview(self) -> str:
        if self.is_form:
            return reverse("intake:forms")
        return reverse("intake:overview", args=[self.public_id])

    @property
    def check(self) -> str:
        return reverse(
            "intake:form_check" if self.is_form else "intake:check", args=[self.public_id]
        )

    def part(self, slug: str) -> str:
        """It leads on to where the client goes on."""
        if self.is_form:
            return reverse("intake:form", args=[self.public_id])
        return reverse("intake:part", args=[self.public_id, slug])

    def section(self, part: str, section: str) -> str:
        return self._below("section", part, section)

    def page(self, page: Page) -> str:
        return self.section(page.part, page.section.slug)

    def support(self, page: Page) -> str:
        return self._below("support", page.part, page.section.slug)

    def pause(self, page: Page) -> str:
        return self._below("pause", page.part, page.section.slug)

    def after(self, pages: Pages, page: Page) -> str:
        following = pages.after(page)
        return self.page(following) if following else self.check

    def _below(self, name: str, part: str, section: str) -> str:
        """A form has one part, so its address does not name it."""
        if self.is_form:
            return reverse(f"intake:form_{name}", args=[self.public_id, section])
        return reverse(f"intake:{name}", args=[self.public_id, part, section])
