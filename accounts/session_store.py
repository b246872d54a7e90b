"""Sessions in the database, encrypted: they hold addresses, pending codes and second factors."""

import base64
import json
from typing import Any

from django.contrib.sessions.backends.db import SessionStore as DatabaseSessionStore

from portal.shared.encryption import crypto

ASSOCIATED = b"accounts.session"


class SessionStore(DatabaseSessionStore):
    def encode(self, session_dict: dict[str, Any]) -> str:
        plain = json.dumps(session_dict, separators=(",", ":")).encode()
        return base64.b64encode(crypto.encrypt(plain, ASSOCIATED)).decode()

    def decode(self, session_data: str | bytes) -> dict[str, Any]:
        """A session that can't be read (a key was retired) is an empty one: sign in again."""
        try:
            return json.loads(crypto.decrypt(base64.b64decode(session_data), ASSOCIATED))
        except (crypto.DecryptionError, ValueError):
            return {}
