"""What a file set on an item and the editor leaves alone, told in words."""

from collections.abc import Iterator

from intake.fhir import extensions
from intake.fhir.elements import Raw, as_elements, as_text
from intake.fhir.kinds import kind_of
from intake.fhir.limits import MEGABYTE
from intake.fhir.questionnaire import Item, ItemType

_SEEN_ELSEWHERE = frozenset(
    {
        extensions.ITEM_CONTROL, extensions.IN_PERSON, extensions.MIN_OCCURS,
        extensions.MAX_OCCURS, extensions.MIN_VALUE, extensions.MAX_VALUE, extensions.SLIDER_STEP,
        extensions.UNIT, extensions.UNIT_OPTION, extensions.HIDDEN, extensions.ENABLE_WHEN,
        extensions.INITIAL_EXPRESSION, extensions.CONSTRAINT, extensions.TARGET_CONSTRAINT,
        extensions.REGEX, extensions.MIN_LENGTH, extensions.ENTRY_FORMAT, extensions.MARKDOWN,
        extensions.XHTML, extensions.PREFILL, extensions.AUTOCOMPLETE, *extensions.CALCULATED,
        extensions.HEAVY, extensions.MIME_TYPE, extensions.MAX_SIZE,
    }
)  # fmt: skip


def set_by_file(item: Item, raw: Raw) -> tuple[str, ...]:
    return tuple(_facts(item, raw))


def _facts(item: Item, raw: Raw) -> Iterator[str]:
    if item.is_hidden:
        yield "It works unseen: no client sees it."
    if item.calculated_expression:
        yield "Its answer is worked out by a formula."
    elif item.is_read_only:
        yield "Clients can’t change it."
    if item.enable_expression:
        yield "It is shown when a formula says so."
    if item.initial or item.initial_expression or item.prefill:
        yield "Something is filled in at first."
    if item.html:
        yield "Its words are formatted. If you change them, they become plain."
    if item.is_repeating and item.is_question and not item.is_choice:
        yield "More than one answer may be given."
    if item.is_heavy and item.type != ItemType.GROUP:
        yield "A break is suggested after its page."
    yield from _limits(item)
    yield from _answers(item, raw)
    if item.prefix:
        yield f"“{item.prefix}” stands before its words."
    if item.codes:
        codes = (" ".join(filter(None, (one.code, one.display))) for one in item.codes)
        yield f"It is known by a code: {', '.join(codes)}."
    known = [as_text(one.get("url")) for one in as_elements(raw.get("extension"))]
    more = [url for url in known if url not in _SEEN_ELSEWHERE]
    if more:
        yield f"Further notes of the file: {', '.join(url.rpartition('/')[2] for url in more)}."


def _limits(item: Item) -> Iterator[str]:
    limits = item.limits
    if item.constraints or limits.regex or limits.minimum_expression or limits.maximum_expression:
        yield "Answers are checked by a rule."
    if item.max_length:
        yield f"An answer has at most {item.max_length:,} characters."
    if limits.media_types:
        kinds = (media_type.rpartition("/")[2] for media_type in limits.media_types)
        yield f"It takes files of these kinds: {', '.join(kinds)}."
    if limits.max_bytes:
        yield f"A file has at most {limits.max_bytes / MEGABYTE:g} MB."
    has_ends = limits.minimum is not None or limits.maximum is not None
    if has_ends and item.type not in (ItemType.INTEGER, ItemType.DECIMAL):
        yield "It has a lowest or highest answer."


def _answers(item: Item, raw: Raw) -> Iterator[str]:
    if item.is_choice and as_text(raw.get("answerValueSet")) and not raw.get("answerOption"):
        yield f"Its {len(item.options)} answers come from a list in the file."
    if any(option.ordinal is not None for option in item.options):
        yield "Its answers count as numbers."
    is_plain = item.control in ("", "slider", "text-area", "radio-button", "check-box", "page")
    if not is_plain and kind_of(item) is not None:
        yield f"It is shown as “{item.control}”."
