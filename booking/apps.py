from django.apps import AppConfig


class BookingConfig(AppConfig):
    name = "booking"

    def ready(self) -> None:
        from booking import checks  # noqa: F401 - registers what `check --deploy` says
