from django.conf import settings

from portal.celery import app


def test_every_task_on_the_schedule_exists() -> None:
    app.loader.import_default_modules()

    scheduled = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}

    assert scheduled - set(app.tasks) == set()
    assert "portal.shared.tasks.forget_old_effects" in scheduled
