"""The client's details and "About you": what is known is not asked again, what is told counts.

An item names the detail it is about (its `prefill` extension, a field of ClientDetails).
"""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, replace
from datetime import date, datetime
from typing import Any

from accounts.models import Client, User
from accounts.services.clients import ClientDetails, TooYoung, update_details
from intake.fhir.answers import Answer as GivenAnswer
from intake.fhir.answers import answer_to_json, split_key
from intake.fhir.computing import initial_values
from intake.fhir.questionnaire import CHOICES, Coded, Item, ItemType, Value
from intake.models import Answer, QuestionnaireResponse
from intake.services.computing import recompute, surroundings
from portal.shared.request import Source

WRITER = "details"


def prefill(*, response: QuestionnaireResponse, now: datetime) -> None:
    """What was told at booking stands there already, to be checked; and what an item begins with.

    The other parts of its intake must be there: what they ask about the client, expressions may
    use.
    """
    parsed = response.questionnaire.parsed
    begin: dict[str, GivenAnswer] = {}
    if any(item.initial or item.initial_expression for item in parsed.questions()):
        around = surroundings(response, now=now)
        begin = initial_values(parsed, around)
    known = asdict(ClientDetails.of(response.client))
    for item in parsed.questions():
        if known.get(item.prefill):
            begin[item.link_id] = GivenAnswer((as_value(item, known[item.prefill]),))
    rows = [_row(response, key, answer, now) for key, answer in begin.items()]
    Answer.objects.bulk_create(rows)
    if parsed.with_expressions:
        recompute(response, {row.key: row for row in rows}, now=now)


def _row(response: QuestionnaireResponse, key: str, answer: GivenAnswer, now: datetime) -> Answer:
    link_id, path = split_key(key)
    return Answer(
        response=response,
        link_id=link_id,
        path=path,
        value=answer_to_json(answer)["values"],
        writer=WRITER,
        updated_at=now,
    )


def as_value(item: Item, known: str | date) -> Value:
    """A detail as an answer: the option that says the same, else the words themselves."""
    if isinstance(known, date) or item.type not in CHOICES:
        return known
    same = (o for o in item.options if _plain(known) in (o.code, _plain(o.display)))
    option = next(same, None)
    return Coded(option.code) if option else known


def carry_over(
    *,
    client: Client,
    responses: Iterable[QuestionnaireResponse],
    by: User,
    now: datetime,
    source: Source,
) -> list[str]:
    """What the sent answers say goes into the client's details; the names of what changed.

    Raises TooYoung when the birth date was changed to a minor's.
    """
    known = ClientDetails.of(client)
    told: dict[str, Any] = {
        item.prefill: as_detail(item, value)
        for response in responses
        for item, value in _told(response)
    }
    details = replace(known, **told)
    try:
        return update_details(client=client, details=details, by=by, source=source, now=now)
    except TooYoung:
        if details.birth_date == known.birth_date:
            return []  # a minor whom the practice registered itself, after a parent called
        raise


def _told(response: QuestionnaireResponse) -> Iterator[tuple[Item, Value]]:
    given = response.given()
    for item in response.questionnaire.parsed.questions():
        answer = given.get(item.link_id)
        if item.prefill and answer and answer.values:
            yield item, answer.values[0]


def as_detail(item: Item, value: Value) -> str | date:
    """A choice that allows own words is kept in words, any other by its code."""
    if isinstance(value, date):
        return value
    if not isinstance(value, Coded):
        return str(value)
    option = item.option(value.code)
    return option.display if option and item.type == ItemType.OPEN_CHOICE else value.code


def _plain(words: str) -> str:
    return words.replace(" ", "").casefold()
