"""The Celery app. A task is only a wake-up: what must happen is a row in the outbox."""

import os
from typing import Any

from celery import Celery, signals

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

app = Celery("portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@signals.setup_logging.connect
def keep_our_logs(**_: Any) -> None:
    """That somebody listens keeps Celery from putting its own handlers, which quote exceptions,
    in the place of ours."""


@signals.worker_process_init.connect
def warm_the_press_of_a_child(**_: Any) -> None:
    """Prefork: each child draws with a press of its own."""
    from portal.shared import seal
    from portal.shared.pdf import pressroom

    pressroom.warm()
    seal.warm()


@signals.worker_ready.connect
def start_beat_thread(sender: Any, **_: Any) -> None:
    """On the embedded broker (`memory://`) beat must live inside the worker's process."""
    if not str(app.conf.broker_url).startswith("memory://"):
        return
    from celery.beat import EmbeddedService

    from portal.shared import outbox, seal
    from portal.shared.pdf import pressroom

    pressroom.warm()
    seal.warm()
    outbox.release_leases()
    sender.app.embedded_beat = EmbeddedService(
        sender.app, thread=True, schedule_filename=app.conf.beat_schedule_filename
    )
    sender.app.embedded_beat.start()


@signals.worker_shutdown.connect
def stop_beat_thread(sender: Any, **_: Any) -> None:
    beat = getattr(app, "embedded_beat", None)
    if beat is not None:
        beat.stop()
