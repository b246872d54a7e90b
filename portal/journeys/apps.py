from django.apps import AppConfig


class JourneysConfig(AppConfig):
    name = "portal.journeys"
    label = "journeys"

    def ready(self) -> None:
        """Every process of the portal gets the Celery app, so that a task finds its broker; the
        press, which imports `portal` too, does without."""
        from booking.services import reminder_sending
        from intake.services import intake_reminders
        from portal import celery  # noqa: F401

        reminder_sending.say_along(intake_reminders.line_for)
