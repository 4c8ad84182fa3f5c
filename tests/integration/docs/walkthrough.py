"""Doing what a page says: its commands are run, its files written, and what it shows is compared with what came.

What a page shows may be shortened: ``...`` in a line stands for anything, a line of nothing else for any lines. Two
comments that no reader sees tell what prose says to do: ``<!-- stop uvicorn -->`` and ``<!-- output of uvicorn -->``
(before a block with lines that a program in the background has printed).
"""

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

from amity.settings import load_relay
from tests.support.processes import dies_with_parent, free_port, kill_tree

BLOCK = re.compile(
    r"^<!-- stop (?P<stop>\w+) -->$|^(?:<!-- output of (?P<said>\w+) -->\n)?```(?P<language>\w*)\n(?P<text>.*?)^```$",
    re.DOTALL | re.MULTILINE,
)
FILE_NAME = re.compile(r"`([\w-]+\.\w+)`")
BACKGROUND = re.compile(
    r"(?P<first>.*?)^(?P<line>(?P<program>amity|uvicorn) (?:serve|relay|business:app).*)\Z", re.DOTALL | re.MULTILINE
)
READY = re.compile(r"clients connect to ws|the relay listens on|running on http")
PORTS = ("10001", "10002", "10006", "10007", "10016")
KEY_OF_RELAY = "the-key-of-relay.yml"
"""What a page has in the place of a relay's key."""
ELSEWHERE = ("make ", "python3 -m venv", "cd examples/")
"""What sets up a machine, or is tested elsewhere: not done here."""
WITHIN = 30.0


class Walkthrough:
    """One page in one folder. The ports that it names are replaced by free ones."""

    def __init__(self, page: Path, folder: Path) -> None:
        self._folder = folder
        self._settings = folder / "amity.yml"
        self._ports = {port: free_port() for port in PORTS}
        self._page = self.moved(page.read_text(encoding="utf-8"))
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        (folder / ".variables").touch()
        self._environment = {name: value for name, value in os.environ.items() if not name.startswith("AMITY_")} | {
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "AMITY_LOG__FORMAT": "human",  # as on a terminal
            "COLUMNS": "300",
        }
        self.done = 0
        """Blocks that were run or compared."""

    def go(self) -> None:
        """Do all of it, and end what it started."""
        try:
            self._go()
        finally:
            for process in self._running.values():
                kill_tree(process)

    def _go(self) -> None:
        said: str | None = None
        behind = 0
        for block in BLOCK.finditer(self._page):
            between, behind = self._page[behind : block.start()], block.end()
            if block["stop"]:
                self._stop(block["stop"])
                continue
            language, text = block["language"], block["text"]
            if language == "bash" and not text.startswith(ELSEWHERE):
                said = self._run(text.strip())
            elif language == "text" and block["said"]:
                self._await_output(block["said"], text)
            elif language == "text":
                assert said is not None, f"nothing was run before this: {text}"
                assert not between.strip(), f"the output stands right behind the command, not behind {between!r}"
                require_same(text, said)
            elif language in ("python", "csv"):
                (self._folder / FILE_NAME.findall(between)[-1]).write_text(text, encoding="utf-8")
            elif language == "yaml":
                self._set(text)
            elif language == "diff":
                self._change(self._folder / FILE_NAME.findall(between)[0], text)
            else:
                continue
            self.done += 1

    def _run(self, commands: str) -> str:
        background = BACKGROUND.fullmatch(commands)
        if background:
            if background["first"]:
                self._run(background["first"].strip())
            return self._start(background["program"], background["line"])
        # What a block sets is there in the next one, as in a terminal.
        ran = subprocess.run(
            ["bash", "-c", f"set -a; . .variables; {commands}\nexport -p > .variables"],
            cwd=self._folder,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=WITHIN,
            check=False,
        )
        if commands.startswith("amity init"):
            self._settings = self._folder / ("relay.yml" if commands.endswith(" --relay") else "amity.yml")
            self._settings.write_text(self.moved(self._settings.read_text(encoding="utf-8")), encoding="utf-8")
        return ran.stdout.decode()

    def _start(self, program: str, line: str) -> str:
        """Start a server as in a terminal of its own, after Ctrl-C to the one before, and wait until it listens."""
        self._stop(program)
        log = self._folder / f".{program}.log"
        before = len(log.read_bytes()) if log.exists() else 0
        with log.open("ab") as output:
            self._running[program] = process = subprocess.Popen(
                ["bash", "-c", f". .variables; exec {line}"],
                cwd=self._folder,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
                preexec_fn=dies_with_parent(signal.SIGKILL),  # noqa: PLW1509 - one system call, no lock is taken
            )
        deadline = time.monotonic() + WITHIN
        while not READY.search(said := log.read_bytes()[before:].decode()):
            assert process.poll() is None, said
            assert time.monotonic() < deadline, f"{line} does not listen"
            time.sleep(0.02)
        return said

    def _stop(self, program: str) -> None:
        process = self._running.pop(program, None)
        if process is not None:
            process.send_signal(signal.SIGINT)
            process.wait(WITHIN)

    def _await_output(self, program: str, shown: str) -> None:
        """Return when a server has said what the page shows: it does so after the command that made it is done."""
        log = self._folder / f".{program}.log"
        deadline = time.monotonic() + WITHIN
        while (missing := missing_from(shown, said := log.read_text(encoding="utf-8"))) is not None:
            assert time.monotonic() < deadline, f"{missing!r} is not in\n{said}"
            time.sleep(0.02)

    def _set(self, lines: str) -> None:
        """Put lines into the settings file in the place of those with the same keys."""
        settings = self._settings.read_text(encoding="utf-8")
        for line in lines.splitlines():
            key = line.split(":")[0]
            settings, count = re.subn(rf"^{re.escape(key)}:.*$", line, settings, flags=re.MULTILINE)
            assert count == 1, key
        self._settings.write_text(settings, encoding="utf-8")

    def _change(self, file: Path, diff: str) -> None:
        """Change a file's lines as a diff says, each part of which is found once."""
        if KEY_OF_RELAY in diff:
            diff = diff.replace(KEY_OF_RELAY, load_relay(self._settings, {}).relay.key)
        content = file.read_text(encoding="utf-8")
        for part in diff.split("@@\n")[1:]:
            lines = part.splitlines(keepends=True)
            old, new = ("".join(line[1:] for line in lines if line[0] in kept) for kept in (" -", " +"))
            assert content.count(old) == 1, old
            content = content.replace(old, new)
        file.write_text(content, encoding="utf-8")

    def moved(self, text: str) -> str:
        """Return a text with free ports for those that the page names."""
        for named, free in self._ports.items():
            text = text.replace(named, str(free))
        return text


def require_same(shown: str, said: str) -> None:
    """Fail unless what a page shows is what was said, with ``...`` for what was left out."""
    lines = [".*(?:\n.*)*?" if line == "..." else _pattern(line) for line in shown.strip().splitlines()]
    text = "\n".join(line.rstrip() for line in said.strip().splitlines())
    assert re.fullmatch("\n".join(lines), text), f"the page shows\n{shown}\nand it was\n{text}"


def missing_from(shown: str, said: str) -> str | None:
    """Return the first line that a page shows and that was not said, in this order; ``None`` where all were."""
    lines = iter(said.splitlines())
    for expected in shown.strip().splitlines():
        if not any(re.fullmatch(_pattern(expected), line) for line in lines):
            return expected
    return None


def _pattern(line: str) -> str:
    # How wide a column is depends on what stands in it: a callback may take 9 ms, and 11 where the machine is busy.
    pattern = re.sub(r"(?:\\ ){2,}", " {2,}", re.escape(line.rstrip()))
    return pattern.replace(re.escape("..."), ".*")
