from django.apps import AppConfig


class SharedConfig(AppConfig):
    name = "portal.shared"
    label = "shared"

    def ready(self) -> None:
        from portal.shared import checks, rotation  # noqa: F401 - checks register themselves
        from portal.shared.seal import certificate

        rotation.also(certificate.encrypt_again)
