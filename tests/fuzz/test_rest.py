"""The REST API with people who have to do with each other: whatever is sent, it answers as its document says."""

import json
import re
from contextlib import AsyncExitStack
from typing import Any

import pytest

from tests.fuzz.fuzzing import Fault, Fuzz
from tests.fuzz.http_client import Wire
from tests.fuzz.mutation import PIECES, mutated
from tests.fuzz.rest_shapes import Members, Shapes, written
from tests.fuzz.rest_world import ACTORS, World
from tests.fuzz.schema import Schema
from tests.fuzz.watched import MOST_SECONDS, WatchedServer
from tests.support.processes import free_port
from tests.support.rest import ADMIN, SECRET

OWNERS = ("ownerUserID", "userID", "fromUserID", "toUserID", "userID1")
OURS = frozenset((500, 90002, 90004, 90007))
TRIES = 4000
"""Pairs of bodies that are made until every operation was a success."""
MOST_ANSWER = 4 * 1024 * 1024
ERASING = "/user/erase_user"


class Rest:
    """Sends inputs, each a line of JSON (path, caller, headers) and a body, and judges what comes back."""

    def __init__(self, server: WatchedServer, fuzz: Fuzz) -> None:
        self.world = World(server.api_port, fuzz.chance)
        self.succeeded: set[str] = set()
        self._server = server
        self._chance = fuzz.chance
        self._slow: dict[str, int] = {}
        answer = json.loads(self._get("/openapi.json"))
        self.shapes = Shapes(answer, self.world, fuzz.chance)
        self._schema = Schema(answer)

    def _get(self, path: str) -> bytes:
        wire = Wire(self._server.api_port)
        wire.send(f"GET {path} HTTP/1.1\r\nHost: amity\r\nConnection: close\r\n\r\n".encode())
        body = wire.answer("GET").body
        wire.close()
        return body

    def metric(self, name: str) -> float:
        """Return a value of /metrics, 0 where there is none."""
        found = re.search(rf"^{re.escape(name)} (\S+)$", self._get("/metrics").decode(), re.MULTILINE)
        return float(found[1]) if found else 0.0

    def make(self, path: str = "", oddness: float | None = None) -> bytes:
        """Return an input, to an operation by chance unless it is named."""
        chance = self._chance
        path = path or chance.choice(self.shapes.paths)
        if oddness is None:
            oddness = chance.choice((0.0, 0.03, 0.03, 0.1, 0.3))
        body = self.shapes.body(path, oddness)
        if path == ERASING and not oddness and isinstance(body, Members):
            body = Members([*[member for member in body if member[0] != "dryRun"], ("dryRun", True)])
        raw = written(body)
        headers: dict[str, str] = {}
        if oddness:
            if chance.random() < 0.08:
                raw = mutated(chance, raw)
            if chance.random() < 0.05:
                headers["operationID"] = chance.choice(("x" * 256, "x" * 257, "\u00e9", "{}", "a b", "%s%n", "\x7f"))
            if chance.random() < 0.05:
                headers["Idempotency-Key"] = chance.choice(("k", f"k{chance.randrange(99)}", "x" * 255, "x" * 256))
            if chance.random() < 0.03:
                headers["Content-Type"] = chance.choice(("text/plain", "application/x-protobuf", ";;", "a" * 300))
        if path.startswith("/jssdk/") and chance.random() < 0.5:
            # The bytes of a message: field 1 is the owner, field 2 a count or an id.
            owner = str(self.world.user()).encode()[:100]
            raw = b"\x0a" + bytes([len(owner)]) + owner + chance.choice((b"", b"\x10\x05", b"\x12\x04si_a"))
            raw = mutated(chance, raw, [], PIECES) if oddness else raw
            headers["Content-Type"] = "application/x-protobuf"
        if path == ERASING and oddness:
            # Who is erased never logs in again, and those who act are needed to the end.
            for actor in ACTORS:
                raw = raw.replace(actor.encode(), b"somebody")
        head = {"path": path, "caller": self._caller(body), "headers": headers}
        return json.dumps(head).encode() + b"\n" + raw

    def _caller(self, body: Any) -> str:
        chance = self._chance
        kind = chance.random()
        if kind < 0.55 and isinstance(body, Members):
            members = body.get("userInfo") if isinstance(body.get("userInfo"), Members) else body
            named = [owner for name in OWNERS if (owner := members.get(name)) in ACTORS]
            if named:
                return str(chance.choice(named))
        if kind < 0.9:
            return ADMIN
        return chance.choice((*ACTORS, "", "garbage"))

    def check(self, data: bytes) -> None:
        """Send an input, and raise ``Fault`` for what should not come of it."""
        line, _, raw = data.partition(b"\n")
        head = json.loads(line)
        path, caller = head["path"], head["caller"]
        headers: dict[str, str | bytes] = {"operationID": "fuzz", "Content-Type": "application/json"}
        if caller:
            headers["token"] = "a.b.c" if caller == "garbage" else self.world.token(caller)
        headers |= head["headers"]
        before = self._server.computed()
        answer = self.world.ask(path, raw, headers)
        took = self._server.computed() - before
        self._server.require_healthy()
        if took > MOST_SECONDS:
            self._slow[path] = self._slow.get(path, 0) + 1
            again = self._server.computed()
            self.world.ask(path, raw, headers)
            if self._server.computed() - again > MOST_SECONDS or self._slow[path] > 1:
                raise Fault(f"{path}: {took:.2f} s of processor time for {len(raw)} bytes")
        if answer.status == 400 and b"control character" in answer.body:
            return  # of a header
        if answer.status != 200:
            raise Fault(f"{path}: status {answer.status}: {answer.body[:300]!r}")
        self._judge(path, caller, answer.body)

    def _judge(self, path: str, caller: str, body: bytes) -> None:
        if len(body) > MOST_ANSWER:
            raise Fault(f"{path}: an answer of {len(body)} bytes")
        envelope = json.loads(body)
        code = envelope["errCode"]
        if code in OURS:
            raise Fault(f"{path}: {body[:500]!r}")
        if code:
            if set(envelope) != {"errCode", "errMsg", "errDlt"} or len(envelope["errDlt"]) > 4200:
                raise Fault(f"{path}: an error of {len(envelope['errDlt'])} characters: {body[:500]!r}")
            if 1501 <= code <= 1507:
                self.world.forget(caller)
            return
        self.succeeded.add(path)
        # In answer to protobuf the data is protobuf as well, in base64.
        if not isinstance(envelope.get("data"), str) and (problem := self._schema.problem_of_answer(path, envelope)):
            raise Fault(f"{path}: the answer is not as the document says: {problem}: {body[:500]!r}")
        self.world.heard(envelope)

    def reach_all(self) -> None:
        """Raise ``Fault`` where an operation is never a success."""
        missing: list[str] = []
        for _ in range(TRIES):
            missing = [path for path in self.shapes.paths if path not in self.succeeded]
            if not missing:
                break
            # Those that are reached go on being asked: what one needs, another may have made or taken away.
            for path in (self._chance.choice(missing), self._chance.choice(self.shapes.paths)):
                self.check(self.make(path, 0.0))
        else:
            raise Fault(f"never a success: {missing}")

    def agree(self) -> None:
        """Raise ``Fault`` where what is left is not the same however it is asked for."""
        for user in ACTORS:
            ids = sorted(self.world.call("/friend/get_friend_id", {"userID": user})["friendIDs"])
            full = sorted(self.world.call("/friend/get_full_friend_user_ids", {"userID": user, "idHash": 0})["userIDs"])
            page = {"userID": user, "pagination": {"pageNumber": 1, "showNumber": 1000}}
            pages = self.world.call("/friend/get_friend_list", page)
            listed = sorted(each["friendUser"]["userID"] for each in pages["friendsInfo"])
            if not ids == full == listed or pages["total"] != len(ids):
                raise Fault(f"{user} has the friends {ids}, {full} and {listed}")
            for other in ids[:3]:
                asked = {"userID1": user, "userID2": other}
                if not self.world.call("/friend/is_friend", asked)["inUser1Friends"]:
                    raise Fault(f"{other} is on the list of {user}, and no friend")


@pytest.mark.share(8)
async def test_requests_of_every_shape_are_answered_as_the_document_says(fuzz: Fuzz, tmp_path):
    settings = {
        "secret": SECRET,
        "admins": [ADMIN],
        "database": f"sqlite:///{tmp_path}/amity.db",
        "clientImport": "open",
        "limits": {
            "applicationsPerDay": 0,
            "clientImportsPerHour": 0,
            "idempotencyKeysPerHour": 0,
            "groupChangesPerMinute": 0,
        },
        # Nobody is there: what is told becomes a dead letter, to be shown, replayed and discarded.
        "callbacks": {
            "url": f"http://127.0.0.1:{free_port()}/x",
            "afterImportFriends": {"enable": True},
            "retries": [0.2, 100],
        },
    }
    async with WatchedServer(tmp_path, settings) as server, AsyncExitStack() as closing:
        rest = Rest(server, fuzz)
        closing.callback(rest.world.close)
        rest.world.seed()
        rest.reach_all()
        server.settled()
        fuzz.try_all(rest.make, rest.check)
        rest.agree()
        assert rest.metric('amity_loop_moves_total{kind="transaction",known="found"}') == 0, server.output()[-3000:]
        assert rest.metric('amity_loop_moves_total{kind="read",known="found"}') == 0, server.output()[-3000:]
        await closing.aclose()
        server.require_small()
