"""The one Chromium of a test run, for all clients and pages: starting one costs more than most tests."""

import os
import re
import shutil
import signal
import subprocess
import threading
from pathlib import Path

from tests.support.processes import dies_with_parent, kill_tree, tail

_ARGUMENTS = (
    "--headless",
    "--remote-debugging-port=0",
    "--no-sandbox",  # tests run as root in containers, where Chromium's own sandbox cannot
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-extensions",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
    # Nobody looks at any page, and each is to run as if it were looked at.
    "--disable-background-timer-throttling",
    "--disable-backgrounding-occluded-windows",
    "--disable-renderer-backgrounding",
    # Clients of 35 MB live for seconds here: better code for them would cost more than it saves.
    "--js-flags=--liftoff-only",
)
_LISTENING = re.compile(rb"DevTools listening on (ws://\S+)")


class Browser:
    """Debian's Chromium without a window, which stays on this machine. It starts when somebody first asks for it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._log = folder / "chromium.log"
        self._process: subprocess.Popen[bytes] | None = None
        self._draining = threading.Thread(target=self._drain, daemon=True)
        self._address = ""

    def address(self) -> str:
        """Return where drivers find it. The first call takes a second. Fails if it does not start.

        The main thread calls it, also where that runs an event loop: with the thread the browser ends.
        """
        if not self._address:
            self._address = self._start()
        return self._address

    def close(self) -> None:
        """End it, with all pages."""
        if self._process is not None:
            kill_tree(self._process)
            self._draining.join()
            assert self._process.stderr is not None
            self._process.stderr.close()

    def _start(self) -> str:
        self._process = subprocess.Popen(
            [chromium(), *_ARGUMENTS, f"--user-data-dir={self._folder / 'profile'}", "about:blank"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            preexec_fn=dies_with_parent(signal.SIGKILL),  # noqa: PLW1509 - one system call, no lock is taken
        )
        assert self._process.stderr is not None
        with self._log.open("ab") as log:
            for line in self._process.stderr:
                log.write(line)
                if found := _LISTENING.search(line):
                    self._draining.start()
                    return found[1].decode()
        raise AssertionError(f"the browser did not start:\n{tail(self._log)}")

    def _drain(self) -> None:
        assert self._process is not None
        assert self._process.stderr is not None
        with self._log.open("ab") as log:
            shutil.copyfileobj(self._process.stderr, log)


def chromium() -> str:
    """Return the browser's program: ``CHROMIUM``, or what Debian's package is called."""
    return program(os.environ.get("CHROMIUM", "chromium"))


def program(name: str) -> str:
    """Return the path of a program. Fails where it is not installed."""
    found = shutil.which(name)
    package = "nodejs" if name == "node" else "chromium"
    assert found, f"{name} is not on the PATH; Debian has it in the package {package}"
    return found
