from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        from accounts import security_events
        from accounts.services.factor_keys import rotate_factors
        from portal.shared import rotation

        security_events.connect()
        rotation.also(rotate_factors)
