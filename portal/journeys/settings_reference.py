"""What an operator can set, read from `portal/settings.py` itself, for the docs and .env.example.

The names and defaults come from the source, so they can't differ from it; the words are
here, and the command fails on a setting without words or words without a setting.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

REQUIRED = "(required)"

GROUPS: dict[str, dict[str, str]] = {
    "The installation": {
        "SECRET_KEY": "Signs sessions and codes. Changing it signs everybody out.",
        "PORTAL_URL": "The address people use; `https://` switches on secure cookies and HSTS.",
        "ALLOWED_HOSTS": "Host names that are answered, separated by commas.",
        "TRUSTED_PROXY_COUNT": "How many proxies of yours stand in front, for the visitor's "
        "address and for https.",
        "VAR_DIR": "Where the embedded database, files and mails are kept.",
        "DEBUG": "For developers only: shows errors with their source.",
        "DEMO": "Invented practice, one-click sign-in, mailbox page. Loopback only.",
        "LOG_LEVEL": "How much is logged, on standard error.",
    },
    "Encryption": {
        "FIELD_ENCRYPTION_KEYS": "32 random bytes each, url-safe base64, separated by commas. "
        "The first one encrypts; the others still decrypt.",
        "BLIND_INDEX_KEY": "32 random bytes, url-safe base64: finds an encrypted value by its "
        "keyed hash.",
    },
    "Database, cache and broker": {
        "DATABASE_URL": "`postgres://user:password@host:5432/name` in production.",
        "REDIS_URL": "Cache (rate limits) and broker. Empty: the database and one embedded worker.",
        "CELERY_BROKER_URL": "Only when the broker is another one than REDIS_URL.",
        "OUTBOX_SWEEP_SECONDS": "How often due effects are looked for: 10 s with Redis, 0.5 s "
        "without.",
        "OUTBOX_LEASE_SECONDS": "After so long a worker that died is given up and its effect "
        "is done again. Longer than the 180 s that a task may take.",
    },
    "Files": {
        "STATIC_ROOT": "Where `collectstatic` writes; the web process serves it.",
        "NODE_MODULES": "Where npm put the browser assets.",
        "PRIVATE_FILES_DIR": "Encrypted documents, when there is no S3_BUCKET.",
        "S3_BUCKET": "Encrypted documents in S3-compatible storage; the AWS_* variables of its "
        "client give it access.",
        "S3_ENDPOINT_URL": "The storage's address when it is not Amazon's.",
        "UPLOAD_FILE_MB": "How large one document may be that a client hands in, in MB.",
        "UPLOAD_TOTAL_MB": "How much all documents of one client may be together, in MB.",
    },
    "The seal of packets": {
        "SEAL_FILE": "The practice's own certificate with its key: PKCS #12 (.p12, .pfx), or PEM "
        "with the certificate first in its chain. Empty: the one that `make_seal` made.",
        "SEAL_PASSWORD": "The password of that file.",
    },
    "Mail": {
        "EMAIL_BACKEND": "Django's SMTP backend, or an anymail provider's.",
        "EMAIL_FILE_PATH": "Where mails are written as files without a mail service.",
        "EMAIL_HOST": "SMTP server.",
        "EMAIL_PORT": "SMTP port.",
        "EMAIL_HOST_USER": "SMTP user.",
        "EMAIL_HOST_PASSWORD": "SMTP password.",
        "EMAIL_USE_TLS": "STARTTLS with the SMTP server.",
        "ANYMAIL": "Settings of the mail provider, as JSON.",
        "DEFAULT_FROM_EMAIL": "The address that mails come from.",
    },
    "Booking": {
        "HOLDS_PER_ADDRESS": "How many times one address may hold at once; 0: any number.",
        "HOLD_REQUESTS_PER_MINUTE": "How often one address may try to hold a time; 0: any number.",
        "SLOT_REQUESTS_PER_MINUTE": "How often one address may ask for open times; 0: any number.",
    },
    "The practice's own website": {
        "EMBED_ORIGINS": "The sites that may show the booking widget, separated by commas, each "
        "as `https://www.practice.example.com`. Empty: none may.",
    },
    "Text messages": {
        "TWILIO_ACCOUNT_SID": "Twilio account for reminders by text message. Empty: not offered.",
        "TWILIO_AUTH_TOKEN": "Its token; it also proves the news of what was delivered.",
        "SMS_FROM": "The number they come from, such as +12125550100, or a messaging service "
        "(MG...).",
        "SMS_API_BASE": "Another server that speaks the same interface, for tests.",
    },
    "Calendars outside": {
        "CALDAV_PRIVATE_ADDRESSES": "Whether a therapist's calendar may lie on your own network "
        "(and answer without https). Leave it off where anybody else may sign in as a therapist.",
    },
    "Payments": {
        "STRIPE_SECRET_KEY": "Stripe's secret key. Empty: no card payments.",
        "STRIPE_WEBHOOK_SECRET": "The signing secret of the webhook /stripe/webhook.",
        "STRIPE_API_BASE": "The sandbox on this machine. Empty: Stripe.",
    },
    "Sessions": {
        "IDLE_LIMIT_STAFF_SECONDS": "Staff are signed out after so long without a click.",
        "IDLE_LIMIT_CLIENT_SECONDS": "Clients are signed out after so long without a click.",
        "SESSION_LIMIT_SECONDS": "Everybody signs in again after so long.",
    },
}


class OutOfStep(Exception):
    """The words here and the settings in the source do not name the same variables."""


@dataclass(frozen=True, slots=True)
class Setting:
    name: str
    default: str  # as an operator would write it; REQUIRED when there is none


def read(source: Path) -> dict[str, Setting]:
    """Every `env.<kind>("NAME", default)` of the settings module."""
    found = (_setting(node) for node in ast.walk(ast.parse(source.read_text())))
    return {setting.name: setting for setting in found if setting is not None}


def check_complete(settings: dict[str, Setting]) -> None:
    worded = {name for group in GROUPS.values() for name in group}
    unworded, unknown = sorted(settings.keys() - worded), sorted(worded - settings.keys())
    if unworded or unknown:
        raise OutOfStep(f"without words: {unworded}; not in the settings: {unknown}")


def as_markdown(settings: dict[str, Setting]) -> str:
    return "\n".join(line for group in GROUPS for line in _table(group, settings)) + "\n"


def as_env_example(settings: dict[str, Setting]) -> str:
    """Every setting at its default, as a comment; the required ones stand open."""
    return "\n".join(line for group in GROUPS for line in _example(group, settings)) + "\n"


def _table(group: str, settings: dict[str, Setting]) -> Iterator[str]:
    yield f"### {group}\n"
    yield "| Variable | Default | Meaning |"
    yield "|---|---|---|"
    for name, words in GROUPS[group].items():
        default = settings[name].default
        shown = default if default == REQUIRED else f"`{default}`" if default else "(empty)"
        yield f"| `{name}` | {shown} | {words} |"
    yield ""


def _example(group: str, settings: dict[str, Setting]) -> Iterator[str]:
    yield f"# -- {group}"
    for name, words in GROUPS[group].items():
        default = settings[name].default
        yield f"# {words}"
        yield f"{name}=" if default == REQUIRED else f"#{name}={default}"
    yield ""


def _setting(node: ast.AST) -> Setting | None:
    match node:
        case ast.Call(
            func=ast.Attribute(value=ast.Name(id="env")),
            args=[ast.Constant(value=str(name)), *rest],
        ):
            return Setting(name, _default(rest[0]) if rest else REQUIRED)
    return None


def _default(node: ast.expr) -> str:
    try:
        value = ast.literal_eval(node)
    except ValueError:
        return _computed(node)
    if isinstance(value, bool):
        return "true" if value else "false"
    return ",".join(value) if isinstance(value, list) else str(value)


def _computed(node: ast.expr) -> str:
    """A default that the settings compute, in an operator's words."""
    match node:
        case ast.Call(func=ast.Name(id="str"), args=[ast.BinOp(left=ast.Name(id=base))]):
            return _path(base, node)
        case ast.JoinedStr():
            return "sqlite:///VAR_DIR/portal.sqlite3"
        case ast.BoolOp(values=[ast.Name(id="REDIS_URL"), ast.Constant(value=other)]):
            return f"REDIS_URL, or {other!s}"
        case ast.IfExp(body=ast.Constant(value=one), orelse=ast.Constant(value=other)):
            return f"{one!s} or {other!s}"
        case ast.BinOp():
            return str(_product(node))
    raise OutOfStep(f"no words for the default {ast.unparse(node)}")


def _path(base: str, node: ast.expr) -> str:
    name = next(
        str(each.value)
        for each in ast.walk(node)
        if isinstance(each, ast.Constant) and isinstance(each.value, str)
    )
    return f"VAR_DIR/{name}" if base == "VAR_DIR" else name


def _product(node: ast.expr) -> int:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
        return _product(node.left) * _product(node.right)
    return int(ast.literal_eval(node))
