"""The portal's database with nothing around the view: what Django itself costs on this machine."""

from portal.settings import *  # noqa: F403

ROOT_URLCONF = "bench.bare_urls"
MIDDLEWARE: list[str] = []
INSTALLED_APPS = ["bench"]
