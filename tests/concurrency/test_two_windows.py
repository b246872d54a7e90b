"""Many windows save different answers to one question at once: every one of them is kept."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.servers.portal import Portal

WINDOWS = 4
SET_UP = """
from tests.factories.intake import an_intake, response_to
print(response_to(an_intake("what-brings-you"), "what-brings-you").pk)
"""
SAVE = """
from intake.models import QuestionnaireResponse
from tests.factories.intake import answer
response = QuestionnaireResponse.objects.get(pk={response})
for number in range(5):
    answer(response, "reason", f"Window {window}, words {{number}}", shown_revision=0,
           writer="window {window}")
"""
READ = """
import json
from intake.models import Answer
row = Answer.objects.get(response_id={response}, link_id="reason")
print(json.dumps([row.value[0], *(rival["values"][0] for rival in row.rivals)]))
"""


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_every_window_keeps_its_last_words(new_portal, request, database) -> None:
    extra = {}
    if database == "postgresql":
        extra["DATABASE_URL"] = request.getfixturevalue("postgresql").new_database()
    portal: Portal = new_portal(extra)
    response = portal.shell(SET_UP).strip()

    with ThreadPoolExecutor(WINDOWS) as pool:
        saves = [SAVE.format(response=response, window=number) for number in range(WINDOWS)]
        list(pool.map(portal.shell, saves))

    kept = json.loads(portal.shell(READ.format(response=response)))
    assert sorted(kept) == [f"Window {number}, words 4" for number in range(WINDOWS)]
