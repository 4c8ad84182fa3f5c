"""Start and end the programs of a test: on free ports, and never outliving the process that started them."""

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
# Below the kernel's ephemeral ports, so that no connection takes a port between its choice and its use. Each worker
# that runs tests has ports of its own.
_PORTS = range(
    12_000 + int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")),
    32_000,
    int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1")),
)
# From an offset that depends on the process id, so that other runs on this machine begin elsewhere.
_ports = itertools.islice(itertools.cycle(_PORTS), os.getpid() * 131 % len(_PORTS), None)


def free_port() -> int:
    """Return a TCP port on 127.0.0.1 that nobody listens on now. Prefer port 0 if the program can report its port."""
    for _ in range(len(_PORTS)):
        port = next(_ports)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise AssertionError(f"no port of {_PORTS} is free")


def dies_with_parent(sent: signal.Signals) -> Callable[[], None] | None:
    """Return a ``preexec_fn`` that makes Linux send a signal to the program when this process ends for any reason.

    It is ``None`` on other systems, where only the context managers end programs.
    """
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None).prctl

    def ask() -> None:
        prctl(_PR_SET_PDEATHSIG, int(sent))

    return ask


def kill_tree(process: subprocess.Popen[bytes]) -> None:
    """Kill a program and its descendants at once, as a crash of the machine does, and return once they have ended.

    A program that has ended already is left alone, because another process may have its id by now.
    """
    if process.poll() is None:
        # Stop it first, so that it starts nothing between the listing and the kill. A process group is no alternative,
        # because each process of PostgreSQL leads a group of its own.
        process.send_signal(signal.SIGSTOP)
        children = psutil.Process(process.pid).children(recursive=True)
        process.kill()
        for child in children:
            with suppress(psutil.NoSuchProcess):
                child.kill()
        _until_gone(children)
    process.wait()


def _until_gone(children: list[psutil.Process], within: float = 10.0) -> None:
    """Poll until the processes have ended, because orphans cannot be waited for. A zombie counts as ended: it holds no
    resources."""
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
