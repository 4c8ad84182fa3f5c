"""Users who act on groups and write in them without pause, and whether all of it is there, once, in its place."""

import asyncio
import itertools
import random
import sqlite3
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from typing import Any, Final

import asyncpg
import httpx

from amity.wire.events.group_members import AfterKickGroup, AfterQuitGroup
from amity.wire.events.messages import AfterSendGroupMsg
from tests.support.business_server import ReceivedRequest
from tests.support.group_history import History, Impossible, history_of
from tests.support.rest import Rest

REFUSALS: Final = frozenset((1001, 1002, 1004, 1101, 1203, 1204, 1206, 1402, 1403))
"""What an action is answered that cannot be done any more when its turn comes."""
_DATABASE: Final = 90002
_MESSAGES: Final = """
    select g.group_id, m.seq, m.body from messages as m
    join timelines as t on t.timeline = m.timeline and t.form = 3
    join chat_groups as g on g.group_seq = t.first_seq order by g.group_id, m.seq
"""
_MEMBERS: Final = """
    select g.group_id, u.user_id, m.deleted, g.member_count, g.member_version, m.version
    from group_members as m join chat_groups as g on g.group_seq = m.group_seq
    join users as u on u.user_seq = m.user_seq
"""
_ROWS: Final = """
    select g.group_id, u.user_id, c.deleted, c.max_seq from conversations as c
    join timelines as t on t.timeline = c.timeline and t.form = 3
    join chat_groups as g on g.group_seq = t.first_seq join users as u on u.user_seq = c.owner_seq
"""


@dataclass
class Done:
    """What was answered with success: messages by group, with how often each action was done."""

    messages: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    actions: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    broken_off: int = 0
    surprises: list[str] = field(default_factory=list)

    @property
    def count(self) -> int:
        """How much was done."""
        return sum(self.actions.values())


class Crowd:
    """Users, each with one action under way. ``pause`` and ``resume`` say whether the server is there."""

    def __init__(self, rest: Rest, users: Sequence[str], groups: Sequence[str], chance: random.Random) -> None:
        self.done = Done()
        self._rest = rest
        self._users = users
        self._groups = groups
        self._chance = chance
        self._there = asyncio.Event()
        self._there.set()
        self._ended = False
        self._news = asyncio.Event()
        self._numbers = itertools.count()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Act inside; at the end each user repeats its last message until it is answered."""
        acting = [asyncio.create_task(self._act_all(user)) for user in self._users]
        try:
            yield
        finally:
            self._ended = True
            self._there.set()
            await asyncio.gather(*acting)

    def pause(self) -> None:
        self._there.clear()

    def resume(self) -> None:
        self._there.set()

    async def answered(self, more: int, within: float = 60.0) -> None:
        """Return when that many more actions were done."""
        wanted = self.done.count + more
        async with asyncio.timeout(within):
            while self.done.count < wanted:
                self._news.clear()
                await self._news.wait()

    async def _act_all(self, user: str) -> None:
        while not self._ended:
            await self._act(user)

    async def _act(self, user: str) -> None:
        group = self._chance.choice(self._groups)
        other = self._chance.choice([each for each in self._users if each != user])
        actions: list[Callable[[], Awaitable[None]]] = [
            lambda: self._once("invite_user_to_group", user, groupID=group, invitedUserIDs=[other]),
            lambda: self._once("quit_group", user, groupID=group),
            lambda: self._once("kick_group", user, groupID=group, kickedUserIDs=[other]),
            lambda: self._once("join_group", user, groupID=group, joinSource=3, inviterUserID=user),
            lambda: self._once("set_group_info_ex", user, groupID=group, groupName=f"{user} {time.time()}"),
            *[lambda: self._write(group, user)] * 5,
        ]
        await self._chance.choice(actions)()

    async def _once(self, action: str, user: str, **body: Any) -> None:
        """Do something once, as users do whose app shows that it has failed."""
        await self._there.wait()
        answer = await self._post(f"/group/{action}", body, user)
        if answer is None:
            return
        code = answer["errCode"]
        if code not in {0, _DATABASE, *REFUSALS}:
            self.done.surprises.append(f"{action} {body}: {answer}")
        self._note(action, code)

    async def _write(self, group: str, user: str) -> None:
        """Send a message, and again until it is answered, as clients do."""
        name = f"m{next(self._numbers)}"
        body = {"sendID": user, "groupID": group, "content": {"content": name}, "contentType": 101, "sessionType": 3}
        while True:
            await self._there.wait()
            answer = await self._post("/msg/send_msg", body, "imAdmin", {"Idempotency-Key": name})
            code = None if answer is None else answer["errCode"]
            if code == 0:
                self.done.messages[group].add(answer["data"]["clientMsgID"] if answer else "")
            elif code not in {None, _DATABASE, *REFUSALS}:
                self.done.surprises.append(f"{body}: {answer}")
            if code not in {None, _DATABASE}:
                self._note("send_msg", code)
                return

    async def _post(
        self, path: str, body: Any, user: str, headers: dict[str, str] | None = None
    ) -> dict[str, Any] | None:
        try:
            return await self._rest.post(path, body, user=user, headers=headers)
        except httpx.TransportError:
            self.done.broken_off += 1
            await asyncio.sleep(0.01)  # the server is being stopped or started
            return None

    def _note(self, action: str, code: int | None) -> None:
        self.done.actions[action] += code == 0
        self._news.set()


async def fetched(url: str, *statements: str) -> list[list[Sequence[Any]]]:
    """Return the rows of statements, read past the server."""
    if url.startswith("sqlite:///"):
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection:
            return [connection.execute(each).fetchall() for each in statements]
    server = await asyncpg.connect(url)
    try:
        return [[tuple(row) for row in await server.fetch(each)] for each in statements]
    finally:
        await server.close()


async def problems(url: str, done: Done, promoted: set[str]) -> tuple[list[str], dict[str, History]]:
    """Return everything that is not as it should be, and what the messages of each group tell. ``promoted`` are
    administrators of all groups from the beginning."""
    messages, members, rows = await fetched(url, _MESSAGES, _MEMBERS, _ROWS)
    found = list(done.surprises)
    by_group: dict[str, list[tuple[int, bytes]]] = defaultdict(list)
    for group, seq, body in messages:
        by_group[group].append((seq, bytes(body)))
    histories: dict[str, History] = {}
    for group, told in by_group.items():
        try:
            histories[group] = history_of(told, set(promoted))
        except Impossible as impossible:
            found.append(f"{group}: {impossible}")
    for group, history in histories.items():
        if lost := done.messages[group] - history.texts.keys():
            found.append(f"{group}: answered, and not there: {sorted(lost)[:10]}")
        own = [row for row in members if row[0] == group]
        there = {row[1] for row in own if not row[2]}
        if there != history.members.keys():
            found.append(f"{group}: has {sorted(there)}, and should have {sorted(history.members)}")
        if {row[3] for row in own} != {len(there)}:
            found.append(f"{group}: counts other members than the {len(there)} that it has")
        if max(row[5] for row in own) > own[0][4]:
            found.append(f"{group}: a member has a version above the list's")
        bounds = {row[1]: row[3] for row in rows if row[0] == group and not row[2]}
        expected = dict.fromkeys(history.members, 0) | history.left
        if bounds != expected:
            found.append(f"{group}: conversations end at {bounds}, and should at {expected}")
    return found, histories


def told_problems(requests: Sequence[ReceivedRequest], histories: dict[str, History]) -> list[str]:
    """Return everything that is not as it should be in what the business server was told: each message that is there,
    with its number, in the order of numbers, and each user who has left. An event may have come more than once."""
    told: dict[str, list[int]] = defaultdict(list)
    went: dict[str, int] = defaultdict(int)
    seen = set()
    for request in requests:
        if "Before" in request.path or request.headers["webhook-id"] in seen:
            continue
        seen.add(request.headers["webhook-id"])
        event = request.json
        if request.path.endswith(AfterSendGroupMsg.command):
            told[event["groupID"]].append(event["seq"])
        elif request.path.endswith(AfterQuitGroup.command):
            went[event["groupID"]] += 1
        elif request.path.endswith(AfterKickGroup.command):
            went[event["groupID"]] += len(event["kickedUserIDs"])
    found = []
    for group, history in histories.items():
        if told[group] != sorted(history.texts.values()):
            found.append(f"{group}: told of other messages than there are, or in another order")
        if went[group] != history.departures:
            found.append(f"{group}: told of {went[group]} who left, and {history.departures} did")
    return found
