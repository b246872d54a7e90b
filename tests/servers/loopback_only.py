"""No test reaches anything but this machine: every other address is refused, with its name."""

import ipaddress
import socket
from typing import Any

LOCAL_NAMES = {"localhost", "testserver", ""}


class OutsideWorld(RuntimeError):
    """A test tried to reach an address that is not on this machine."""


def is_local(host: object) -> bool:
    name = host.decode() if isinstance(host, bytes) else str(host or "")
    if name in LOCAL_NAMES:
        return True
    try:
        return ipaddress.ip_address(name.partition("%")[0]).is_loopback
    except ValueError:
        return False


def check(host: object) -> None:
    if not is_local(host):
        raise OutsideWorld(f"A test tried to reach {host}: only this machine is allowed.")


def enforce() -> None:
    """Once per process, for every socket that Python opens."""
    if getattr(socket, "_loopback_only", False):
        return
    connect, connect_ex = socket.socket.connect, socket.socket.connect_ex
    look_up = socket.getaddrinfo

    def guarded_connect(self: socket.socket, address: Any) -> None:
        _check_address(self, address)
        connect(self, address)

    def guarded_connect_ex(self: socket.socket, address: Any) -> int:
        _check_address(self, address)
        return connect_ex(self, address)

    def guarded_look_up(host: Any, *args: Any, **kwargs: Any) -> Any:
        check(host)
        return look_up(host, *args, **kwargs)

    socket.socket.connect = guarded_connect  # type: ignore[method-assign]
    socket.socket.connect_ex = guarded_connect_ex  # type: ignore[method-assign]
    socket.getaddrinfo = guarded_look_up
    socket._loopback_only = True  # type: ignore[attr-defined]


def _check_address(opened: socket.socket, address: Any) -> None:
    if opened.family in (socket.AF_INET, socket.AF_INET6):
        check(address[0])
