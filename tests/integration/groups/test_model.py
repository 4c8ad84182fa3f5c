"""Random actions on groups by users at once, and messages between them, against a model.

The messages of a group tell what was done, in the order of commits: the model follows them, and refuses what cannot
have been. What servers and clients have afterwards is what follows from it.
"""

import asyncio
import contextlib
import json
import os
import random
from collections import defaultdict
from collections.abc import Awaitable, Callable
from typing import Any, Final

import pytest

from amity.storage import open_database
from amity.wire.frames import Identifier
from amity.wire.proto.sdkws_pb2 import GetMaxSeqReq, PushMessages
from tests.support.gateway_client import GatewayClient
from tests.support.group_history import History, history_of
from tests.support.rest import Rest

USERS: Final = tuple(f"u{number}" for number in range(1, 6))
GROUPS: Final = ("g1", "g2", "g3")
ROUNDS: Final = 40
MOST_AT_ONCE: Final = 8
SEEDS = [int(os.environ["AMITY_SEED"])] if "AMITY_SEED" in os.environ else range(1, 4)
DIFFERENT: Final = 9
"""Kinds of actions that are done at least."""
EXPECTED: Final = frozenset((1001, 1002, 1004, 1101, 1203, 1204, 1206, 1402, 1403))
"""What an action is answered that cannot be done any more when its turn comes."""


class Replica:
    """A client's copy of the lists of members, kept by notifications as OpenIM's Go core keeps it."""

    def __init__(self) -> None:
        self.members: dict[str, dict[str, int]] = {}
        self.versions: dict[str, int] = {}
        self.seqs: dict[str, list[int]] = defaultdict(list)
        self.asked = 0

    def take(self, frame: bytes, user: str, ask: "Ask") -> None:
        """Take a push. ``ask`` fetches the list of a group that the client does not know."""
        pushed = PushMessages.FromString(frame)
        for conversation, pull in pushed.msgs.items():
            if conversation.startswith("sg_"):
                self.seqs[conversation.removeprefix("sg_")] += [message.seq for message in pull.Msgs]
        for pull in pushed.notificationMsgs.values():
            for message in pull.Msgs:
                if 1501 <= message.contentType <= 1520:
                    self._tell(message.contentType, json.loads(json.loads(message.content)["detail"]), user, ask)

    def _tell(self, kind: int, detail: dict[str, Any], user: str, ask: "Ask") -> None:
        group = detail["group"]["groupID"]
        if kind == 1511:
            self.members.pop(group, None)
            return
        if kind in {1504, 1508} and user in _named(detail, "quitUser", "kickedUserList"):
            self.members.pop(group, None)
            return
        if kind in {1503, 1505, 1506}:
            return
        version = detail["groupMemberVersion"]
        if group not in self.members:
            ask.group(group)
            return
        if version <= self.versions[group]:
            return
        if version > self.versions[group] + 1:
            self.asked += 1
            ask.group(group)
            return
        self.versions[group] = version
        there = self.members[group]
        for name in ("quitUser", "kickedUserList"):
            for gone in _named(detail, name):
                there.pop(gone, None)
        for name in ("invitedUserList", "entrantUser", "changedUser", "newGroupOwner", "oldGroupOwnerInfo"):
            there |= _roles(detail, name)


class Ask:
    """Notes which lists a client is to fetch."""

    def __init__(self) -> None:
        self.groups: set[str] = set()

    def group(self, group: str) -> None:
        self.groups.add(group)


def _entries(detail: dict[str, Any], name: str) -> list[dict[str, Any]]:
    value = detail.get(name) or []
    return value if isinstance(value, list) else [value]


def _named(detail: dict[str, Any], *names: str) -> list[str]:
    return [each["userID"] for name in names for each in _entries(detail, name)]


def _roles(detail: dict[str, Any], name: str) -> dict[str, int]:
    return {each["userID"]: each["roleLevel"] for each in _entries(detail, name)}


class World:
    """Users and their groups. ``sent`` are the messages that were answered with success, by group."""

    def __init__(self, rest: Rest, seed: int) -> None:
        self.rest = rest
        self.chance = random.Random(seed)
        self.sent: dict[str, set[str]] = defaultdict(set)
        self.refused: set[str] = set()
        self.promoted: dict[str, set[str]] = defaultdict(set)
        self.done: dict[str, int] = defaultdict(int)
        self.replicas = {user: Replica() for user in USERS}
        self._count = 0

    async def call(self, path: str, body: dict[str, Any], user: str) -> bool:
        """Do something; return whether it could be done."""
        answer = await self.rest.post(f"/group/{path}", body, user=user)
        assert answer["errCode"] in {0, *EXPECTED}, (path, body, answer)
        self.done[path] += answer["errCode"] == 0
        return bool(answer["errCode"] == 0)

    async def act(self) -> None:
        """Do one thing that a user might do."""
        group, user = self.chance.choice(GROUPS), self.chance.choice(USERS)
        others = self.chance.sample(USERS, 2)
        # Mostly somebody who may: else little would change.
        manager = user if self.chance.random() < 0.3 else await self.owner(group)
        actions: list[Callable[[], Awaitable[object]]] = [
            lambda: self.call("invite_user_to_group", {"groupID": group, "invitedUserIDs": others}, user),
            lambda: self.call("quit_group", {"groupID": group}, user),
            lambda: self.call("kick_group", {"groupID": group, "kickedUserIDs": others[:1]}, manager),
            lambda: self.call("join_group", {"groupID": group, "joinSource": 3, "inviterUserID": user}, user),
            lambda: self._answer(group, manager),
            lambda: self.call(
                "mute_group_member", {"groupID": group, "userID": others[0], "mutedSeconds": 3600}, manager
            ),
            lambda: self.call("cancel_mute_group_member", {"groupID": group, "userID": others[0]}, manager),
            lambda: self.call(self.chance.choice(("mute_group", "cancel_mute_group")), {"groupID": group}, manager),
            lambda: self.call("set_group_info_ex", {"groupID": group, "groupName": f"{group} {self._count}"}, manager),
            lambda: self._transfer(group, others[0]),
            lambda: self._set_member(group, manager, others[0]),
            *[lambda: self._send(group, user)] * 6,
        ]
        await self.chance.choice(actions)()

    async def _send(self, group: str, user: str) -> None:
        self._count += 1
        name = f"m{self._count}"
        answer = await self.rest.post(
            "/msg/send_msg",
            {
                "sendID": user,
                "groupID": group,
                "content": {"content": name},
                "contentType": 101,
                "sessionType": 3,
                "clientMsgID": name,
            },
        )
        assert answer["errCode"] in {0, *EXPECTED}, answer
        if answer["errCode"]:
            self.refused.add(name)
        else:
            self.sent[group].add(answer["data"]["clientMsgID"])

    async def _answer(self, group: str, user: str) -> None:
        body: dict[str, Any] = {"fromUserID": "imAdmin", "groupIDs": [group], "handleResults": [0]}
        body |= {"pagination": {"pageNumber": 1, "showNumber": 10}}
        waiting = (await self.rest.data("/group/get_recv_group_applicationList", body))["groupRequests"]
        if waiting:
            applicant = self.chance.choice(waiting)["userInfo"]["userID"]
            answer = {"groupID": group, "fromUserID": applicant, "handleResult": self.chance.choice((1, -1))}
            await self.call("group_application_response", answer, user)

    async def _transfer(self, group: str, to: str) -> None:
        owner = await self.owner(group)
        await self.call("transfer_group", {"groupID": group, "oldOwnerUserID": owner, "newOwnerUserID": to}, owner)

    async def _set_member(self, group: str, user: str, other: str) -> None:
        role = self.chance.choice((20, 60, None))
        entry: dict[str, Any] = {"groupID": group, "userID": other}
        entry |= {"nickname": f"n{self._count}"} if role is None else {"roleLevel": role}
        if role == 60:
            self.promoted[group].add(other)
        await self.call("set_group_member_info", {"members": [entry]}, user)

    async def owner(self, group: str) -> str:
        """Return who owns a group."""
        (info,) = (await self.rest.data("/group/get_groups_info", {"groupIDs": [group]}))["groupInfos"]
        return str(info["ownerUserID"])

    async def sync(self, clients: dict[str, GatewayClient]) -> None:
        """Let all clients take what was pushed to them, and fetch what that tells them to."""
        for user, client in clients.items():
            # What was pushed before comes before the answer.
            await client.request(Identifier.GET_MAX_SEQ, GetMaxSeqReq(userID=user).SerializeToString())
            ask, replica = Ask(), self.replicas[user]
            while not client.pushes.empty():
                replica.take(client.pushes.get_nowait().data, user, ask)
            for group in ask.groups:
                await self._fetch(replica, group, user)

    async def _fetch(self, replica: Replica, group: str, user: str) -> None:
        answer = await self.rest.post(
            "/group/get_full_group_member_user_ids", {"groupID": group, "idHash": 0}, user=user
        )
        if answer["errCode"]:
            replica.members.pop(group, None)
            return
        replica.versions[group] = answer["data"]["version"]
        replica.members[group] = await self.roles(group, user)

    async def roles(self, group: str, user: str) -> dict[str, int]:
        page = {"pageNumber": 1, "showNumber": 100}
        found = await self.rest.data("/group/get_group_member_list", {"groupID": group, "pagination": page}, user=user)
        return {member["userID"]: member["roleLevel"] for member in found["members"]}


@pytest.fixture
async def world_of(start_server):
    async def make(seed: int) -> tuple[World, dict[str, GatewayClient], contextlib.AsyncExitStack]:
        rest = await start_server()
        await rest.register(*USERS)
        world, stack = World(rest, seed), contextlib.AsyncExitStack()
        clients = {
            user: await stack.enter_async_context(
                GatewayClient(start_server.gateway_url, user, await rest.token(user), 7)
            )
            for user in USERS
        }
        return world, clients, stack

    return make


async def _play(world: World, clients: dict[str, GatewayClient]) -> None:
    for number, group in enumerate(GROUPS):
        body = {
            "ownerUserID": USERS[number],
            "memberUserIDs": [USERS[3]],
            "adminUserIDs": [USERS[4]],
            "groupInfo": {"groupID": group, "groupName": group, "groupType": 2, "needVerification": number},
        }
        await world.rest.data("/group/create_group", body, user=USERS[number])
        world.promoted[group].add(USERS[4])
    await world.sync(clients)
    for _ in range(ROUNDS):
        await asyncio.gather(*(world.act() for _ in range(world.chance.randint(1, MOST_AT_ONCE))))
        await world.sync(clients)
    await world.call("dismiss_group", {"groupID": GROUPS[2], "deleteMember": False}, await world.owner(GROUPS[2]))
    await world.sync(clients)


async def _histories(database_url: str, world: World) -> dict[str, History]:
    """Return what the messages of each group tell, as they are stored."""
    database = await open_database(database_url)
    try:
        found = {}
        for group in GROUPS:
            rows = await database.fetch_long(
                "select m.seq, m.body from messages as m join timelines as t on t.timeline = m.timeline and t.form = 3"
                " join chat_groups as g on g.group_seq = t.first_seq where g.group_id = $1 order by m.seq",
                group,
            )
            found[group] = history_of([(row[0], bytes(row[1])) for row in rows], world.promoted[group])
        return found
    finally:
        await database.close()


async def _lists(world: World) -> dict[str, tuple[int, dict[str, int]]]:
    """Return the version and the members of each group that is not dismissed."""
    found = {}
    for group in GROUPS[:2]:
        ids = await world.rest.data("/group/get_full_group_member_user_ids", {"groupID": group, "idHash": 0})
        found[group] = (ids["version"], await world.roles(group, "imAdmin"))
    return found


async def _read(world: World, user: str) -> dict[str, tuple[int, int]]:
    """Return the last number of each conversation of a user, and how far it is read."""
    body = {"userID": user, "conversationIDs": []}
    seqs = (await world.rest.data("/msg/get_conversations_has_read_and_max_seq", body))["seqs"]
    return {name: (each["maxSeq"], each["hasReadSeq"]) for name, each in seqs.items()}


async def _pulled(world: World, user: str, group: str, newest: int) -> list[int]:
    """Return the numbers of the messages that a user can pull."""
    ranges = [{"conversationID": f"sg_{group}", "begin": 1, "end": newest + 10, "num": 1000}]
    answer = await world.rest.data("/msg/pull_msg_by_seq", {"userID": user, "seqRanges": ranges}, user=user)
    return [message["seq"] for message in answer["msgs"].get(f"sg_{group}", {"Msgs": []})["Msgs"] or []]


@pytest.mark.parametrize("seed", SEEDS)
async def test_whatever_users_do_at_once_all_of_them_see_what_can_have_been(world_of, start_server, database_url, seed):
    world, clients, stack = await world_of(seed)
    async with stack:
        await _play(world, clients)
        lists = await _lists(world)
        reached = {user: await _read(world, user) for user in USERS}
        joined = {
            user: set((await world.rest.data("/group/get_full_join_group_ids", {"userID": user}))["groupIDs"])
            for user in USERS
        }
        pulled = {(user, group): await _pulled(world, user, group, 1000) for user in USERS for group in GROUPS}
    await start_server.stop()
    histories = await _histories(database_url, world)
    for group, history in histories.items():
        assert history.texts.keys() == world.sent[group], "what was answered, and nothing else, is there"
        assert not world.refused & history.texts.keys()
        for user in USERS:
            assert (group in joined[user]) == (user in history.members), (group, user)
            window = history.window(user)
            expected = [] if window is None else list(range(window[0], window[1] + 1))
            assert pulled[user, group] == expected, (group, user)
            if window is not None:
                assert reached[user][f"sg_{group}"][0] == window[1], (group, user)
        for user, replica in world.replicas.items():
            assert replica.seqs[group] == sorted(set(replica.seqs[group])), f"{user} was pushed {group} out of order"
    assert histories[GROUPS[2]].is_dismissed
    for group, (version, members) in lists.items():
        assert members.keys() == histories[group].members.keys(), group
        for user in members:
            replica = world.replicas[user]
            assert (replica.versions[group], replica.members[group]) == (version, members), (group, user)
    assert sum(replica.asked for replica in world.replicas.values()) == 0, "a notification was missing, or out of order"
    assert all(world.sent[group] for group in GROUPS), "nobody wrote"
    assert sum(count > 0 for count in world.done.values()) >= DIFFERENT, f"little was done: {world.done}"
