"""Random questionnaires of every kind of item, and random answers to them."""

from datetime import UTC, date, datetime, time, timedelta, timezone
from itertools import count
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from intake.fhir.answers import Answer, key_of
from intake.fhir.cleaning import clean_line
from intake.fhir.parsing import parse_questionnaire
from intake.fhir.places import join
from intake.fhir.questionnaire import Coded, ItemType, Quantity

CORE = "http://hl7.org/fhir/StructureDefinition/"
ZONE = ZoneInfo("America/New_York")
SYSTEM = "https://example.org/codes"
TYPES = [str(kind) for kind in ItemType if kind not in ("group", "display", "attachment")]
CHOSEN = ("choice", "open-choice")
OPERATORS = ("exists", "=", "!=", ">", "<", ">=", "<=")
EXPECTED = {
    "boolean": ("answerBoolean", st.booleans()),
    "integer": ("answerInteger", st.integers(-5, 5)),
    "decimal": ("answerDecimal", st.integers(-5, 5).map(lambda number: number / 2)),
    "date": ("answerDate", st.dates(date(2000, 1, 1), date(2030, 1, 1)).map(date.isoformat)),
    "time": ("answerTime", st.sampled_from(["08:00:00", "20:15:00"])),
    "string": ("answerString", st.sampled_from(["a", "b"])),
    "choice": ("answerCoding", st.sampled_from("abc").map(lambda c: {"system": SYSTEM, "code": c})),
}
words = st.text(min_size=1, max_size=20).map(clean_line).filter(bool)
numbers = st.decimals(-9_999, 9_999, places=2).map(lambda number: number.normalize() + 0)


def _option(code, ordinal):
    points = {"url": f"{CORE}ordinalValue", "valueDecimal": ordinal}
    return {"valueCoding": {"system": SYSTEM, "code": code, "display": code, "extension": [points]}}


@st.composite
def _items(draw, names, asked, depth):
    return [draw(_item(names, asked, depth)) for _ in range(draw(st.integers(1, 4)))]


@st.composite
def _item(draw, names, asked, depth):
    kind = draw(st.sampled_from([*TYPES, "display", *(["group"] * 6 if depth else [])]))
    item = {"linkId": f"{kind}.{next(names)}", "text": draw(st.sampled_from(["A?", "B?"])),
            "type": kind}  # fmt: skip
    if asked and draw(st.booleans()):
        item["enableWhen"] = [draw(_condition(asked))]
    if kind == "group":
        item["repeats"] = draw(st.booleans())
        item["item"] = draw(_items(names, asked, depth - 1))
        return item
    if kind == "display":
        return item
    item["repeats"] = kind not in ("boolean",) and draw(st.booleans())
    if kind in CHOSEN:
        item["answerOption"] = [_option(code, points) for points, code in enumerate("abc")]
    if kind == "quantity":
        units = [{"url": f"{CORE}questionnaire-unitOption",
                  "valueCoding": {"system": "http://unitsofmeasure.org", "code": code,
                                  "display": code}} for code in ("kg", "cm")]  # fmt: skip
        item["extension"] = units
    if depth and draw(st.integers(0, 4)) == 0:
        item["item"] = draw(_items(names, asked, 0))
    if kind in EXPECTED:
        asked.append((item["linkId"], kind))
    return item


@st.composite
def _condition(draw, asked):
    link_id, kind = draw(st.sampled_from(asked))
    operator = draw(
        st.sampled_from(OPERATORS if kind not in ("boolean", "string") else OPERATORS[:3])
    )
    if operator == "exists":
        return {"question": link_id, "operator": operator, "answerBoolean": draw(st.booleans())}
    key, values = EXPECTED[kind]
    return {"question": link_id, "operator": operator, key: draw(values)}


@st.composite
def trees(draw):
    """A questionnaire that is read without a complaint. Conditions look only backwards."""
    return parse_questionnaire(
        {
            "resourceType": "Questionnaire",
            "id": "tree",
            "url": "https://example.org/fhir/Questionnaire/tree",
            "version": "1",
            "title": "Tree",
            "status": "active",
            "item": [
                {"linkId": "first", "type": "string", "text": "First?"},
                *draw(_items(count(), [], 3)),
            ],
        }
    )


def value_of(item):
    if item.type == ItemType.CHOICE:
        return st.sampled_from(item.options).map(lambda option: Coded(option.code))
    return {
        ItemType.BOOLEAN: st.booleans(),
        ItemType.INTEGER: st.integers(-(2**31) + 1, 2**31 - 1),
        ItemType.DECIMAL: numbers,
        ItemType.DATE: st.dates(date(1900, 1, 1), date(2100, 1, 1)),
        ItemType.DATETIME: st.one_of(moments(), st.dates(date(1900, 1, 1), date(2100, 1, 1))),
        ItemType.TIME: st.times().map(lambda at: time(at.hour, at.minute)),
        ItemType.URL: st.sampled_from(["https://example.org/a?b=c", "mailto:a@example.org"]),
        ItemType.QUANTITY: st.builds(Quantity, numbers, st.sampled_from(_units(item))),
        ItemType.OPEN_CHOICE: words,
    }.get(item.type, words)


def _units(item):
    return [unit.key for unit in item.units] or [""]


def moments():
    """On the practice's clock, to the minute; of a time that a day has twice, the first."""
    minutes = st.integers(15_800_000, 63_000_000)  # from 2000 to 2089
    local = minutes.map(lambda minute: datetime.fromtimestamp(minute * 60, UTC).astimezone(ZONE))
    return local.filter(lambda at: not at.fold).map(
        lambda at: at.replace(tzinfo=timezone(at.utcoffset() or timedelta()))
    )


@st.composite
def answered(draw):
    """A tree, and answers in all of its repetitions, also in some that were removed."""
    tree = draw(trees())
    answers = {}
    _answer(draw, tree.items, "", answers)
    return tree, answers


def _answer(draw, items, path, answers):
    for item in items:
        if item.is_loop:
            present = draw(st.lists(st.integers(1, 4), min_size=1, max_size=3, unique=True))
            answers[key_of(item.link_id, path)] = Answer(tuple(sorted(present)))
            for number in range(1, 5):
                _answer(draw, item.items, join(path, number), answers)
            continue
        if item.is_question and draw(st.booleans()):
            most = 3 if item.is_repeating else 1
            values = draw(st.lists(value_of(item), min_size=1, max_size=most, unique=True))
            answers[key_of(item.link_id, path)] = Answer(_in_order(item, values))
        _answer(draw, item.items, path, answers)


def _in_order(item, values):
    """Of an open choice the words come last, and only one of them; options in their order."""
    if item.type == ItemType.CHOICE:
        order = [Coded(option.code) for option in item.options]
        return tuple(sorted(values, key=order.index))
    return tuple(values[:1] if item.type == ItemType.OPEN_CHOICE else values)
