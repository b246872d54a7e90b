"""What everything on a page has that stands for an item in one spot: names, ids and words."""

from django.utils.safestring import SafeString, mark_safe

from intake.fhir.places import Place
from intake.fhir.questionnaire import Item


class Placed:
    """Taken up by the nodes of a page (intake.forms.nodes, intake.forms.questions)."""

    place: Place

    @property
    def is_conditional(self) -> bool:
        return self.item.is_conditional

    @property
    def item(self) -> Item:
        return self.place.item

    @property
    def name(self) -> str:
        return self.place.name

    @property
    def id(self) -> str:
        return f"q-{self.name}"

    @property
    def html(self) -> SafeString:
        return mark_safe(self.item.html)  # noqa: S308 - sanitised when it was read

    @property
    def help_html(self) -> SafeString:
        return mark_safe(self.item.help_html)  # noqa: S308 - sanitised when it was read
