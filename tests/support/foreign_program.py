"""A business server in another language, run as a program, and what all such examples of the project have to do."""

import asyncio
import json
import os
import signal
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx

from amity.business import AfterImportFriends, BeforeImportFriends, BusinessServer, TestClient
from amity.wire.events.catalogue import payload
from tests.support.processes import dies_with_parent, free_port
from tests.support.rest import ADMIN, Rest

SECRET = "whsec_dGhlIHNlY3JldCBvZiB0aGUgZG9jdW1lbnRhdGlvbg=="
OTHER_SECRET = b"the secret of somebody else"
_WITHIN = 30.0
_TEXT = 101


class ForeignProgram:
    """A program that listens on ``port`` of the loopback, and prints ``listening on`` when it does. An async context
    manager. ``{port}`` in the command is replaced."""

    def __init__(self, command: Sequence[str], folder: Path, environment: Mapping[str, str]) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._command = [part.replace("{port}", str(self.port)) for part in command]
        self._folder = folder
        self._environment = {**os.environ, "CALLBACK_SECRET": SECRET, "PORT": str(self.port), **environment}
        self._process: asyncio.subprocess.Process | None = None
        self._heard: list[str] = []

    async def __aenter__(self) -> Self:
        self._process = await asyncio.create_subprocess_exec(
            *self._command,
            cwd=self._folder,
            env=self._environment,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            preexec_fn=dies_with_parent(signal.SIGKILL),
        )
        try:
            await self.said(str(self.port))
        except BaseException:
            await self._end()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._end()

    async def said(self, text: str) -> list[str]:
        """Return all lines up to now, once one of them has this text. Fails if the program ends before."""
        assert self._process is not None
        assert self._process.stdout is not None
        try:
            async with asyncio.timeout(_WITHIN):
                while not any(text in line for line in self._heard):
                    line = await self._process.stdout.readline()
                    assert line, f"the program ended: {self._heard}"
                    self._heard.append(line.decode().rstrip())
        except TimeoutError:
            raise AssertionError(f"nothing with {text!r} in {_WITHIN} s: {self._heard}") from None
        return self._heard

    async def _end(self) -> None:
        assert self._process is not None
        if self._process.returncode is None:
            self._process.kill()
        await self._process.communicate()

    async def send(
        self, event: BeforeImportFriends | AfterImportFriends, *, event_id: str = "evt_1", secret: bytes | None = None
    ) -> httpx.Response:
        """Post an event as amity does, signed with ``secret`` in the place of the program's own."""
        body = payload(event)
        headers = TestClient(BusinessServer(secret=SECRET)).headers(body, event_id=event_id, secret=secret)
        return await self.post(f"/{event.command}", body, headers)

    async def post(self, path: str, body: bytes, headers: Mapping[str, str]) -> httpx.Response:
        """Post any bytes."""
        async with httpx.AsyncClient(base_url=self.url, trust_env=False) as client:
            return await client.post(path, content=body, headers=dict(headers))

    def callbacks(self) -> dict[str, Any]:
        """Return the ``callbacks:`` of the settings of an amity that asks and tells this program."""
        return {
            "url": self.url,
            "secret": SECRET,
            "beforeImportFriends": {"enable": True},
            "afterImportFriends": {"enable": True},
            "beforeSendSingleMsg": {"enable": True},
        }


class ExampleRules:
    """The tests of every example: a subclass has the fixture ``program``, and ``rest`` of an amity that asks it."""

    async def test_an_import_is_allowed_and_told_of(self, rest: Rest, program: ForeignProgram) -> None:
        await rest.register("alice", "bob", "ünal")
        assert (await rest.import_friends("alice", ["bob", "ünal"]))["errCode"] == 0
        assert await rest.friends("alice") == ["bob", "ünal"]
        await program.said("alice has new friends: bob, ünal")

    async def test_an_import_is_modified(self, rest: Rest, program: ForeignProgram) -> None:
        await rest.register("alice", "bob", "mallory")
        assert (await rest.import_friends("alice", ["bob", "mallory"]))["errCode"] == 0
        assert await rest.friends("alice") == ["bob"]
        await program.said("alice has new friends: bob")

    async def test_an_import_is_refused_with_the_code_of_the_app(self, rest: Rest) -> None:
        await rest.register("alice", "bob", "mallory")
        assert (await rest.import_friends("mallory", ["bob"]))["errCode"] == 5001
        assert (await rest.import_friends("alice", ["mallory"]))["errCode"] == 5002
        assert await rest.friends("alice") == await rest.friends("mallory") == []

    async def test_a_message_is_refused_and_another_is_not(self, rest: Rest) -> None:
        await rest.register("alice", "bob")
        assert (await _write(rest, "alice", "bob", "this is spam"))["errCode"] == 5003
        assert (await _write(rest, "alice", "bob", 'a "quoted" \n word'))["errCode"] == 0

    async def test_what_is_not_signed_with_the_secret_is_401(self, program: ForeignProgram) -> None:
        event = BeforeImportFriends(owner_user_id="alice", friend_user_ids=["bob"])
        assert (await program.send(event)).status_code == 200
        assert (await program.send(event, secret=OTHER_SECRET)).status_code == 401
        assert (await program.post(f"/{event.command}", payload(event), {})).status_code == 401

    async def test_an_old_request_is_401(self, program: ForeignProgram) -> None:
        event = BeforeImportFriends(owner_user_id="alice", friend_user_ids=["bob"])
        app = BusinessServer(secret=SECRET, clock=lambda: 1767225600.0)
        headers = TestClient(app).headers(payload(event))
        assert (await program.post(f"/{event.command}", payload(event), headers)).status_code == 401

    async def test_a_body_sent_for_one_callback_is_no_good_for_another(self, program: ForeignProgram) -> None:
        event = AfterImportFriends(owner_user_id="alice", friend_user_ids=["bob"])
        headers = TestClient(BusinessServer(secret=SECRET)).headers(payload(event))
        answer = await program.post("/callbackBeforeImportFriendsCommand", payload(event), headers)
        assert answer.status_code == 400

    async def test_a_callback_without_a_handler_is_a_failure(self, program: ForeignProgram) -> None:
        body = json.dumps({"callbackCommand": "callbackOfTomorrow"}).encode()
        headers = TestClient(BusinessServer(secret=SECRET)).headers(body)
        assert (await program.post("/callbackOfTomorrow", body, headers)).status_code == 404

    async def test_an_after_event_that_comes_twice_is_heard_once(self, program: ForeignProgram) -> None:
        for owner, event_id in (("alice", "evt_1"), ("alice", "evt_1"), ("bob", "evt_2")):
            event = AfterImportFriends(owner_user_id=owner, friend_user_ids=["carol"])
            assert (await program.send(event, event_id=event_id)).json()["nextCode"] == 0
        heard = [line for line in await program.said("bob has new friends") if "new friends" in line]
        assert len(heard) == 2

    async def test_the_sample_of_an_after_event_is_taken_and_not_heard(self, program: ForeignProgram) -> None:
        for owner, event_id in (("alice", "amity-sample-1"), ("bob", "evt_1")):
            event = AfterImportFriends(owner_user_id=owner, friend_user_ids=["carol"])
            assert (await program.send(event, event_id=event_id)).status_code == 200
        assert not any("alice has" in line for line in await program.said("bob has new friends"))


async def _write(rest: Rest, sender: str, receiver: str, text: str) -> dict[str, Any]:
    message = {
        "sendID": sender,
        "recvID": receiver,
        "senderPlatformID": 7,
        "contentType": _TEXT,
        "sessionType": 1,
        "content": {"content": text},
    }
    return await rest.post("/msg/send_msg", message, user=ADMIN)
