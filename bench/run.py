"""Run a bench in a directory on the project's disk, with programs that end with the run."""

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
    """A program ended, or was not ready in time; the text has the end of its output."""


class Program:
    """A running program. ``port`` is the port that it listens on, 0 if it does not listen."""

    def __init__(self, name: str, process: "subprocess.Popen[str]", log: Path, port: int) -> None:
        self.name = name
        self.process = process
        self.log = log
        self.port = port

    def until_listening(self, within: float = 30.0) -> None:
        """Return once its port accepts connections. Raises ``ProgramFailed``."""
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
        """Write a line to a program that answers each line with a line, and return the answer."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        if not answer:
            raise ProgramFailed(f"{self.name} gave no answer:\n{self._tail()}")
        return answer.strip()

    def peak_memory(self) -> int | None:
        """Return its peak memory so far in bytes; ``None`` if the system does not report it."""
        with contextlib.suppress(OSError):
            for line in Path(f"/proc/{self.process.pid}/status").read_text(encoding="utf-8").splitlines():
                if line.startswith("VmHWM:"):
                    return int(line.split()[1]) * 1024
        return None

    def processor_seconds(self) -> float:
        """Return its processor time so far in seconds. Unlike a rate, it is right on a busy machine too."""
        times = psutil.Process(self.process.pid).cpu_times()
        return times.user + times.system

    def stop(self) -> None:
        """End it by SIGTERM, and by SIGKILL if that takes longer than 20 seconds."""
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


class Run:
    """The run of a bench, as a context manager. ``quick`` reduces the work to a tenth, to try a bench rather than to
    measure."""

    def __init__(self, pinning: Pinning, *, quick: bool = False) -> None:
        self.pinning = pinning
        self.quick = quick
        self._exit = contextlib.ExitStack()

    def __enter__(self) -> Self:
        # Not the system's temporary directory, because that is often in memory, where a commit costs nothing.
        made = tempfile.TemporaryDirectory(prefix=".bench-", dir=ROOT, ignore_cleanup_errors=True)
        self.directory = Path(self._exit.enter_context(made))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._exit.close()

    def size(self, count: int) -> int:
        """Return the amount of work to do: ``count``, or a tenth of it in a quick run."""
        return max(1, count // 10) if self.quick else count

    def measured(
        self, name: str, command: Sequence[str], port: int = 0, environ: Mapping[str, str] | None = None
    ) -> Program:
        """Start a program on the measured core. If it has a ``port``, return once it listens there."""
        return self._start(name, command, self.pinning.measured, port, environ or {})

    def beside(self, name: str, command: Sequence[str], port: int = 0) -> Program:
        """Start a program on the loading core."""
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
                start_new_session=True,  # Ctrl-C reaches the bench only, which ends its programs in order
                preexec_fn=lambda: _prepare(core),  # noqa: PLW1509 - two system calls, no lock is taken
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


def _prepare(core: int | None) -> None:
    """Prepare the new process before it runs its program: pin it, and let Linux kill it if the bench is killed."""
    pin(core)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, int(signal.SIGKILL))
