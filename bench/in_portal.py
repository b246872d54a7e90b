"""Runs inside a portal's environment and prints one JSON value.

`python -m bench.in_portal fill 1000`, or `neighbours 199 500`, `shorten`, `queries URL`, `packet`,
`on_screen`, `sign_in`, `fill_responses 1000`, `autosave_queries URL FORM`.
"""

import json
import os
import sys
from typing import Any

import django

from bench import on_screen, packet, responses, rows

SHORT_PLAN = ("about-you", "what-brings-you", "phq-9", "gad-7")
SHORT_CONSENTS = ("electronic-records",)


def shorten() -> int:
    """Ask for fewer parts, so that the packet has some 13 pages."""
    from intake.models import IntakePlan

    return IntakePlan.objects.update(questionnaires=list(SHORT_PLAN), consents=list(SHORT_CONSENTS))


def queries(url: str) -> dict[str, int]:
    """How many queries one request makes, worked out and given again."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client, counts = Client(SERVER_NAME="127.0.0.1"), []
    for _ in range(2):
        with CaptureQueriesContext(connection) as seen:
            answer = client.get(url)
        assert answer.status_code == 200, answer.content[:300]
        counts.append(len(seen))
    return {"worked_out": counts[0], "again": counts[1]}


def main(command: str, *arguments: str) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    django.setup()
    numbers = [int(each) for each in arguments if each.isdecimal()]
    if command == "fill":
        answer: Any = rows.fill(*numbers)
    elif command == "neighbours":
        answer = rows.neighbours(*numbers)
    elif command == "shorten":
        answer = shorten()
    elif command == "forget_holds":
        answer = rows.forget_holds()
    elif command == "sign_in":
        answer = responses.sign_in()
    elif command == "fill_responses":
        answer = responses.fill(*numbers)
    elif command == "autosave_queries":
        answer = responses.queries(*arguments)
    elif command == "queries":
        answer = queries(arguments[0])
    elif command == "on_screen":
        answer = on_screen.measure()
    else:
        answer = packet.measure()
    print(json.dumps(answer))


if __name__ == "__main__":
    main(*sys.argv[1:])
