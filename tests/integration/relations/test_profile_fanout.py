"""The fan-out of a changed profile of a user with many friends: in parts, to all lists, also after a stop or a kill."""

import asyncio
from collections import Counter

import pytest

from amity import metrics
from amity.relations.friends.profiles import service as profile_fanout
from amity.relations.friends.profiles.service import ProfileFanout
from amity.storage import open_database
from tests.integration.conftest import StartServer
from tests.support.devices import Devices
from tests.support.rest import Rest

FRIENDS = [f"f{number:02}" for number in range(20)]
FRIEND_INFO_UPDATED = 1209


@pytest.fixture(autouse=True)
def small_parts(monkeypatch):
    """Make four lists the most that a change changes itself, and three a part."""
    monkeypatch.setattr(profile_fanout, "INLINE", 4)
    monkeypatch.setattr(profile_fanout, "PART", 3)


class Gate:
    """Controls when parts of fan-outs are done, for all servers or all but some."""

    def __init__(self):
        self.users = []
        self.blocked = []
        self._passes = asyncio.Semaphore(0)
        self._is_open = True
        self.begun = asyncio.Event()
        self.unblocked = asyncio.Event()

    def close(self):
        self._is_open = False

    def open(self):
        self._is_open = True
        for _ in range(1000):
            self._passes.release()

    def release(self, parts):
        for _ in range(parts):
            self._passes.release()

    async def pass_through(self, fanout, user):
        if fanout in self.blocked:
            await self.unblocked.wait()
        self.users.append(user)
        self.begun.set()
        if not self._is_open:
            await self._passes.acquire()

    async def parts_begun(self, count):
        while len(self.users) < count:
            self.begun.clear()
            await self.begun.wait()


@pytest.fixture
def gate(monkeypatch):
    gate = Gate()
    part, stop = ProfileFanout._do_part, ProfileFanout.stop

    async def gated(self, user):
        await gate.pass_through(self, user)
        await part(self, user)

    async def stopped(self):
        """Stop, with a part under way if the gate is closed."""
        stopping = asyncio.create_task(stop(self))
        await asyncio.sleep(0)
        gate.release(1)
        await stopping

    monkeypatch.setattr(ProfileFanout, "_do_part", gated)
    monkeypatch.setattr(ProfileFanout, "stop", stopped)
    return gate


@pytest.fixture
async def people(gate, start_server):
    """Ann, with twenty friends, and Bob, with the same."""
    rest = await start_server()
    await rest.register("ann", "bob", "late", *FRIENDS)
    for owner in ("ann", "bob"):
        await rest.import_friends(owner, FRIENDS)
    yield rest
    gate.open()


async def sync(rest, user, since=None):
    known = {"versionID": since["versionID"], "version": since["version"]} if since else {"versionID": "", "version": 0}
    return await rest.data("/friend/get_incremental_friends", {"userID": user, **known}, user=user)


async def starts(rest, users=FRIENDS):
    return {user: await sync(rest, user) for user in users}


async def seen(rest, start):
    """Return the changed names on a friend's list, by user, and by how many versions the list has grown."""
    ((user, before),) = start.items()
    after = await sync(rest, user, before)
    names = {each["friendUser"]["userID"]: each["friendUser"]["nickname"] for each in after["update"] or []}
    return names, after["version"] - before["version"]


def rename(rest, user, name):
    body = {"userInfo": {"userID": user, "nickname": name}}
    return asyncio.create_task(rest.post("/user/update_user_info", body, user=user))


async def test_all_friends_see_the_change_when_it_is_answered_and_each_list_gets_one_version(people):
    start = await starts(people)
    assert (await rename(people, "ann", "Anna"))["errCode"] == 0
    for friend in FRIENDS:
        assert await seen(people, {friend: start[friend]}) == ({"ann": "Anna"}, 1)


async def test_a_list_shows_the_change_only_when_its_version_has_grown(people, gate):
    start = await starts(people)
    gate.close()
    change = rename(people, "ann", "Anna")
    gate.release(2)
    await gate.parts_begun(3)
    for number, friend in enumerate(FRIENDS):
        expected = ({"ann": "Anna"}, 1) if number < 6 else ({}, 0)
        assert await seen(people, {friend: start[friend]}) == expected
    assert not change.done()
    gate.open()
    assert (await change)["errCode"] == 0


async def test_friends_who_are_added_or_deleted_during_a_fanout_see_the_change(people, gate):
    start = await starts(people, ["late", FRIENDS[0], FRIENDS[19]])
    gate.close()
    change = rename(people, "ann", "Anna")
    gate.release(2)
    await gate.parts_begun(3)
    await people.import_friends("ann", ["late"])
    for friend in (FRIENDS[0], FRIENDS[19]):
        await people.data("/friend/delete_friend", {"ownerUserID": friend, "friendUserID": "ann"}, user=friend)
    await people.import_friends(FRIENDS[0], ["ann"])
    gate.open()
    await change
    for friend in ("late", FRIENDS[0]):
        page = await people.data(
            "/friend/get_designated_friends", {"ownerUserID": friend, "friendUserIDs": ["ann"]}, user=friend
        )
        assert page["friendsInfo"][0]["friendUser"]["nickname"] == "Anna"
        more = await sync(people, friend, start[friend])
        assert [each["friendUser"]["nickname"] for each in more["insert"]] == ["Anna"]
    assert (await sync(people, FRIENDS[19], start[FRIENDS[19]]))["delete"] == ["ann"]


async def test_a_change_during_a_fanout_adds_one_lap_and_the_earlier_is_answered_first(people, gate):
    start = await starts(people)
    gate.close()
    first = rename(people, "ann", "Anna")
    gate.release(3)
    await gate.parts_begun(4)
    second = rename(people, "ann", "Annabel")
    await wait_for_name(people, "ann", "Annabel")
    done, _ = await asyncio.wait((first, second), timeout=0.2)
    assert not done
    gate.release(4)
    await first
    assert not second.done()
    gate.open()
    await second
    moved: Counter[int] = Counter()
    for friend in FRIENDS:
        names, versions = await seen(people, {friend: start[friend]})
        assert names == {"ann": "Annabel"}
        moved[versions] += 1
    # The first nine lists change before the second change, and again after it; the others once, for both.
    assert moved == {2: 9, 1: 11}


async def wait_for_name(rest, user, name):
    """Wait until a profile has a name."""
    while (await rest.data("/user/get_users_info", {"userIDs": [user]}))["usersInfo"][0]["nickname"] != name:
        pass


async def wait_for_list(rest, start, expected):
    """Poll until a list shows the expected names, because no notification is sent."""
    while await seen(rest, start) != expected:
        pass


async def test_repeated_changes_keep_no_list_from_being_reached(people, gate):
    start = await starts(people)
    gate.close()
    changes = [rename(people, "ann", "Anna 0")]
    for number in range(1, 8):
        await gate.parts_begun(number)
        changes.append(rename(people, "ann", f"Anna {number}"))
        await wait_for_name(people, "ann", f"Anna {number}")
        gate.release(1)
    await gate.parts_begun(8)
    names, _ = await seen(people, {FRIENDS[19]: start[FRIENDS[19]]})
    assert names == {"ann": "Anna 7"}
    gate.open()
    await asyncio.gather(*changes)


async def test_many_changes_at_once_are_all_answered_and_share_their_work(people):
    start = await starts(people)
    await people.token("ann")
    answers = await asyncio.gather(*(rename(people, "ann", f"Anna {number}") for number in range(30)))
    assert [answer["errCode"] for answer in answers] == [0] * 30
    ((profile,),) = (await people.data("/user/get_users_info", {"userIDs": ["ann"]})).values()
    for friend in FRIENDS:
        names, versions = await seen(people, {friend: start[friend]})
        assert names == {"ann": profile["nickname"]}
        assert versions <= 15


async def test_the_fanouts_of_several_users_do_parts_in_turn(people, gate):
    gate.close()
    ann = rename(people, "ann", "Anna")
    await gate.parts_begun(1)
    bob = rename(people, "bob", "Robert")
    await wait_for_name(people, "bob", "Robert")
    gate.open()
    await asyncio.gather(ann, bob)
    first, second = dict.fromkeys(gate.users)
    assert gate.users[:8] in ([first, second] * 4, [first, first, *[second, first] * 3])


async def test_a_caller_that_disconnects_does_not_stop_the_fanout(people, gate):
    start = await starts(people, [FRIENDS[19]])
    gate.close()
    change = rename(people, "ann", "Anna")
    await gate.parts_begun(1)
    change.cancel()
    gate.open()
    await wait_for_list(people, start, ({"ann": "Anna"}, 1))


async def test_the_clients_of_each_part_are_notified_once(people, gate, start_server):
    async with Devices(start_server) as devices:
        first, last, own = [await devices.connect(people, user) for user in (FRIENDS[0], FRIENDS[19], "ann")]
        gate.close()
        change = rename(people, "ann", "Anna")
        gate.release(1)
        await gate.parts_begun(2)
        assert [(each.type, each.detail) for each in await first.received()] == [
            (FRIEND_INFO_UPDATED, {"userID": "ann"})
        ]
        assert await last.received() == await own.received() == []
        gate.open()
        await change
        assert await first.received() == []
        assert [each.type for each in await last.received()] == [FRIEND_INFO_UPDATED]
        assert [each.type for each in await own.received()] == [1303]


async def test_a_restored_profile_reaches_all_lists_and_no_client_is_notified(people, start_server):
    start = await starts(people)
    async with Devices(start_server) as devices:
        device = await devices.connect(people, FRIENDS[19])
        record = {"userID": "ann", "nickname": "Anna", "createTime": 1, "appMangerLevel": 1}
        await people.data("/relation/restore", {"users": [record]})
        for friend in FRIENDS:
            assert await seen(people, {friend: start[friend]}) == ({"ann": "Anna"}, 1)
        assert await device.received() == []


async def test_the_next_start_finishes_a_fanout_that_a_stop_interrupted(people, gate, start_server):
    start = await starts(people)
    gate.close()
    async with Rest(people.url) as caller:
        change = rename(caller, "ann", "Anna")
        gate.release(2)
        await gate.parts_begun(3)
        stopping = asyncio.create_task(start_server.stop())
        assert (await change)["errCode"] == 0
    await stopping
    assert len(gate.users) == 3
    gate.open()
    again = await start_server()
    for friend in FRIENDS:
        await wait_for_list(again, {friend: start[friend]}, ({"ann": "Anna"}, 1))
    assert metrics.registry.get_sample_value("amity_profile_fanouts_pending") is not None


async def test_a_fanout_that_another_process_abandons_is_taken_over_and_its_caller_answered(
    postgres_url, tmp_path, gate, monkeypatch
):
    monkeypatch.setattr(profile_fanout, "_LEASE_MS", 300)
    monkeypatch.setattr(profile_fanout, "_IDLE_POLL_SECONDS", 0.05)
    fanouts = []
    begin = ProfileFanout.start

    def start(self):
        fanouts.append(self)
        begin(self)

    monkeypatch.setattr(ProfileFanout, "start", start)
    servers = StartServer(tmp_path, postgres_url)
    first = await servers()
    await first.register("ann", *FRIENDS)
    await first.import_friends("ann", FRIENDS)
    versions = await starts(first)
    gate.blocked.append(fanouts[0])
    second = await servers()
    change = rename(first, "ann", "Anna")
    for friend in FRIENDS:
        await wait_for_list(second, {friend: versions[friend]}, ({"ann": "Anna"}, 1))
    gate.unblocked.set()
    assert (await change)["errCode"] == 0
    assert [await seen(second, {friend: versions[friend]}) for friend in FRIENDS] == [({"ann": "Anna"}, 1)] * 20
    await servers.stop()


async def test_the_lease_of_a_killed_process_ends_even_if_the_database_s_clock_was_ahead(
    postgres_url, tmp_path, monkeypatch
):
    monkeypatch.setattr(profile_fanout, "_IDLE_POLL_SECONDS", 0.1)
    servers = StartServer(tmp_path, postgres_url)
    server = await servers()
    await server.register("ann", *FRIENDS)
    await server.import_friends("ann", FRIENDS)
    versions = await starts(server)

    async def leave(tx):
        """Store a changed profile and its fan-out as a process that was killed while the clock was an hour ahead."""
        await tx.fetch("update users set nickname = 'Anna' where user_id = 'ann'")
        await tx.fetch(
            "insert into profile_fanouts (user_seq, fanout_id, lap, cursor_seq, goal_lap, goal_seq, holder, until,"
            " operator, operation_id) select user_seq, 'f', 0, 0, 1, 0, 'killed',"
            " (extract(epoch from clock_timestamp()) * 1000)::bigint + 3600000, '', 'op'"
            " from users where user_id = 'ann'"
        )

    database = await open_database(postgres_url)
    try:
        await database.write(leave)
    finally:
        await database.close()
    async with asyncio.timeout(20):
        for friend in FRIENDS:
            await wait_for_list(server, {friend: versions[friend]}, ({"ann": "Anna"}, 1))
    await servers.stop()
