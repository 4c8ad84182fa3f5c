"""One of OpenIM's released clients as a process of its own, driven by JSON lines (``driver/lines.mjs``).

What a driver is told and tells is the client's own: names of methods, their parameters, names of events and their data
are those of the packages. Only ``login`` is the same for all: it takes a user's id and a token.
"""

import asyncio
import json
import subprocess
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from tests.clients.browser import program
from tests.support.processes import kill_tree, tail

HERE = Path(__file__).parent
LINUX, WEB = 7, 5
SDK_INTERNAL_ERROR = 10006
"""The code that the pure JavaScript client gives for whatever the server refuses; the server's name is in the text."""
_LONGEST_LINE = 1 << 26  # bytes: a list of friends comes as one line
_ENDED: dict[str, Any] = {"error": {"code": -1, "message": "the driver ended"}}


@dataclass(frozen=True)
class Kind:
    """A released client: its driver, its npm package, and the platform that it says it is, unless told otherwise.

    ``own_browser``: it is in a browser of its own, which ends with it.
    """

    driver: str
    sdk: str
    platform: int
    node: tuple[str, ...] = ()
    own_browser: bool = False


NATIVE = Kind("native.mjs", "@openim/electron-client-sdk", LINUX)
NATIVE_10 = Kind("native.mjs", "@openim/electron-client-sdk-10", LINUX)
JAVASCRIPT = Kind("javascript.mjs", "@openim/client-sdk", WEB, ("--experimental-websocket", "--no-warnings"))
WASM = Kind("web.mjs", "@openim/wasm-client-sdk", WEB)
WASM_ALONE = Kind("web.mjs", "@openim/wasm-client-sdk", WEB, own_browser=True)


class Event(NamedTuple):
    """What a client told: the name of the event, what came with it, and the code where it tells of an error."""

    name: str
    data: Any
    code: int


class CallFailedError(Exception):
    """A client's method failed, with the code and the text that it gave."""

    def __init__(self, method: str, code: int, message: str) -> None:
        super().__init__(f"{method}: {code} {message}")
        self.code = code


class Client:
    """A running client. Its events are kept until somebody asks for them; each is handed out once."""

    def __init__(self, kind: Kind, options: dict[str, Any], name: str, log: Path) -> None:
        self.name = name
        self.log = log
        with log.open("ab") as errors:
            self._process = subprocess.Popen(
                [program("node"), *kind.node, HERE / "driver" / kind.driver, json.dumps(options)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                start_new_session=True,  # a Control-C is for the tests, which then end it
            )
        self._waiting: list[Event] = []
        self._told: list[str] = []
        self._changed = asyncio.Event()
        self._calls: dict[int, asyncio.Future[dict[str, Any]]] = {0: asyncio.get_running_loop().create_future()}
        self._reading = asyncio.create_task(self._read())

    async def started(self, within: float = 30.0) -> None:
        """Return when it takes calls. Raises ``CallFailedError`` where it ends, or does not come up in time."""
        await self._answer(0, "start", within)

    async def call(self, method: str, *params: Any, within: float = 20.0) -> Any:
        """Call a method of the client and return what it gave.

        Raises ``CallFailedError`` with what the client gave instead, or where it gives nothing for ``within`` seconds.
        """
        number = len(self._calls)
        self._calls[number] = asyncio.get_running_loop().create_future()
        assert self._process.stdin is not None
        line = json.dumps({"id": number, "method": method, "params": params}).encode() + b"\n"
        with suppress(BrokenPipeError):
            self._process.stdin.write(line)
            self._process.stdin.flush()
        return await self._answer(number, method, within)

    async def event(self, *names: str, where: Callable[[Any], bool] = lambda _: True, within: float = 5.0) -> Event:
        """Return the first event of one of these names, with data that ``where`` accepts, that nobody was given yet."""
        [event] = await self.events(*names, count=1, where=where, within=within)
        return event

    async def events(
        self, *names: str, count: int, where: Callable[[Any], bool] = lambda _: True, within: float = 5.0
    ) -> list[Event]:
        """Return the first ``count`` such events. Fails where they have not come within so many seconds."""
        found: list[Event] = []
        try:
            async with asyncio.timeout(within):
                while len(found := self._matching(names, where)) < count:
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError:
            raise AssertionError(
                f"{self.name}: {len(found)} of {count} {' or '.join(names)} within {within} s; it told: "
                f"{', '.join(self._told[-60:]) or 'nothing'}\n{tail(self.log)}"
            ) from None
        taken = found[:count]
        self._waiting = [event for event in self._waiting if not any(event is each for each in taken)]
        return taken

    def unasked(self, *names: str) -> list[Event]:
        """The events of these names that have come and were not handed out."""
        return self._matching(names, lambda _: True)

    def forget(self, *names: str) -> None:
        """Drop the events of these names that have come."""
        self._waiting = [event for event in self._waiting if event.name not in names]

    async def login(self, token: str, within: float = 20.0) -> None:
        """Log in and return when the client says that it has synced."""
        await self.call("login", self.name, token)
        await self.event("OnSyncServerFinish", within=within)

    async def friends(self) -> list[str]:
        """The ids of the friends that the client shows, sorted."""
        page = await self.call("getFriendListPage", {"offset": 0, "count": 10_000})
        return sorted(friend_of(each) for each in page or [])

    async def friends_become(self, *expected: str, within: float = 5.0) -> None:
        """Return when the client shows these friends and no others. Fails where it does not."""
        await becomes(self.friends, sorted(expected), within)

    def kill(self) -> None:
        """End it at once, with its browser where it has one, as a crash does."""
        kill_tree(self._process)

    async def close(self) -> None:
        """End it. What it keeps on disk is there for the next one."""
        assert self._process.stdin is not None
        with suppress(BrokenPipeError):
            self._process.stdin.close()
        with suppress(subprocess.TimeoutExpired):
            await asyncio.to_thread(self._process.wait, 5)
        self.kill()
        await self._reading

    async def _answer(self, number: int, method: str, within: float) -> Any:
        try:
            answer = await asyncio.wait_for(self._calls[number], within)
        except TimeoutError:
            answer = {"error": {"code": -1, "message": f"no answer within {within} s"}}
        if error := answer.get("error"):
            detail = f"{error['message']} {error.get('detail') or ''}\n{tail(self.log)}"
            raise CallFailedError(f"{self.name}.{method}", error["code"], detail)
        return answer.get("result")

    async def _read(self) -> None:
        assert self._process.stdout is not None
        reader = asyncio.StreamReader(limit=_LONGEST_LINE)
        transport, _ = await asyncio.get_running_loop().connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(reader), self._process.stdout
        )
        while line := await reader.readline():
            self._hear(line)
        transport.close()
        for call in self._calls.values():
            if not call.done():
                call.set_result(_ENDED)

    def _hear(self, line: bytes) -> None:
        try:
            message = json.loads(line)
        except ValueError:
            return  # the Go core writes to standard output, too
        if not isinstance(message, dict):
            return
        if "event" in message:
            self._told.append(message["event"])
            self._waiting.append(Event(message["event"], message.get("data"), message.get("code", 0)))
            self._changed.set()
        elif not (call := self._calls[message.get("id", 0)]).done():
            call.set_result(message)

    def _matching(self, names: tuple[str, ...], where: Callable[[Any], bool]) -> list[Event]:
        return [event for event in self._waiting if event.name in names and where(event.data)]


async def becomes(read: Callable[[], Awaitable[Any]], expected: Any, within: float = 10.0) -> None:
    """Return when what is read of a client is as expected. Fails where it is not within so many seconds.

    A list that was synced silently has no event, and a Go core raises its events before its pages change. One that has
    stored something already says that it has synced before its lists are synced.
    """
    shown = None
    try:
        async with asyncio.timeout(within):
            while (shown := await read()) != expected:  # noqa: ASYNC110
                await asyncio.sleep(0.02)
    except TimeoutError:
        raise AssertionError(f"it shows {shown}, not {expected}") from None


def friend_of(data: Any) -> str:
    """The friend's id in what a client shows or tells of a friend."""
    friend: str = data.get("userID") or data.get("friendUserID") or data["friendInfo"]["userID"]
    return friend
