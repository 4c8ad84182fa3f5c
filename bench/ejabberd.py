"""Measure the same friendships in ejabberd, if Debian's package is installed: a roster item in each direction."""

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import msgspec

from bench import people
from bench.imports import AT_ONCE, Imports
from bench.load import Load, post
from bench.people import Circle
from bench.report import Report, rates
from bench.run import Program, Run, free_port
from bench.server import BusinessServer, load

TURNS = 3
_HOST = "bench.example"
_DONE = b"0"  # the HTTP API's answer to a command that succeeded
_LIBRARIES = re.compile(r"^ERL_LIBS='?([^'\n]+)'?$", re.MULTILINE)

# Without modules that are not needed, without authentication and without a log.
_SETTINGS = """
hosts: [{host}]
loglevel: critical
default_db: mnesia
listen:
  - {{port: {port}, ip: "127.0.0.1", module: ejabberd_http, request_handlers: {{/api: mod_http_api}}}}
api_permissions:
  bench: {{from: [mod_http_api], who: [{{ip: "127.0.0.1/8"}}], what: [add_rosteritem]}}
modules:
  mod_roster: {{}}
  mod_admin_extra: {{}}
"""


def ejabberd(run: Run) -> Report:
    """Measure friendships a second of both servers, in turn on the same core. amity has the before-callback on."""
    report = Report(
        "ejabberd", f"friendships beside ejabberd's add_rosteritem over its HTTP API, {AT_ONCE} calls at once"
    )
    if (control := control_of(report)) is None:
        return report
    theirs = Ejabberd(run, control)
    business = BusinessServer(run)
    asking: dict[str, object] = {"url": business.url, "beforeImportFriends": {"enable": True}}
    one = Imports(run, "amity-1", 1, asking)
    ten = Imports(run, "amity-10", 10, asking)

    pairs, ones, tens = run.size(3_000), run.size(10_000), run.size(5_000)
    for warm in (theirs.turn, one.turn, ten.turn):
        warm(run.size(500))
    them: list[float] = []
    with_one: list[Load] = []
    with_ten: list[Load] = []
    for _ in range(TURNS):
        them.append(theirs.turn(pairs).rate / 2)
        with_one.append(one.turn(ones))
        with_ten.append(ten.turn(tens))
    report.figure("ejabberd, 2 calls each", them, "pairs/s")
    report.figure("amity, 1 friend a call", rates(with_one), "pairs/s")
    tenfold = [rate * 10 for rate in rates(with_ten)]
    report.figure("amity, 10 friends a call", tenfold, "pairs/s")
    report.at_least("times ejabberd, 1 a call", report.ratio("1 a call / ejabberd", rates(with_one), them), 4)
    report.at_least("times ejabberd, 10 a call", report.ratio("10 a call / ejabberd", tenfold, them), 15)
    return report


def control_of(report: Report) -> Path | None:
    """Return where ejabberd's control program is; if it is not installed, the report says so."""
    control = shutil.which("ejabberdctl", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if control is None:
        report.skipped = "ejabberd is not installed (Debian: apt-get install ejabberd)"
        return None
    return Path(control)


def started(run: Run, control: Path, settings: str, port: int) -> Program:
    """Start a server in the bench's directory, and return once it listens on one of its ports. ``ejabberdctl`` is not
    used, which would change the user and start daemons."""
    directory = run.directory / "ejabberd"
    directory.mkdir()
    file = directory / "ejabberd.yml"
    file.write_text(settings, encoding="utf-8")
    libraries = _LIBRARIES.search(control.read_text(encoding="utf-8", errors="replace"))
    environ = {
        "EJABBERD_CONFIG_PATH": str(file),
        "EJABBERD_LOG_PATH": str(directory / "ejabberd.log"),
        "ERL_CRASH_DUMP": str(directory / "crash.dump"),
        "ERL_LIBS": libraries.group(1) if libraries else "",
        "HOME": str(directory),
    }
    # One scheduler, as there is one core, which does not wait busily: that would count as processor time.
    emulator = ["erl", "-noinput", "+K", "true", "+P", "250000", "+S", "1:1", "+sbwt", "none"]
    erlang = [*emulator, "-mnesia", "dir", f'"{directory}"', "-s", "ejabberd"]
    return run.measured("ejabberd", erlang, port=port, environ=environ)


class Ejabberd:
    """A server that makes friendships."""

    def __init__(self, run: Run, control: Path) -> None:
        port = free_port()
        self._program = started(run, control, _SETTINGS.format(host=_HOST, port=port), port)
        self._circle = Circle(1)
        self._next = 0

    def turn(self, count: int) -> Load:
        """Make ``count`` friendships."""
        requests = list(self._requests(count))
        self._next += count
        return load(self._program, requests, AT_ONCE, _DONE)

    def _requests(self, count: int) -> Iterator[bytes]:
        ids = people.ids()
        for index in range(self._next, self._next + count):
            owner, (friend,) = self._circle.numbers(index)
            for user, contact in ((owner, friend), (friend, owner)):
                item = {
                    "localuser": ids[user],
                    "localhost": _HOST,
                    "user": ids[contact],
                    "host": _HOST,
                    "nick": ids[contact],
                    "group": "friends",
                    "subs": "both",
                }
                yield post("/api/add_rosteritem", msgspec.json.encode(item), {})
