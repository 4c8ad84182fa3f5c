"""Programs that a test starts: on free ports, ended with the test, and never outliving whoever started them."""

import ctypes
import itertools
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import psutil

_PR_SET_PDEATHSIG = 1
# Below those that the kernel gives out, so that no connection takes a port between its choice and its use. Each of the
# processes that run tests side by side has ports of its own.
_PORTS = range(
    12_000 + int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")),
    32_000,
    int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1")),
)
# Not from the first one: other runs on this machine begin elsewhere.
_ports = itertools.islice(itertools.cycle(_PORTS), os.getpid() * 131 % len(_PORTS), None)


def free_port() -> int:
    """Return a TCP port on 127.0.0.1 that nobody listens on now. Prefer port 0 where what listens can tell its port."""
    for _ in range(len(_PORTS)):
        port = next(_ports)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise AssertionError(f"no port of {_PORTS} is free")


def dies_with_parent(sent: signal.Signals) -> Callable[[], None] | None:
    """Return a ``preexec_fn`` that has Linux send a signal to the program when this process ends, however it ends.

    Elsewhere ``None``: programs are then ended by their context managers alone.
    """
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None).prctl

    def ask() -> None:
        prctl(_PR_SET_PDEATHSIG, int(sent))

    return ask


def kill_tree(process: subprocess.Popen[bytes]) -> None:
    """Kill a program and all that it started at once, as a crash of the machine does, and return when they are gone.

    A program that has ended already is left alone: its id may belong to another by now.
    """
    if process.poll() is None:
        # Stopped first, so that it starts nothing between the list and the kill. A group would not do: PostgreSQL's
        # processes each lead one of their own.
        process.send_signal(signal.SIGSTOP)
        children = psutil.Process(process.pid).children(recursive=True)
        process.kill()
        for child in children:
            with suppress(psutil.NoSuchProcess):
                child.kill()
        _until_gone(children)
    process.wait()


def _until_gone(children: list[psutil.Process], within: float = 10.0) -> None:
    """They are nobody's children now and cannot be waited for. One that nobody reaps has let go of all it held."""
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        children = [child for child in children if child.is_running() and not _is_zombie(child)]
        if not children:
            return
        time.sleep(0.005)
    raise AssertionError(f"still running after SIGKILL: {children}")


def _is_zombie(process: psutil.Process) -> bool:
    try:
        return process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def tail(path: Path, lines: int = 30) -> str:
    """Return the last lines of a log, for the message of a failure."""
    if not path.exists():
        return "(no output)"
    return "\n".join(path.read_text(errors="replace").splitlines()[-lines:]) or "(no output)"
