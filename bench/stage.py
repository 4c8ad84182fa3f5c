"""Where a bench takes place: a directory on the project's disk, and the programs in it, all ended with it."""

import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import psutil

from bench.machine import Pinning, pin

ROOT = Path(__file__).resolve().parent.parent
_PR_SET_PDEATHSIG = 1


class ProgramFailed(Exception):
    """A program ended, or was not ready in time; the text holds the end of what it wrote."""


class Program:
    """A program under way. ``port`` is where it listens, 0 where it does not."""

    def __init__(self, name: str, process: "subprocess.Popen[str]", log: Path, port: int) -> None:
        self.name = name
        self.process = process
        self.log = log
        self.port = port

    def until_listening(self, within: float = 30.0) -> None:
        """Return when its port takes connections."""
        deadline = time.monotonic() + within
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise ProgramFailed(f"{self.name} ended with exit code {self.process.returncode}:\n{self._tail()}")
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
            except OSError:
                time.sleep(0.02)
            else:
                return
        raise ProgramFailed(f"{self.name} did not listen within {within:.0f} s:\n{self._tail()}")

    def ask(self, line: str) -> str:
        """Write a line to a program that answers each with a line."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        if not answer:
            raise ProgramFailed(f"{self.name} gave no answer:\n{self._tail()}")
        return answer.strip()

    def most_memory(self) -> int | None:
        """Return the most bytes of memory that it has held so far; ``None`` where the system does not tell."""
        with contextlib.suppress(OSError):
            for line in Path(f"/proc/{self.process.pid}/status").read_text(encoding="utf-8").splitlines():
                if line.startswith("VmHWM:"):
                    return int(line.split()[1]) * 1024
        return None

    def processor_seconds(self) -> float:
        """Return how long it has kept a core busy so far. Unlike a rate, this tells the truth on a busy machine."""
        times = psutil.Process(self.process.pid).cpu_times()
        return times.user + times.system

    def stop(self) -> None:
        """End it: by SIGTERM, and by SIGKILL where that takes longer than 20 seconds."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                pipe.close()

    def _tail(self) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-20:]) or "(it wrote nothing)"


class Stage:
    """A context manager that a bench is given. ``quick`` asks for a tenth of the work: to try a bench, not to
    measure."""

    def __init__(self, pinning: Pinning, *, quick: bool = False) -> None:
        self.pinning = pinning
        self.quick = quick
        self._exit = contextlib.ExitStack()

    def __enter__(self) -> Self:
        # Not the system's directory for temporary files: that is often memory, where a commit costs nothing.
        made = tempfile.TemporaryDirectory(prefix=".bench-", dir=ROOT, ignore_cleanup_errors=True)
        self.directory = Path(self._exit.enter_context(made))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._exit.close()

    def size(self, count: int) -> int:
        """Return how much of a work to do."""
        return max(1, count // 10) if self.quick else count

    def measured(
        self, name: str, command: Sequence[str], port: int = 0, environ: Mapping[str, str] | None = None
    ) -> Program:
        """Start a program on the core of what is measured; with a ``port``, return when it listens there."""
        return self._start(name, command, self.pinning.measured, port, environ or {})

    def beside(self, name: str, command: Sequence[str], port: int = 0) -> Program:
        """Start a program on the core of what loads."""
        return self._start(name, command, self.pinning.other, port, {})

    def _start(
        self, name: str, command: Sequence[str], core: int | None, port: int, environ: Mapping[str, str]
    ) -> Program:
        log = self.directory / f"{name}.log"
        clean = {key: value for key, value in os.environ.items() if not key.startswith("AMITY_")}
        with log.open("ab") as output:
            process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE if port == 0 else output,
                stderr=output,
                cwd=ROOT,
                env={**clean, **environ},
                text=True,
                start_new_session=True,  # Ctrl-C is for the bench, which ends its programs in order
                preexec_fn=lambda: _settle(core),  # noqa: PLW1509 - two system calls, no lock is taken
            )
        program = Program(name, process, log, port)
        self._exit.callback(program.stop)
        if port:
            program.until_listening()
        return program


def python(module: str, *arguments: object) -> list[str]:
    """Return the command that runs a module in this Python."""
    return [sys.executable, "-m", module, *map(str, arguments)]


def free_port() -> int:
    """Return a TCP port on 127.0.0.1 that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _settle(core: int | None) -> None:
    """In the new process, before its program: on its core, and ended by Linux should the bench be killed."""
    pin(core)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, int(signal.SIGKILL))
