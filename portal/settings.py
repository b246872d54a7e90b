"""Settings, read once from the environment. `docs/operations.md` lists every variable."""

import gc
from pathlib import Path

from celery.schedules import crontab
from environs import Env

from portal.shared.origins import checked_origins

BASE_DIR = Path(__file__).resolve().parent.parent

env = Env()
env.read_env(str(BASE_DIR / ".env"), recurse=False)

# -- Process ---------------------------------------------------------------------------
# Nearly all that a start makes is there to stay: a search for garbage every 700 new objects, which
# is Python's habit, made every start a tenth longer.
gc.set_threshold(10_000, 20, 50)
DEBUG = env.bool("DEBUG", False)
# The demo offers one-click sign-in: it exists only on loopback and says so on every page.
DEMO = env.bool("DEMO", False)
SECRET_KEY = env.str("SECRET_KEY")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]"])
PORTAL_URL = env.str("PORTAL_URL", "http://127.0.0.1:8000").rstrip("/")
HTTPS = PORTAL_URL.startswith("https://")
CSRF_TRUSTED_ORIGINS = [PORTAL_URL]
VAR_DIR = Path(env.str("VAR_DIR", str(BASE_DIR / "var")))
NODE_MODULES = Path(env.str("NODE_MODULES", str(BASE_DIR / "node_modules")))
TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", 0)

INSTALLED_APPS = [
    "portal.shared",
    "accounts",
    "booking",
    "intake",
    "billing",
    "portal.journeys",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "django_htmx",
    "template_partials",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "portal.shared.express.ExpressMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "portal.shared.incoming.BodyLimitMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.middleware.SessionLimitMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "accounts.middleware.SecondFactorMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["portal.shared.templatetags.clock"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "portal.journeys.navigation.navigation",
            ],
        },
    }
]

# -- Database and cache ----------------------------------------------------------------
DATABASES = {
    "default": env.dj_db_url(
        "DATABASE_URL",
        f"sqlite:///{VAR_DIR / 'portal.sqlite3'}",
        conn_max_age=60,
        conn_health_checks=True,
    )
}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # IMMEDIATE: a reader that turns writer would ignore the busy timeout. FULL: a booking or
    # a payment that was confirmed to a person survives a power cut.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;",
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# The cache carries what signing in counts, so every process must see the same one, and it must
# answer when Redis does not. Redis, where there is one, does the quick counting for public pages.
REDIS_URL = env.str("REDIS_URL", "")
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "shared_cache",
        # Room enough that nobody can push out the count of their own tries.
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}
if REDIS_URL:
    CACHES["counters"] = {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 2},
    }

# -- Time and language -----------------------------------------------------------------
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en-us"
USE_I18N = False

# -- People and sessions ---------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", **extra}
    for name, extra in (
        ("UserAttributeSimilarityValidator", {}),
        ("MinimumLengthValidator", {"OPTIONS": {"min_length": 10}}),
        ("CommonPasswordValidator", {}),
        ("NumericPasswordValidator", {}),
    )
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "journeys:home_by_role"
LOGOUT_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_NOTIFICATIONS = True  # a mail tells the person of every change to how they sign in
ACCOUNT_CHANGE_EMAIL = True  # one address a person; the old one counts until the new is proved
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 10 * 60
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "10/m/ip,5/5m/key",
    "reauthenticate": "10/m/user",
    "manage_email": "10/m/user",
    "confirm_email": "1/10s/key",
}
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXY_COUNT
ALLAUTH_USER_CODE_FORMAT = {"numeric": True, "length": 8, "dashed": False}
ACCOUNT_FORMS = {
    "add_email": "accounts.allauth_forms.NewAddressForm",
    "confirm_email_verification_code": "accounts.allauth_forms.AddressCodeForm",
    "reauthenticate": "accounts.allauth_forms.ConfirmByPasswordForm",
}
MFA_ADAPTER = "accounts.adapter.MFAAdapter"
MFA_FORMS = {
    "authenticate": "accounts.allauth_forms.SignInForm",
    "reauthenticate": "accounts.allauth_forms.ConfirmForm",
    "activate_totp": "accounts.allauth_forms.ActivateForm",
    "add_webauthn": "accounts.allauth_forms.AddPasskeyForm",
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_TOLERANCE = 1  # a code typed at the turn of its half minute, or a clock that is off
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS
USERSESSIONS_TRACK_ACTIVITY = False  # accounts.middleware does it, at most once a minute

IDLE_LIMIT_STAFF_SECONDS = env.int("IDLE_LIMIT_STAFF_SECONDS", 15 * 60)
IDLE_LIMIT_CLIENT_SECONDS = env.int("IDLE_LIMIT_CLIENT_SECONDS", 30 * 60)
SESSION_LIMIT_SECONDS = env.int("SESSION_LIMIT_SECONDS", 12 * 60 * 60)
SESSION_ENGINE = "accounts.session_store"
# The row outlives the session's limits, so that words sent after the end find their owner.
SESSION_COOKIE_AGE = 7 * 24 * 60 * 60
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
CSRF_FAILURE_VIEW = "portal.journeys.errors.csrf_failure"

# -- Safety of pages -------------------------------------------------------------------
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXY_COUNT else None
X_FRAME_OPTIONS = "DENY"

# -- Booking: gentle limits for one address; 0 means none --------------------------------
HOLDS_PER_ADDRESS = env.int("HOLDS_PER_ADDRESS", 2)
HOLD_REQUESTS_PER_MINUTE = env.int("HOLD_REQUESTS_PER_MINUTE", 12)
SLOT_REQUESTS_PER_MINUTE = env.int("SLOT_REQUESTS_PER_MINUTE", 600)

# -- The practice's own website: which sites may show the booking widget -------------------
EMBED_ORIGINS = checked_origins("EMBED_ORIGINS", env.list("EMBED_ORIGINS", []))

# -- The practice's own website: which sites may show the booking widget -------------------
EMBED_ORIGINS = checked_origins("EMBED_ORIGINS", env.list("EMBED_ORIGINS", []))

# -- Calendars outside: only a server on one's own network needs this ---------------------
CALDAV_PRIVATE_ADDRESSES = env.bool("CALDAV_PRIVATE_ADDRESSES", False)

# -- Stripe ----------------------------------------------------------------------------
STRIPE_SECRET_KEY = env.str("STRIPE_SECRET_KEY", "")
STRIPE_WEBHOOK_SECRET = env.str("STRIPE_WEBHOOK_SECRET", "")
STRIPE_API_BASE = env.str("STRIPE_API_BASE", "").rstrip("/")  # the sandbox; empty: Stripe

CHECKOUT_ORIGIN = STRIPE_API_BASE or "https://checkout.stripe.com"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        # A form that is posted here may be answered by a redirect to the checkout page.
        "form-action": ["'self'", CHECKOUT_ORIGIN],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'self'"],
        "object-src": ["'none'"],
    }
}

# -- Encryption ------------------------------------------------------------------------
# 32 random bytes each, url-safe base64; the first one encrypts, the others still decrypt.
FIELD_ENCRYPTION_KEYS: list[str] = env.list("FIELD_ENCRYPTION_KEYS")
BLIND_INDEX_KEY = env.str("BLIND_INDEX_KEY")

# -- Files -----------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", str(VAR_DIR / "static")))
STATICFILES_DIRS = [
    BASE_DIR / "portal" / "static",
    ("vendor/event-calendar", NODE_MODULES / "@event-calendar" / "build" / "dist"),
    ("vendor/signature_pad", NODE_MODULES / "signature_pad" / "dist"),
    ("vendor/newsreader", NODE_MODULES / "@fontsource-variable" / "newsreader"),
    ("vendor/atkinson", NODE_MODULES / "@fontsource-variable" / "atkinson-hyperlegible-next"),
]
S3_BUCKET = env.str("S3_BUCKET", "")
S3_ENDPOINT_URL = env.str("S3_ENDPOINT_URL", "") or None
PRIVATE_FILES_DIR = Path(env.str("PRIVATE_FILES_DIR", str(VAR_DIR / "private")))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},  # nothing is public
    "private": {
        "BACKEND": "portal.shared.encryption.s3.EncryptedS3Storage",
        "OPTIONS": {"bucket_name": S3_BUCKET, "endpoint_url": S3_ENDPOINT_URL},
    }
    if S3_BUCKET
    else {
        "BACKEND": "portal.shared.encryption.storage.EncryptedFileSystemStorage",
        "OPTIONS": {"location": str(PRIVATE_FILES_DIR)},
    },
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
# What clients hand in, in MB (a million bytes): one file, and all of one client.
UPLOAD_FILE_MB = env.int("UPLOAD_FILE_MB", 10)
UPLOAD_TOTAL_MB = env.int("UPLOAD_TOTAL_MB", 200)
FILE_UPLOAD_HANDLERS = ["portal.shared.incoming.InMemoryHandler"]  # no disk sees them unencrypted
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000  # a page of questions in a group that repeats many times

# -- The seal of packets: empty, and the one that `make_seal` made is used -------------------
SEAL_FILE = env.str("SEAL_FILE", "")
SEAL_PASSWORD = env.str("SEAL_PASSWORD", "")

# -- Mail ------------------------------------------------------------------------------
EMAIL_BACKEND = env.str("EMAIL_BACKEND", "django.core.mail.backends.filebased.EmailBackend")
EMAIL_FILE_PATH = env.str("EMAIL_FILE_PATH", str(VAR_DIR / "mail"))
EMAIL_HOST = env.str("EMAIL_HOST", "localhost")
EMAIL_PORT = env.int("EMAIL_PORT", 25)
EMAIL_HOST_USER = env.str("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = env.str("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = env.bool("EMAIL_USE_TLS", False)
EMAIL_TIMEOUT = 15
ANYMAIL = env.json("ANYMAIL", {})
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.str("DEFAULT_FROM_EMAIL", "portal@practice.example.com")

# -- Text messages: not offered anywhere without all of the first three --------------------
TWILIO_ACCOUNT_SID = env.str("TWILIO_ACCOUNT_SID", "")
TWILIO_AUTH_TOKEN = env.str("TWILIO_AUTH_TOKEN", "")
SMS_FROM = env.str("SMS_FROM", "")  # a number in E.164, or a messaging service (MG...)
SMS_API_BASE = env.str("SMS_API_BASE", "https://api.twilio.com").rstrip("/")

# -- Work in the background ------------------------------------------------------------
CELERY_BROKER_URL = env.str("CELERY_BROKER_URL", REDIS_URL or "memory://")
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_PUBLISH_RETRY = False  # the sweep finds what could not be published
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_SOFT_TIME_LIMIT = 120
CELERY_TASK_TIME_LIMIT = 180
CELERY_BROKER_CONNECTION_TIMEOUT = 2
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "beat-schedule")
if CELERY_BROKER_URL.startswith("redis"):
    CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, float] = {
        "visibility_timeout": 1800,
        "unacked_restore_interval": 30,
        "unacked_restore_throttle": 1,
        "socket_connect_timeout": 1,
        "socket_timeout": 5,
    }
else:
    CELERY_BROKER_TRANSPORT_OPTIONS = {"polling_interval": 0.05}
OUTBOX_SWEEP_SECONDS = env.float("OUTBOX_SWEEP_SECONDS", 10.0 if REDIS_URL else 0.5)
OUTBOX_LEASE_SECONDS = env.int("OUTBOX_LEASE_SECONDS", 200)  # longer than the task time limit
CELERY_TASK_ALWAYS_EAGER = False
# By the clock (UTC), not by an interval: a beat that lost its file would begin each interval anew.
NIGHTLY = crontab(hour=8, minute=30)
CELERY_BEAT_SCHEDULE = {
    "sweep-outbox": {
        "task": "portal.shared.tasks.sweep_outbox",
        "schedule": OUTBOX_SWEEP_SECONDS,
        "options": {"expires": max(1.0, OUTBOX_SWEEP_SECONDS)},  # no queue of late sweeps
    },
    "expire-holds": {"task": "booking.tasks.expire_holds", "schedule": 30.0},
    "sync-calendars": {"task": "booking.tasks.sync_calendars", "schedule": 300.0},
    "lapse-requests": {"task": "booking.tasks.lapse_requests", "schedule": 300.0},
    "expire-waits": {"task": "booking.tasks.expire_waits", "schedule": 3600.0},
    "plan-intake-reminders": {
        "task": "intake.tasks.plan_intake_reminders",
        "schedule": 1800.0,
    },
    "reconcile-stripe": {"task": "billing.tasks.reconcile_stripe", "schedule": 900.0},
    "clear-old-mail": {"task": "portal.shared.tasks.clear_old_mail", "schedule": NIGHTLY},
    "forget-old-effects": {"task": "portal.shared.tasks.forget_old_effects", "schedule": NIGHTLY},
    "forget-expired-work": {
        "task": "portal.shared.tasks.forget_expired_work",
        "schedule": 3600.0,
    },
    "forget-old": {"task": "accounts.tasks.forget_old", "schedule": 3600.0},
}

# -- Logs: ids and counts, never what a person wrote --------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "portal.shared.log_lines.WordlessFormatter",
            "format": "{asctime} {levelname} {name} {message}",
            "style": "{",
        }
    },
    "filters": {"tasks": {"()": "portal.shared.log_lines.WordlessTasks"}},
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "formatter": "line"},
        "nowhere": {"class": "logging.NullHandler"},
    },
    "root": {"handlers": ["stderr"], "level": env.str("LOG_LEVEL", "INFO")},
    "loggers": {
        "django.server": {"level": "WARNING"},
        "celery": {"level": "WARNING"},
        "celery.app.trace": {"filters": ["tasks"]},
        "fontTools": {"level": "ERROR"},
        "weasyprint": {"level": "WARNING"},
        # It quotes what the server sent, and sets its own level when it is imported.
        "caldav": {"handlers": ["nowhere"], "propagate": False},
        "pikepdf": {"level": "WARNING"},
        "urllib3": {"level": "INFO"},  # below that it writes addresses with what they ask for
    },
}
