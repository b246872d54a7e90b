import gc
import os
from importlib import import_module

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
application = get_wsgi_application()
# All pages before the first request: threads that import them at once may meet half of a module.
import_module(settings.ROOT_URLCONF)
# What is loaded by now lives as long as the process. Searching it for garbage, over and over, would
# stop an answer for a tenth of a second now and then.
gc.freeze()
