"""`python -m billing.sandbox`: the sandbox for the demo, until Ctrl-C or SIGTERM."""

import argparse
import os
import signal
import sys
import threading
from datetime import datetime
from pathlib import Path

from billing.sandbox.clock import Clock
from billing.sandbox.server import LOOPBACK, Sandbox, load_description

BANNER = """\
Stripe sandbox on this machine: no card is charged and no money moves.
  API and pages  {url}
  Webhooks to    {webhook_url}
  Kept in        {store}
"""


def parsed(arguments: list[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m billing.sandbox", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help=f"on {LOOPBACK}; 0: a free one")
    parser.add_argument("--store", default=":memory:", help="a SQLite file, or :memory:")
    parser.add_argument("--webhook-url", help="the portal's webhook address")
    parser.add_argument("--webhook-secret", default="whsec_sandbox")
    parser.add_argument("--clock", help="start at this moment, such as 2027-01-04T09:00:00+00:00")
    parser.add_argument("--openapi", help="refuse what this description forbids")
    return parser.parse_args(arguments)


def check_no_live_key() -> None:
    """A live key beside a sandbox means that somebody mixed up two installations."""
    if os.environ.get("STRIPE_SECRET_KEY", "").startswith(("sk_live_", "rk_live_")):
        sys.exit("STRIPE_SECRET_KEY is a live key. The sandbox won't start beside it.")


def started_clock(text: str | None) -> Clock:
    if text is None:
        return Clock()
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        sys.exit("--clock needs an offset, such as 2027-01-04T09:00:00+00:00.")
    return Clock(moment.timestamp())


def main() -> None:
    check_no_live_key()
    asked = parsed()
    if asked.store != ":memory:":
        Path(asked.store).parent.mkdir(parents=True, exist_ok=True)
    stopping = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopping.set())
    with Sandbox(
        port=asked.port,
        store=asked.store,
        webhook_url=asked.webhook_url,
        webhook_secret=asked.webhook_secret,
        clock=started_clock(asked.clock),
        description=load_description(asked.openapi),
    ) as sandbox:
        webhook_url = asked.webhook_url or "nowhere"
        shown = BANNER.format(url=sandbox.url, webhook_url=webhook_url, store=asked.store)
        sys.stdout.write(shown)
        sys.stdout.flush()
        stopping.wait()


if __name__ == "__main__":
    main()
