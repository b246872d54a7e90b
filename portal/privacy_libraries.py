"""What the libraries store for signing in; see portal.privacy."""

from portal.privacy_kinds import Retention, kept

LIBRARIES = {
    "account": {
        "EmailAddress": kept(
            Retention.WHILE_ACTIVE, internal="id user verified primary", trace="email"
        ),
        "EmailConfirmation": kept(
            Retention.WHILE_ACTIVE,
            internal="id email_address created sent",
            secret="key",  # noqa: S106
        ),
    },
    "mfa": {
        "Authenticator": kept(
            Retention.WHILE_ACTIVE,
            internal="id user type created_at last_used_at",
            secret="data",  # noqa: S106
        ),
    },
    "usersessions": {
        "UserSession": kept(
            Retention.ONE_DAY,
            internal="id user created_at last_seen_at data",
            trace="ip user_agent",
            secret="session_key",  # noqa: S106
        ),
    },
    "sessions": {
        "Session": kept(
            Retention.ONE_WEEK,
            internal="expire_date",
            secret="session_key session_data",  # noqa: S106
        ),
    },
    "auth": {
        "Permission": kept(Retention.WHILE_IN_USE, internal="id name content_type codename"),
        "Group": kept(Retention.WHILE_IN_USE, internal="id name"),
    },
    "contenttypes": {
        "ContentType": kept(Retention.WHILE_IN_USE, internal="id app_label model"),
    },
}
