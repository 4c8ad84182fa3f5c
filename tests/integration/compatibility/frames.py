"""Recorded cases of the gateway, done again on the connections of a running server."""

import asyncio
import json
import random
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final, Self

from amity.wire.frames import Identifier, Reply, Request
from amity.wire.proto.sdkws_pb2 import PushMessages
from tests.integration.compatibility.replay import Case, World
from tests.integration.gateway.raw import Raw, frame
from tests.support.gateway_client import ConnectionEnded, GatewayClient
from tests.support.recorded_answers import ABSENT, PRESENT, Found, compared
from tests.support.recorded_frames import ANSWERS, REQUESTS, Normalizer, built, filled, plain, without_empty

HANDSHAKE: Final = "handshake"
AGAIN: Final = " again"
_FRAME: Final = "frame"
_LOGIN: Final = "login"
_TIMEOUT: Final = 10
_REPEATED: Final = "<that of the request>"
_NO_CODE: Final = "<no close frame>"
_TEXT: Final = 1
_PING: Final = 9


@dataclass(kw_only=True)
class FrameCase(Case):
    """A case of the gateway. ``path`` is the identifier of its frame, a path of the API, or what else was done.

    ``before`` are the path and the body of each call that comes first. ``newest`` are the newest numbers before it;
    ``sent`` and ``raw_answer`` are its protobuf messages as JSON, which its pushes are compared with. A push that is
    not recorded is a difference here.
    """

    opens: str = ""
    replaces: Mapping[str, str] = field(default_factory=dict)
    before: list[Sequence[Any]] = field(default_factory=list)
    newest: Mapping[str, int] = field(default_factory=dict)
    sent: Mapping[str, Any] = field(default_factory=dict)
    raw_answer: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, line: Mapping[str, Any]) -> Self:
        case = super().of(line)
        case.opens = line.get("opens", "")
        case.replaces = line.get("replaces", {})
        case.before = line.get("before", [])
        return case

    def found(self) -> Iterator[Found]:
        yield from compared(self.name, self.recorded, self.answer)
        yield from self.missing()
        for push, message in sorted(self.in_form().items()):
            if push not in self.recorded_pushes:
                yield Found(self.name, f"push {push}", ABSENT, PRESENT)
                continue
            for each in compared(self.name, self.recorded_pushes[push], message):
                yield Found(self.name, f"push {push}: {each.field}", each.theirs, each.ours)

    def in_form(self) -> dict[str, dict[str, Any]]:
        """Return the pushes that came, normalized."""
        normalizer = Normalizer(self.newest, self.sent, self.raw_answer)
        return {push: normalizer.push(message, push.split(" ")[1]) for push, message in self.pushes.items()}


class FrameWorld(World):
    """The users of the cases and their clients, who send frames, too."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.newest: dict[str, int] = {}
        self._tokens["garbage"] = "garbage"
        self._kicked: set[str] = set()
        self._first_sent: dict[str, int] = {}
        self._expects: Callable[[Found], bool] = bool

    async def replay(self, case: Case, expects: Callable[[Found], bool]) -> None:
        self._expects = expects
        await super().replay(case, expects)

    async def ask(self, case: Case, operation_id: str) -> dict[str, Any]:
        assert isinstance(case, FrameCase)
        for called in case.before:
            await self._call_before(case, *called)
        if case.before:
            await self.settle()
            await self.fetch(self._clients)
        case.newest = dict(self.newest)
        if case.path == HANDSHAKE:
            return await self._handshake(case.body)
        if not case.opens:
            return await self._asked(case, operation_id, self._clients.get(case.caller))
        async with self._opened(case) as client:
            answer = await self._asked(case, operation_id, client)
            await self._pushed(case, self._expects)
            answer |= await _end(client, ends="closed" in case.recorded)
            return answer | ({"kicked": True} if case.opens in self._kicked else {})

    async def _pushed(self, case: Case, expects: Callable[[Found], bool]) -> None:
        await super()._pushed(case, expects)
        # A push that is not recorded must not come into the next case, nor after the clients have fetched.
        await self.settle()

    async def _asked(self, case: FrameCase, operation_id: str, client: GatewayClient | None) -> dict[str, Any]:
        if case.path.startswith("/"):
            answer = await super().ask(case, case.replaces.get("operationID", operation_id))
            return self._in_form(Normalizer(case.newest).data(answer))
        assert client is not None, case.name
        if case.path == _LOGIN:
            async with self._opened(case):
                return {}
        if case.path == _FRAME:
            client.send_raw(random.Random(0).randbytes(case.body["random"]) if "random" in case.body else b"no gzip")
            return {}
        identifier = int(case.path)
        data = self._data(case, identifier)
        request = Request(
            identifier,
            case.replaces.get("SendID", client.user),
            case.replaces.get("OperationID", operation_id),
            operation_id,
            data,
        )
        try:
            reply = await client.ask_frame(request)
        except ConnectionEnded:
            return {}
        read = self.named(plain(ANSWERS[identifier].FromString(reply.data))) if identifier in ANSWERS else {}
        case.raw_answer = read
        repeated = reply.operation_id == request.operation_id
        answer = {
            "reqIdentifier": reply.identifier,
            "operationID": _REPEATED if repeated else reply.operation_id,
            "errCode": reply.err_code,
            "errMsg": reply.err_msg.partition(": ")[0],  # the detail is for people
        }
        if read:
            answer["data"] = self.named(Normalizer(case.newest, case.sent).data(read))
        return answer

    async def _call_before(self, _case: FrameCase, path: str, body: Any) -> None:
        await self._rest.data(path, json.dumps(body, separators=(",", ":")).encode())

    def _in_form(self, answer: dict[str, Any]) -> dict[str, Any]:
        return without_empty(answer)

    def _real(self, value: Any) -> Any:
        """Return JSON with names replaced by the ids that the server has made."""
        return value

    def _data(self, case: FrameCase, identifier: int) -> bytes:
        if "hex" in case.body:
            return bytes.fromhex(case.body["hex"])
        # A client that sends again sends the same.
        now = self._first_sent.setdefault(case.body.get("clientMsgID") or case.name, time.time_ns() // 1_000_000)
        body = self._real(filled(case.body, case.newest, now))
        case.sent = body
        return built(REQUESTS[identifier], body).SerializeToString() if identifier in REQUESTS else b""

    @asynccontextmanager
    async def _opened(self, case: FrameCase) -> AsyncIterator[GatewayClient]:
        """Have one more client connected, with a token of its own, whose frames are compressed."""
        user, _, platform = case.opens.partition("/")
        token = await self._token(user, int(platform))
        self._kicked.discard(case.opens)
        async with AsyncExitStack() as stack:
            client = GatewayClient(self._gateway_url, user, token, int(platform), compression=True)
            await stack.enter_async_context(client)
            reading = asyncio.create_task(self._read(case.opens, client))
            stack.callback(reading.cancel)
            yield client

    def _body(self, case: Case) -> Any:
        return self._real(filled(super()._body(case), self.newest, time.time_ns() // 1_000_000))

    async def _token(self, user: str, platform: int) -> str:
        asked = {"userID": user, "platformID": platform}
        token: str = (await self._rest.data("/auth/get_user_token", asked))["token"]
        return token

    async def _handshake(self, query: dict[str, str]) -> dict[str, Any]:
        """Ask to be let in, and return what a client is told: over HTTP, or first of all over the connection."""
        token = query.get("token", "")
        if token.startswith("<token of "):
            user, _, platform = token.removeprefix("<token of ").removesuffix(">").partition("/")
            query = query | {"token": await self._token(user, int(platform))}
        async with Raw(self._gateway_url) as client:
            await client.upgrade(query)
            status = int((await client.head()).split(" ")[1])
            if status != 101:
                return {"status": status, **_without_detail(await client.rest())}
            await client.write(frame(b"", _PING))
            kind, content = await client.frame()
            return {"status": status, **({"first": _without_detail(content)} if kind == _TEXT else {})}

    def _note(self, client: str, reply: Reply) -> None:
        if reply.identifier == Identifier.KICK:
            self._kicked.add(client)
        if reply.identifier != Identifier.PUSH:
            return
        case = self._cases.get(reply.operation_id)
        pushed = PushMessages.FromString(reply.data)
        for kind, conversations in (("msgs", pushed.msgs), ("notificationMsgs", pushed.notificationMsgs)):
            for real, page in conversations.items():
                conversation = self.named(real)
                for message in page.Msgs:
                    content = plain(message) | {"in": kind, "isEnd": page.isEnd, "endSeq": page.endSeq}
                    key = f"{client} {conversation} {message.contentType}"
                    while case is not None and key in case.pushes:
                        key += AGAIN
                    if case is not None:
                        case.pushes[key] = self.named(content)
                    self.newest[conversation] = max(self.newest.get(conversation, 0), message.seq)


async def _end(client: GatewayClient, *, ends: bool) -> dict[str, Any]:
    """Return how the connection ended, where it did; wait for that where it ``ends``."""
    if not ends and not client.ended.is_set():
        return {}
    async with asyncio.timeout(_TIMEOUT):
        await client.ended.wait()
    return {"closed": client.close_code if client.close_code is not None else _NO_CODE}


def _without_detail(content: bytes) -> dict[str, Any]:
    """Return an envelope without ``errDlt``, which is for people."""
    answer: dict[str, Any] = json.loads(content)
    answer.pop("errDlt")
    return answer
