"""Start the measured server: ``amity serve`` on a settings file of its own, with registered people."""

import http.client
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
import uvloop
import yaml

from bench import people
from bench.load import SUCCESS, Load, offer, post
from bench.run import Program, Run, free_port, python

SECRET = "not-a-secret-but-long-enough-for-a-bench"
IMPORT = "/friend/import_friend"
LIST = "/friend/get_friend_list"


class Amity:
    """A running server. ``callbacks`` and ``messages`` are those sections of its settings; ``prepare`` is called with
    the database's URL before the server starts. ``url`` is that of a database on PostgreSQL, ``bus``
    that of the bus of several servers on it."""

    def __init__(
        self,
        run: Run,
        name: str = "amity",
        callbacks: Mapping[str, object] | None = None,
        prepare: Callable[[str], None] | None = None,
        messages: Mapping[str, object] | None = None,
        url: str | None = None,
        bus: str = "",
    ) -> None:
        self.database = run.directory / f"{name}.db"
        self.port, self.gateway_port = free_port(), free_port()
        file = run.directory / f"{name}.yml"
        url = url or f"sqlite:///{self.database}"
        self.config = _settings_file(file, self.port, self.gateway_port, url, callbacks or {}, messages or {}, bus)
        if prepare is not None:
            prepare(url)
        self.program: Program = run.measured(name, python("amity", "serve", "--config", self.config), port=self.port)
        self._headers = {"operationID": "bench"}
        self._headers["token"] = self.call("/auth/get_admin_token", {"secret": SECRET, "userID": "imAdmin"})["token"]

    def call(self, path: str, request: object) -> Any:
        """Call one operation and return its ``data``. Raises ``RuntimeError`` for an error code."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request("POST", path, msgspec.json.encode(request), self._headers)
            answer = msgspec.json.decode(connection.getresponse().read())
        finally:
            connection.close()
        if answer["errCode"]:
            raise RuntimeError(f"{path}: {answer}")
        return answer.get("data")

    def register(self, count: int = people.MOST) -> list[str]:
        """Register people and return their ids."""
        ids = people.ids(count)
        for request in people.registrations(ids):
            self.call("/user/user_register", request)
        return ids

    def encoded(self, path: str, bodies: Iterator[bytes] | Sequence[bytes]) -> list[bytes]:
        """Return encoded requests."""
        return [post(path, body, self._headers) for body in bodies]

    def load(self, requests: Sequence[bytes], connections: int) -> Load:
        """Send requests over ``connections`` connections at once, and return the result."""
        return load(self.program, requests, connections)


def load(program: Program, requests: Sequence[bytes], connections: int, success: bytes = SUCCESS) -> Load:
    """Send requests to a program over ``connections`` connections at once, and return the result."""
    busy = program.processor_seconds()
    done = uvloop.run(offer(program.port, iter(requests), connections, success))
    done.busy = program.processor_seconds() - busy
    return done


def _settings_file(
    path: Path,
    port: int,
    gateway_port: int,
    url: str,
    callbacks: Mapping[str, object],
    messages: Mapping[str, object],
    bus: str,
) -> Path:
    settings = {
        "secret": SECRET,
        "messages": {"perSecond": 0, "perMinute": 0, **messages},
        "limits": {"groupChangesPerMinute": 0},
        "api": {"host": "127.0.0.1", "port": port},
        "gateway": {"host": "127.0.0.1", "port": gateway_port},
        "database": url,
        "bus": bus,
        "log": {"level": "error"},
        "callbacks": dict(callbacks),
    }
    path.write_text(yaml.safe_dump(settings), encoding="utf-8")
    return path


class BusinessServer:
    """The receiver of callbacks, on the loading core. It approves everything."""

    def __init__(self, run: Run, name: str = "receiver", *, on_measured_core: bool = False) -> None:
        self.port = free_port()
        start = run.measured if on_measured_core else run.beside
        start(name, python("bench.receiver", self.port), port=self.port)
        self.url = f"http://127.0.0.1:{self.port}/callback"

    def count(self) -> tuple[int, float]:
        """Return the number of answered callbacks, and the seconds from the first to the last."""
        answer = self._get("/count")
        return answer["count"], answer["seconds"]

    def answer_with(self, status: int) -> None:
        """Make it answer every callback with this HTTP status, and count from 0."""
        self._get(f"/status/{status}")

    def _get(self, path: str) -> Any:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET", path)
            return msgspec.json.decode(connection.getresponse().read())
        finally:
            connection.close()
