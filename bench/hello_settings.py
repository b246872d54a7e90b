"""The portal with one view, "hello" to somebody signed in: what a page costs at least."""

from portal.settings import *  # noqa: F403

ROOT_URLCONF = "bench.hello_urls"
