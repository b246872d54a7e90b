"""From the items of a file to ours; what can't be shown is told, with the reason."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from intake.fhir import extensions
from intake.fhir.attachments import kinds_of
from intake.fhir.danger import with_alerts
from intake.fhir.elements import (
    Raw,
    as_element,
    as_elements,
    as_flag,
    as_text,
    as_whole,
    first_text,
)
from intake.fhir.expressions import (
    Expression,
    constraints_of,
    expression_of,
    variables_of,
)
from intake.fhir.extensions import concept_codes, extension_text, extension_value, extension_values
from intake.fhir.findings import Findings
from intake.fhir.formatted import Wording, Words
from intake.fhir.initial import read_initial
from intake.fhir.limits import has_unread_pattern, read_limits
from intake.fhir.options import (
    MOST_OPTIONS,
    options_of_concepts,
    own_options,
    read_coding,
    unit_codings,
    units_of,
)
from intake.fhir.questionnaire import CHOICES, Coding, Item, ItemType, Limits, Option, Unit
from intake.fhir.side_texts import SideTexts, gather
from intake.fhir.survey import Survey
from intake.fhir.value_sets import UnknownAnswers, ValueSets

_TYPES = {str(item_type): item_type for item_type in ItemType}
_WITH_OPTIONS = frozenset(
    {ItemType.STRING, ItemType.TEXT, ItemType.INTEGER, ItemType.DATE, ItemType.TIME, ItemType.URL}
)
_NO_RECORDS = "It asks to pick a record (type reference), and there are none to pick from."


@dataclass(frozen=True)
class Above:
    """What an item takes over from the groups around it."""

    is_hidden: bool = False
    is_read_only: bool = False
    names: frozenset[str] = frozenset()  # of variables, for expressions to use
    may_say_in_person: bool = False


def _may_say_in_person(raw: Raw, above: Above) -> bool:
    """Said of a group, or of the whole, it holds for all that lies in it."""
    told = extension_value(raw, extensions.IN_PERSON)
    return above.may_say_in_person if told is None else as_flag(told)


class ItemReader:
    def __init__(
        self, survey: Survey, value_sets: ValueSets, wording: Wording, findings: Findings
    ) -> None:
        self.survey = survey
        self.value_sets = value_sets
        self.wording = wording
        self.findings = findings

    def read_all(self, holder: Raw, above: Above) -> tuple[Item, ...]:
        raws = as_elements(holder.get("item"))
        return tuple(self.read(raw, above) for raw in raws if self.survey.link_id_of(raw))

    def read(self, raw: Raw, above: Above) -> Item:
        return _Reading(self, raw, above).item()


class _Reading:
    """One item being read."""

    def __init__(self, reader: ItemReader, raw: Raw, above: Above) -> None:
        self.reader = reader
        self.raw = raw
        self.link_id = reader.survey.link_id_of(raw)
        self.variables = variables_of(raw)
        self.above = Above(
            is_hidden=above.is_hidden or _is_hidden(raw),
            is_read_only=above.is_read_only or as_flag(raw.get("readOnly")),
            names=above.names | {variable.name for variable in self.variables},
            may_say_in_person=_may_say_in_person(raw, above),
        )
        self.words = reader.wording.words(raw, "text")

    def refuse(self, reason: str) -> None:
        """A hidden item that can't be shown is no loss: nobody was to see it."""
        tell = self.reader.findings.warn if self.above.is_hidden else self.reader.findings.refuse
        tell(self.link_id, reason, self.words.text)

    def warn(self, reason: str) -> None:
        self.reader.findings.warn(self.link_id, reason, self.words.text)

    def item(self) -> Item:
        item_type = self.type()
        self.check_modifiers()
        control = first_text(concept_codes(extension_value(self.raw, extensions.ITEM_CONTROL)))
        texts, children = gather(self.raw, self.reader.wording, self.reader.survey, item_type)
        if children and item_type == ItemType.DISPLAY:
            self.warn("It is a text that holds items: it is shown as a group.")
            item_type = ItemType.GROUP
        options = self.options(item_type) if item_type in CHOICES | _WITH_OPTIONS else ()
        if options and item_type in _WITH_OPTIONS:
            item_type = ItemType.CHOICE
        units, may_type_unit = self.units(item_type)
        limits = read_limits(self.raw, item_type, units)
        self.warn_of_what_is_left_out(limits)
        if item_type == ItemType.ATTACHMENT:
            self.check_kinds(limits.media_types)
        item = Item(
            link_id=self.link_id,
            type=item_type,
            name=self.reader.survey.names[self.link_id],
            prefix=as_text(self.raw.get("prefix")),
            codes=self.codes(),
            is_required=as_flag(self.raw.get("required")) and item_type != ItemType.DISPLAY,
            is_repeating=self.is_repeating(limits.max_occurs),
            is_read_only=self.above.is_read_only,
            is_hidden=self.above.is_hidden,
            max_length=max(0, as_whole(self.raw.get("maxLength"))),
            limits=limits,
            options=options,
            units=units,
            may_type_unit=may_type_unit,
            variables=self.variables,
            constraints=constraints_of(self.raw),
            control=control or ("slider" if _is_slider(limits) else ""),
            is_horizontal=extension_text(self.raw, extensions.ORIENTATION) == "horizontal",
            open_label=extension_text(self.raw, extensions.OPEN_LABEL),
            support_links=self.support_links(),
            may_say_in_person=self.above.may_say_in_person,
            prefill=extension_text(self.raw, extensions.PREFILL),
            autocomplete=extension_text(self.raw, extensions.AUTOCOMPLETE),
            is_heavy=as_flag(extension_value(self.raw, extensions.HEAVY)),
        )
        item = with_alerts(self.with_expressions(self.with_words(item, texts)))
        below = tuple(self.reader.read(child, self.above) for child in children)
        return read_initial(replace(item, items=below), self.raw, self.warn)

    def type(self) -> ItemType:
        written = self.raw.get("type")
        known = _TYPES.get(written) if isinstance(written, str) else None
        if known:
            if extension_value(self.raw, extensions.SUB_QUESTIONNAIRE) is not None:
                self.refuse("It stands for another questionnaire, which the file does not contain.")
            return known
        if written == "reference":
            self.refuse(_NO_RECORDS)
        elif written is None:
            self.refuse("It has no type.")
        else:
            version = " It is one of FHIR R5." if written in ("coding", "question") else ""
            self.refuse(f"The type “{str(written)[:40]}” is no item type of FHIR R4.{version}")
        return ItemType.GROUP if as_elements(self.raw.get("item")) else ItemType.STRING

    def check_modifiers(self) -> None:
        for extension in as_elements(self.raw.get("modifierExtension")):
            self.refuse(
                "It carries a note that changes its meaning and that the portal does not know:"
                f" {as_text(extension.get('url'))}"
            )

    def warn_of_what_is_left_out(self, limits: Limits) -> None:
        if has_unread_pattern(self.raw, limits):
            self.warn("Its pattern for answers can't be checked here.")
        if expression_of(as_element(self.raw.get("_text")), extensions.CQF_EXPRESSION):
            self.warn("Its words are worked out by an expression; the fixed ones are shown.")
        if extension_value(self.raw, extensions.ITEM_MEDIA) is not None:
            self.warn("Its picture is not shown.")
        if next(extensions.extensions_of(self.raw, extensions.TOGGLE_EXPRESSION), None):
            self.warn("All of its answers are offered: the rule that hides some is not followed.")

    def check_kinds(self, media_types: tuple[str, ...]) -> None:
        if not kinds_of(media_types):
            asked = ", ".join(media_types)[:80]
            self.refuse(f"It asks for files of a kind that is not taken here: {asked}.")

    def codes(self) -> tuple[Coding, ...]:
        found = (read_coding(raw) for raw in as_elements(self.raw.get("code")))
        return tuple(coding for coding in found if coding)

    def is_repeating(self, max_occurs: int | None) -> bool:
        return as_flag(self.raw.get("repeats")) and max_occurs != 1

    def support_links(self) -> tuple[str, ...]:
        links = map(as_text, extension_values(self.raw, extensions.SUPPORT_LINK))
        return tuple(link for link in links if link)

    def with_words(self, item: Item, texts: SideTexts) -> Item:
        words = self.words
        if not words.text and item.type != ItemType.GROUP:
            words = self.words_in_place_of_text(item, texts)
        return replace(
            item,
            text=words.text,
            html=words.html,
            code=item.codes[0].code if item.codes else "",
            help=texts.help.text,
            help_html=texts.help.html,
            prompt=texts.prompt,
            lower=texts.lower,
            upper=texts.upper,
            unit_text=texts.unit or (item.units[0].display if self.has_one_unit(item) else ""),
            entry_format=extension_text(self.raw, extensions.ENTRY_FORMAT) or texts.entry_format,
        )

    def words_in_place_of_text(self, item: Item, texts: SideTexts) -> Words:
        """FHIR lets the text be left out, where a help text or codes say what is asked."""
        if texts.help.text:
            words, texts.help = texts.help, Words("")
            return words
        if texts.prompt:
            return Words(texts.prompt)
        coded = first_text(
            [coding.display for coding in item.codes] + [coding.code for coding in item.codes]
        )
        if item.is_hidden or item.type == ItemType.DISPLAY:
            return Words(coded)
        if coded:
            self.warn(f"It has no words of its own; its code is shown: {coded}.")
            return Words(coded)
        self.refuse("It has no words to ask.")
        return Words("")

    def has_one_unit(self, item: Item) -> bool:
        return len(item.units) == 1 and not item.may_type_unit

    def options(self, item_type: ItemType) -> tuple[Option, ...]:
        raws = as_elements(self.raw.get("answerOption"))
        address = as_text(self.raw.get("answerValueSet"))
        if item_type not in CHOICES:
            if address and not raws:
                self.warn(f"It is no choice: the value set is not offered, {address}.")
            return own_options(raws, self.reader.wording)
        if raws:
            found = self.own_options(raws)
        elif address:
            found = self.value_set_options(address)
        else:
            found = self.no_options(item_type)
        if len(found) > MOST_OPTIONS:
            self.refuse(f"It has more than {MOST_OPTIONS:,} answers to choose from.")
        return found[:MOST_OPTIONS]

    def own_options(self, raws: list[Raw]) -> tuple[Option, ...]:
        unread = [raw for raw in raws if not own_options([raw], self.reader.wording)]
        if unread:
            self.refuse("One of its answers has no value that can be shown.")
        return own_options(raws, self.reader.wording)

    def value_set_options(self, address: str) -> tuple[Option, ...]:
        try:
            concepts = self.reader.value_sets.concepts(address)
        except UnknownAnswers as unknown:
            words = str(unknown)
            self.refuse(f"{words[0].upper()}{words[1:]}")
            return ()
        return options_of_concepts(concepts, self.reader.wording)

    def no_options(self, item_type: ItemType) -> tuple[Option, ...]:
        computed = (
            extensions.ANSWER_EXPRESSION,
            extensions.CANDIDATE_EXPRESSION,
        )
        if expression_of(self.raw, *computed):
            self.refuse("Its answers are looked up by an expression, and nothing answers it here.")
        elif self.raw.get("option") or self.raw.get("options"):
            self.refuse("Its answers are written as in FHIR STU3. The portal reads FHIR R4.")
        elif item_type == ItemType.CHOICE:
            self.refuse("It is a choice, and the file names no answers to choose from.")
        return ()

    def units(self, item_type: ItemType) -> tuple[tuple[Unit, ...], bool]:
        """The units to choose from, and whether another may be typed."""
        if item_type not in (ItemType.QUANTITY, ItemType.DECIMAL, ItemType.INTEGER):
            return (), False
        units = units_of([*unit_codings(self.raw), *self.value_set_units()])
        if item_type != ItemType.QUANTITY:
            return units, False
        units = units or units_of(self.initial_units())
        is_open = extension_value(self.raw, extensions.UNIT_OPEN, extensions.UNIT_SUPPLEMENT)
        return units, is_open is not None or not units

    def value_set_units(self) -> list[Coding]:
        address = extension_text(self.raw, extensions.UNIT_VALUE_SET)
        if not address:
            return []
        try:
            concepts = self.reader.value_sets.concepts(address)
        except UnknownAnswers:
            self.warn(f"Its units are not in the file ({address}): any unit may be typed.")
            return []
        return [Coding(one.system, one.code, one.display) for one in concepts]

    def initial_units(self) -> list[Coding]:
        units = []
        for initial in as_elements(self.raw.get("initial")):
            value = as_element(initial.get("valueQuantity"))
            code, words = as_text(value.get("code")), as_text(value.get("unit"))
            if code or words:
                units.append(Coding(as_text(value.get("system")), code or words, words))
        return units

    def with_expressions(self, item: Item) -> Item:
        enable = self.expression(extensions.ENABLE_WHEN)
        calculated = self.expression(*extensions.CALCULATED)
        initial = self.expression(extensions.INITIAL_EXPRESSION)
        if enable and self.trouble(enable):
            self.refuse(f"It is asked by an expression {self.trouble(enable)}.")
        if calculated and self.trouble(calculated):
            reason = f"It is worked out by an expression {self.trouble(calculated)}."
            if item.is_read_only:
                self.refuse(reason)
            else:
                self.warn(f"{reason} Clients answer it themselves.")
        return replace(
            item,
            enable_expression=self.usable(enable),
            calculated_expression=self.usable(calculated),
            initial_expression=self.usable(initial),
        )

    def expression(self, *urls: str) -> Expression | None:
        found = expression_of(self.raw, *urls)
        return found.spelled(self.above.names) if found else None

    def trouble(self, expression: Expression) -> str:
        """Why it can't be evaluated here; empty when it can."""
        if not expression.is_fhirpath:
            return expression.problem
        name = expression.unknown_name(self.above.names)
        return f"that needs “%{name}”, which the portal does not have" if name else ""

    def usable(self, expression: Expression | None) -> str:
        return "" if expression is None or self.trouble(expression) else expression.text


def _is_slider(limits: Limits) -> bool:
    """Steps between two ends are those of a slider, also where the file does not name it."""
    return None not in (limits.step, limits.minimum, limits.maximum)


def _is_hidden(raw: Raw) -> bool:
    """Hidden, or meant for reading the answers afterwards only."""
    mode = extension_text(raw, extensions.USAGE_MODE)
    return as_flag(extension_value(raw, extensions.HIDDEN)) or mode.startswith("display")


def by_link_id(items: tuple[Item, ...]) -> Mapping[str, Item]:
    return {item.link_id: item for top in items for item in top.walk()}
