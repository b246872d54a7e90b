from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        from accounts import second_factors, security_events
        from portal.shared import rotation

        security_events.connect()
        rotation.also(second_factors.seal_again)
