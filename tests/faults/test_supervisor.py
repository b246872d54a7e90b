"""`make run` keeps its processes together: all live, or none."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from scripts.processes import Child, DidNotStart, Supervisor, children_of, free_port
from tests.servers.portal import wait_for

SLEEP = [sys.executable, "-c", "import time; print('here', flush=True); time.sleep(60)"]
FAIL = [sys.executable, "-c", "import sys; print('the reason', flush=True); sys.exit(3)"]
STUBBORN = [
    sys.executable,
    "-c",
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
    "print('here', flush=True); time.sleep(60)",
]


@pytest.fixture
def supervisor():
    made = Supervisor()
    yield made
    made.stop()


def child(tmp_path, name: str, command: list[str]) -> Child:
    return Child(name, command, os.environ, tmp_path / f"{name}.log")


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_child_that_ends_is_reported_with_the_end_of_its_log(tmp_path, supervisor):
    supervisor.start(child(tmp_path, "steady", SLEEP))
    failing = supervisor.start(child(tmp_path, "worker", FAIL))
    failing.wait(10)

    with pytest.raises(DidNotStart, match=r"worker ended by itself \(exit 3\)") as raised:
        supervisor.check_alive()

    assert "the reason" in str(raised.value)


def test_stop_ends_every_child(tmp_path, supervisor):
    pids = [supervisor.start(child(tmp_path, name, SLEEP)).pid for name in ("one", "two")]

    supervisor.stop()

    assert [is_alive(pid) for pid in pids] == [False, False]


def test_stop_ends_by_force_what_does_not_listen(tmp_path, supervisor, monkeypatch):
    monkeypatch.setattr("scripts.processes.STOP_SECONDS", 0.5)
    stubborn = supervisor.start(child(tmp_path, "stubborn", STUBBORN))
    wait_for("the start", lambda: "here" in stubborn.log_end(), 10)

    supervisor.stop()

    assert stubborn.exit_code == -signal.SIGKILL


def test_waiting_gives_up_with_the_logs(tmp_path, supervisor):
    supervisor.start(child(tmp_path, "web", SLEEP))

    with pytest.raises(DidNotStart, match="No good answer"):
        supervisor.wait_until_ready(f"http://127.0.0.1:{free_port()}/readyz", seconds=0.5)


def test_a_taken_port_is_passed_over():

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        assert port < free_port(port) < port + 50


@pytest.fixture
def running(new_portal, tmp_path):
    """`make run`'s own program in a session of its own, with the data of a portal apart."""
    portal = new_portal()
    environment = {**portal.environment, "PYTHONUNBUFFERED": "1"}
    environment.pop("PORTAL_URL")
    output = (tmp_path / "output").open("wb")
    process = subprocess.Popen(
        [sys.executable, "-m", "scripts.run", "--port", str(portal.port)],
        env=environment,
        stdout=output,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    yield process, tmp_path / "output", portal
    if process.poll() is None:
        process.terminate()
        process.wait(30)
    output.close()


def test_ctrl_c_stops_all_and_leaves_nothing(running):
    process, output, portal = running
    wait_for("ready", lambda: f"ready: {portal.url}" in output.read_text(), 60)
    children = children_of(process.pid)

    process.send_signal(signal.SIGINT)
    code = process.wait(30)

    assert code == 0
    assert len(children) == 3
    assert not any(is_alive(pid) for pid in children)
    assert "Traceback" not in output.read_text()


def test_a_second_one_on_the_same_data_is_refused(running):
    _, output, portal = running
    wait_for("ready", lambda: f"ready: {portal.url}" in output.read_text(), 60)

    second = subprocess.run(
        [sys.executable, "-m", "scripts.run"],
        env=portal.environment,
        capture_output=True,
        text=True,
        timeout=30,
    )

    assert second.returncode == 1
    assert "is running already" in second.stderr


def test_a_dead_worker_ends_the_rest_and_says_so(running):
    process, output, portal = running
    wait_for("ready", lambda: f"ready: {portal.url}" in output.read_text(), 60)
    children = children_of(process.pid)
    (worker,) = [pid for pid in children if "celery" in _command(pid)]

    os.kill(worker, signal.SIGKILL)
    code = process.wait(30)

    assert code == 1
    assert "worker ended by itself (exit -9)" in output.read_text()
    wait_for("the end of all", lambda: not any(is_alive(pid) for pid in children), 5)


def _command(pid: int) -> str:
    return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
