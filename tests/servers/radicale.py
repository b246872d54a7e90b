"""A throw-away CalDAV server (Radicale) on a free port of this machine, with one person in it."""

import sys

import requests

from tests.servers.process import ServerProcess

USERNAME, PASSWORD = "rowan", "an-app-password"
CONFIG = """
[server]
hosts = 127.0.0.1:{port}
[auth]
type = htpasswd
htpasswd_filename = {folder}/users
htpasswd_encryption = plain
delay = 0
[storage]
filesystem_folder = {folder}/collections
[logging]
level = error
"""
MAKE = """<?xml version="1.0" encoding="utf-8"?>
<C:mkcalendar xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><D:set><D:prop>
<D:displayname>{name}</D:displayname>
<C:supported-calendar-component-set><C:comp name="VEVENT"/></C:supported-calendar-component-set>
</D:prop></D:set></C:mkcalendar>"""


class Radicale(ServerProcess):
    name = "radicale"

    @classmethod
    def start(cls) -> "Radicale":
        server = cls()
        (server.folder / "users").write_text(f"{USERNAME}:{PASSWORD}\n")
        (server.folder / "config").write_text(CONFIG.format(port=server.port, folder=server.folder))
        server.come_back()
        return server

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    def command(self) -> list[str]:
        return [sys.executable, "-m", "radicale", "--config", str(self.folder / "config")]

    def is_ready(self) -> bool:
        try:
            requests.get(self.url, timeout=1)
        except requests.ConnectionError:
            return False
        return True

    def make_calendar(self, name: str, *, called: str = "") -> str:
        """An empty calendar of the person; its address."""
        url = f"{self.url}{USERNAME}/{name}/"
        self.ask("MKCALENDAR", url, MAKE.format(name=called or name.capitalize()))
        return url

    def put(self, url: str, text: str) -> None:
        """As another program of the person does: without asking what was there."""
        self.ask("PUT", url, text.replace("\n", "\r\n"), {"Content-Type": "text/calendar"})

    def get(self, url: str) -> str:
        return self.ask("GET", url).text

    def remove(self, url: str) -> None:
        self.ask("DELETE", url)

    def has(self, url: str) -> bool:
        answer = requests.get(url, auth=(USERNAME, PASSWORD), timeout=5)
        return answer.status_code == 200

    def ask(
        self, method: str, url: str, body: str = "", headers: dict[str, str] | None = None
    ) -> requests.Response:
        answer = requests.request(
            method,
            url,
            data=body.encode(),
            headers=headers,
            auth=(USERNAME, PASSWORD),
            timeout=5,
        )
        answer.raise_for_status()
        return answer
