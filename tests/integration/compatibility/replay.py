"""Recorded cases, done again on a running server: one after the other, as they depend on each other."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Self

import httpx
from google.protobuf.json_format import MessageToDict

from amity.wire.frames import Identifier, Reply
from amity.wire.proto.sdkws_pb2 import GetMaxSeqReq, PushMessages
from tests.support.gateway_client import GatewayClient
from tests.support.recorded_answers import (
    ABSENT,
    PRESENT,
    Found,
    compared,
    normalized,
    normalized_message,
    without_users,
)
from tests.support.rest import ADMIN, Rest

FOLDER: Final = Path(__file__).parent
_USERS: Final = ("ua", "ub", "uc", "ud", "ue", "uf")
_TIMEOUT: Final = 10
_NOBODY: Final = "nobody"
_KEPT: Final = "<kept "
_KEEPS: Final = (
    "increments first",
    "get_incremental_conversations ok: first",
    "get_incremental_join_groups ok: first",
    "get_incremental_group_members ok: first",
)
"""Cases whose version later requests repeat."""
_FETCHES: Final = ("/friend/get_incremental_friends", "/conversation/get_incremental_conversations")


@dataclass(slots=True, kw_only=True)
class Case:
    """One recorded case, with what is recorded and what is answered here in form. ``pushes`` are messages by the client
    they reached, the conversation and the type: ``ua/7 n_ua_ub 1206``. Without ``has_data`` only the codes are
    compared."""

    name: str
    path: str
    caller: str
    body: Any
    everybody: bool
    has_data: bool
    recorded: dict[str, Any]
    recorded_pushes: dict[str, dict[str, Any]]
    answer: dict[str, Any] = field(default_factory=dict)
    pushes: dict[str, dict[str, Any]] = field(default_factory=dict)

    @classmethod
    def of(cls, line: Mapping[str, Any]) -> Self:
        pushes = {
            f"{client} {key}": push["message"] for key, push in line.get("pushes", {}).items() for client in push["to"]
        }
        status = {"status": line.get("status", 200)} if line["path"].startswith("/") else {}
        return cls(
            name=line["case"],
            path=line["path"],
            caller=line["as"],
            body=line["body"],
            everybody=line.get("everybody", False),
            has_data=not line.get("codes", False),
            recorded={**status, **line["answer"]},
            recorded_pushes=pushes,
        )

    def missing(self) -> Iterator[Found]:
        """Return the pushes that are recorded and did not come, or not yet."""
        for push in sorted(self.recorded_pushes.keys() - self.pushes.keys()):
            yield Found(self.name, f"push {push}", PRESENT, ABSENT)

    def found(self) -> Iterator[Found]:
        """Return all that is not as recorded. A push that is not recorded may have been lost there."""
        yield from compared(self.name, self.recorded, self.answer)
        yield from self.missing()
        for push in sorted(self.recorded_pushes.keys() & self.pushes.keys()):
            for each in compared(self.name, self.recorded_pushes[push], self.pushes[push]):
                yield Found(self.name, f"push {push}: {each.field}", each.theirs, each.ours)


def recorded_cases(names: Sequence[str], form: type[Case] = Case) -> list[Case]:
    """Read all cases of these files, in the order in which they were recorded."""
    files = [(FOLDER / name).read_text(encoding="utf-8") for name in names]
    return [form.of(json.loads(line)) for file in files for line in file.split("\n") if line]


class World:
    """The users of the cases, their tokens, and their clients, whose pushes go to the case that caused them."""

    connected: Sequence[tuple[str, int]] = (("ua", 7), ("ua", 5), ("ub", 7))

    def __init__(self, rest: Rest, gateway_url: str) -> None:
        self._rest = rest
        self._gateway_url = gateway_url
        self._tokens: dict[str, str] = {}
        self._clients: dict[str, GatewayClient] = {}
        self._cases: dict[str, Case] = {}
        self._came = asyncio.Condition()
        self._kept: dict[str, Any] = {}
        self._hopeless = False

    @asynccontextmanager
    async def populated(self) -> AsyncIterator[Self]:
        """Register the users, and have the clients of some connected."""
        profiles = [{"userID": user, "nickname": f"N{user}", "faceURL": f"http://face/{user}"} for user in _USERS]
        await self._rest.data("/user/user_register", {"users": profiles})
        self._tokens["admin"] = await self._rest.token(ADMIN)
        others = [(user, 7) for user in _USERS if user not in dict(self.connected)]
        async with AsyncExitStack() as connected, asyncio.TaskGroup() as readers:
            for user, platform in (*self.connected, *others):
                asked = {"userID": user, "platformID": platform}
                name = f"{user}/{platform}"
                self._tokens[name] = (await self._rest.data("/auth/get_user_token", asked))["token"]
                if (user, platform) in self.connected:
                    client = GatewayClient(self._gateway_url, user, self._tokens[name], platform)
                    self._clients[name] = await connected.enter_async_context(client)
            reading = [readers.create_task(self._read(name, client)) for name, client in self._clients.items()]
            yield self
            for task in reading:
                task.cancel()

    async def prepare(self) -> None:
        """Make what the recorded users had before the first case."""

    async def replay(self, case: Case, expects: Callable[[Found], bool]) -> None:
        """Do what a case did. Pushes that are recorded are waited for, unless ``expects`` says of one that does not
        come that this is right; then the clients fetch what they were told of, as OpenIM's do."""
        operation_id = f"case-{len(self._cases)}"
        self._cases[operation_id] = case
        case.answer = await self.ask(case, operation_id)
        await self._pushed(case, expects)
        await self.fetch({push.split(" ")[0] for push in case.pushes})

    async def fetch(self, names: Collection[str]) -> None:
        """Have clients fetch what they are told of."""
        for client in sorted(self._clients.keys() & names):
            for path in _FETCHES:
                await self._rest.post(path, {"userID": client.partition("/")[0]}, token=self._tokens[client])

    async def ask(self, case: Case, operation_id: str) -> dict[str, Any]:
        """Send the request of a case, and return its answer in form."""
        token = ""
        if case.caller != _NOBODY:
            token = self._tokens.get(case.caller) or self._tokens[f"{case.caller}/7"]
        # Without blanks: what is stored is what was sent.
        body = json.dumps(self._body(case), separators=(",", ":"))
        if isinstance(case.body, dict) and case.body.keys() == {"raw"}:
            body = case.body["raw"]
        answer = await self._rest.raw(case.path, body.encode(), token=token, headers={"operationID": operation_id})
        raw = self.named(_json(answer), case)
        if case.name in _KEEPS and "data" in raw:
            self._kept = {f"{_KEPT}{name}>": raw["data"][name] for name in ("versionID", "version")}
        content = normalized(raw, {token: name for name, token in self._tokens.items()})
        if case.everybody:
            content = without_users(content)
        content.pop("errDlt", None)  # for people, and our own
        if not case.has_data:
            content.pop("data", None)
        return {"status": answer.status_code, **content}

    def named(self, value: Any, case: Case | None = None) -> Any:
        """Return JSON with ids that the server made replaced by their names. ``case`` is the one whose answer it is."""
        return value

    async def write(self, sender: str, receiver: str, *texts: str) -> None:
        """Send messages, which the recorded users had before the first case."""
        for text in texts:
            message = {"sendID": sender, "recvID": receiver, "senderPlatformID": 7, "sessionType": 1}
            message |= {"contentType": 101, "content": {"content": text}}
            await self._rest.data("/msg/send_msg", json.dumps(message, separators=(",", ":")).encode())

    async def settle(self) -> None:
        """Return when every push has come that was under way."""
        for client in self._clients.values():
            await client.request(Identifier.GET_MAX_SEQ, GetMaxSeqReq(userID=client.user).SerializeToString())
        async with self._came:
            await self._came.wait_for(lambda: not any(client.pushes.qsize() for client in self._clients.values()))

    async def _pushed(self, case: Case, expects: Callable[[Found], bool]) -> None:
        def all_came() -> bool:
            return all(expects(each) for each in case.missing())

        if self._hopeless or all_came():
            return
        try:
            async with asyncio.timeout(_TIMEOUT), self._came:
                await self._came.wait_for(all_came)
        except TimeoutError:
            self._hopeless = True  # one that is missing is enough to fail, and there may be hundreds

    async def _read(self, name: str, client: GatewayClient) -> None:
        while True:
            frame = await client.pushes.get()
            async with self._came:
                self._note(name, frame)
                self._came.notify_all()

    def _note(self, client: str, frame: Reply) -> None:
        case = self._cases.get(frame.operation_id)
        if case is None or frame.identifier != Identifier.PUSH:
            return
        pushed = PushMessages.FromString(frame.data)
        for conversations in (pushed.msgs, pushed.notificationMsgs):
            for conversation, page in conversations.items():
                for message in page.Msgs:
                    content = {**MessageToDict(message), **_plain(message), "content": message.content.decode()}
                    case.pushes[f"{client} {conversation} {message.contentType}"] = normalized_message(content, {})

    def _body(self, case: Case) -> Any:
        return self._filled(case.body)

    def _filled(self, body: Any) -> Any:
        """Put what is of this run into a body."""
        if isinstance(body, dict):
            return {name: self._filled(member) for name, member in body.items()}
        if isinstance(body, list):
            return [self._filled(one) for one in body]
        if isinstance(body, str) and body.startswith("<token of "):
            return self._tokens[body.removeprefix("<token of ").removesuffix(">")]
        return self._kept[body] if isinstance(body, str) and body in self._kept else body


def _json(answer: httpx.Response) -> dict[str, Any]:
    """Return the envelope, or the text of an answer that has none."""
    try:
        envelope: dict[str, Any] = answer.json()
    except ValueError:
        return {"text": answer.text}
    return envelope


def _plain(message: Any) -> dict[str, int]:
    """Return the integers of a message as such: the protobuf library's JSON has texts for those of 64 bits."""
    return {each.name: value for each, value in message.ListFields() if isinstance(value, int)}
