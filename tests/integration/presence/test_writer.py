"""Reports of online status to the business server: once, in order, however the reporting process ends."""

import asyncio

import pytest

from amity.callbacks.telling.outbox import Outbox
from amity.cluster import members
from amity.errors import Code, ImError
from amity.presence.writer import LEASE_SECONDS, RENEW_SECONDS
from amity.users import store
from amity.users.models import User
from tests.integration.callbacks.post_office import eventually
from tests.integration.presence.conftest import presence_callbacks
from tests.support.presence import Connection


async def rows(database):
    """Who is online, as the business server was told."""
    found = await database.fetch("select user_id, platform, process from online order by user_id, platform, process")
    return [tuple(row[index] for index in range(3)) for row in found]


async def processes(database):
    return [row[0] for row in await database.fetch("select process from presence_processes")]


async def let_the_lease_run_out(database, process):
    """Have the database believe that a process has not been heard of for long."""

    async def work(tx):
        await tx.fetch("update presence_processes set until = 1 where process = $1", process.name)

    await database.write(work)


async def pass_time(process, office, seconds):
    """Let time pass in steps in which a process shows that it lives; one more, so that what was due then is done."""
    for _ in range(int(seconds / RENEW_SECONDS) + 2):
        office.clock.advance(RENEW_SECONDS)
        process._writer.wake()
        await eventually(lambda: process._writer._renewed_at == office.clock.monotonic())


async def test_the_three_events_have_the_documented_fields_and_the_operation_of_their_connection(process, business):
    connection = Connection("lena", 5, "c1", "connect-1", is_background=True)
    process.presence.opened(connection)
    process.presence.kicked(connection)
    process.presence.closed(connection)
    online, kicked, offline = await business.wait_for(3)
    common = {"operationID": "connect-1", "platformID": 5, "platform": "Web", "userID": "lena"}
    now = 1_800_000_000_000
    assert online.path == "/callbackAfterUserOnlineCommand"
    assert online.headers["operationid"] == "connect-1"
    assert online.json == {
        "callbackCommand": "callbackAfterUserOnlineCommand",
        **common,
        "seq": now,
        "isAppBackground": True,
        "connID": "c1",
    }
    assert kicked.json == {"callbackCommand": "callbackAfterUserKickOffCommand", **common, "seq": now + 1}
    assert offline.json == {
        "callbackCommand": "callbackAfterUserOfflineCommand",
        **common,
        "seq": now + 2,
        "connID": "c1",
    }
    assert list(online.json) == [
        "callbackCommand", "operationID", "platformID", "platform", "userID", "seq", "isAppBackground", "connID",
    ]  # fmt: skip


async def test_a_second_connection_on_the_platform_is_not_told_nor_the_end_of_the_first(process, database, business):
    first, second, phone = Connection("lena"), Connection("lena"), Connection("lena", 2)
    for connection in (first, second, phone):
        process.presence.opened(connection)
    process.presence.closed(first)
    assert await process.told(business) == [("Online", "lena", 5), ("Online", "lena", 2)]
    assert await rows(database) == [("lena", 2, process.name), ("lena", 5, process.name)]
    process.presence.closed(second)
    assert (await process.told(business))[2:] == [("Offline", "lena", 5)]
    assert await rows(database) == [("lena", 2, process.name)]


async def test_a_client_that_flaps_is_told_in_the_order_of_things(process, database, business):
    for _ in range(20):
        connection = Connection("lena")
        process.presence.opened(connection)
        process.presence.closed(connection)
    process.presence.opened(Connection("lena"))
    came_and_went = [("Online", "lena", 5), ("Offline", "lena", 5)]
    assert await process.told(business) == came_and_went * 20 + [("Online", "lena", 5)]
    seqs = [request.json["seq"] for request in business.requests]
    assert seqs == sorted(set(seqs))
    assert await rows(database) == [("lena", 5, process.name)]


async def test_more_users_than_fit_into_a_transaction_come_and_go(process, database, business):
    people = [f"person-{number}" for number in range(600)]
    await database.write(lambda tx: store.insert(tx, [User(user_id=user_id) for user_id in people]), rows=600)
    connections = [Connection(user_id) for user_id in people]
    for connection in connections:
        process.presence.opened(connection)
    await business.wait_for(600, timeout=60)
    assert len(await rows(database)) == 600
    for connection in connections:
        process.presence.closed(connection)
    await business.wait_for(1200, timeout=60)
    assert await rows(database) == []
    by_user: dict[str, list[str]] = {}
    for request in business.requests:
        by_user.setdefault(request.json["userID"], []).append(request.path.removeprefix("/callbackAfterUser"))
    assert by_user == {user_id: ["OnlineCommand", "OfflineCommand"] for user_id in people}


async def test_nothing_is_written_where_none_of_the_callbacks_is_on(start_process, database, business):
    process = await start_process(outbox=Outbox(presence_callbacks(business.url, "afterImportFriends")))
    process.presence.opened(Connection("lena"))
    await process.presence.stop()
    assert await processes(database) == []
    assert await rows(database) == []


async def test_only_the_callbacks_that_are_on_are_sent(start_process, business):
    process = await start_process(outbox=Outbox(presence_callbacks(business.url, "afterUserKickOff")))
    connection = Connection("lena")
    process.presence.opened(connection)
    process.presence.kicked(connection)
    process.presence.closed(connection)
    process._writer._outbox.on_commit(lambda: None)
    await process.presence.stop()
    # Where processes share the database, the courier looks by itself, too.
    rows = await process._writer._database.fetch("select event_id, command from outbox")
    told = {request.headers["webhook-id"]: request.json["callbackCommand"] for request in business.requests}
    events = {row[0]: row[1] for row in rows} | told
    assert list(events.values()) == ["callbackAfterUserKickOffCommand"]


async def test_a_stop_writes_that_everybody_is_offline(process, database, business):
    closed, forgotten = Connection("lena"), Connection("max")
    process.presence.opened(closed)
    process.presence.opened(forgotten)
    process.presence.closed(closed)
    await process.presence.stop()
    assert await rows(database) == []
    assert await processes(database) == []
    assert sorted(await process.told(business)) == [
        ("Offline", "lena", 5), ("Offline", "max", 5), ("Online", "lena", 5), ("Online", "max", 5),
    ]  # fmt: skip


async def test_whoever_a_killed_process_left_online_is_told_to_be_offline(
    process, start_process, database, business, office
):
    connection = Connection("lena", 5, "c1", "connect-1")
    process.presence.opened(connection)
    process.presence.opened(Connection("max", 2))
    await business.wait_for(2)
    process.die()
    await let_the_lease_run_out(database, process)
    following = await start_process()
    if database.dialect == "postgres":
        await pass_time(following, office, LEASE_SECONDS)
    assert sorted((await following.told(business))[2:]) == [("Offline", "lena", 5), ("Offline", "max", 2)]
    (offline,) = [each.json for each in business.requests[2:] if each.json["userID"] == "lena"]
    assert (offline["connID"], offline["operationID"], offline["platform"]) == ("c1", "connect-1", "Web")
    assert offline["seq"] > business.requests[0].json["seq"]
    assert await rows(database) == []
    async with asyncio.timeout(10):  # the one that was killed is forgotten in a later transaction
        while await processes(database) != [following.name]:
            pass


async def test_a_batch_that_was_stored_without_saying_so_is_not_stored_again(start_process, office, business):
    process = await start_process(Unsure(office.database))
    connection = Connection("lena")
    process.presence.opened(connection)
    process.presence.kicked(connection)
    await eventually(lambda: process._writer._database.failed)
    office.clock.advance(1)
    process.presence.closed(connection)
    await eventually(lambda: not process._writer._batch)
    office.clock.advance(1)
    await process.presence.stop()
    office.courier.wake()
    assert await process.told(business) == [("Online", "lena", 5), ("KickOff", "lena", 5), ("Offline", "lena", 5)]


class Unsure:
    """A database whose connection is lost once behind a commit: it was stored, and says that it is not known."""

    def __init__(self, database):
        self._database = database
        self.failed = False

    def __getattr__(self, name):
        return getattr(self._database, name)

    async def write(self, work, *, rows=1):
        result = await self._database.write(work, rows=rows)
        if rows > 1 and not self.failed:
            self.failed = True
            raise ImError(Code.DATABASE, "whether it did is not known")
        return result


class Down:
    """A database that takes nothing while it is down."""

    def __init__(self, database):
        self._database = database
        self.down = False
        self.refused = 0

    def __getattr__(self, name):
        return getattr(self._database, name)

    async def write(self, work, *, rows=1):
        if self.down:
            self.refused += 1
            raise ImError(Code.DATABASE, "nothing was written")
        return await self._database.write(work, rows=rows)


async def test_what_happens_while_the_database_fails_is_told_afterwards(start_process, office, business):
    database = Down(office.database)
    process = await start_process(database)
    database.down = True
    connection = Connection("lena")
    process.presence.opened(connection)
    await eventually(lambda: database.refused)
    process.presence.opened(Connection("max"))
    process.presence.closed(connection)
    database.down = False
    office.clock.advance(1)
    told_in_the_end = await process.told(business)
    assert [each for each in told_in_the_end if each[1] == "lena"] == [("Online", "lena", 5), ("Offline", "lena", 5)]
    assert ("Online", "max", 5) in told_in_the_end


async def test_who_is_left_online_by_a_stop_without_a_database_is_told_at_the_next_start(
    start_process, office, business, caplog
):
    database = Down(office.database)
    process = await start_process(database)
    process.presence.opened(Connection("lena"))
    await business.wait_for(1)
    database.down = True
    await process.presence.stop()
    assert "told at the next start" in caplog.text
    await let_the_lease_run_out(office.database, process)
    following = await start_process()
    if not office.database.exclusive:
        await pass_time(following, office, LEASE_SECONDS)
    assert await following.told(business) == [("Online", "lena", 5), ("Offline", "lena", 5)]


class TestSeveralProcesses:
    """Which only PostgreSQL may have."""

    @pytest.fixture
    def database_url(self, postgres_url):
        return postgres_url

    async def test_a_user_is_online_as_long_as_any_process_has_a_connection(self, process, start_process, business):
        other = await start_process()
        here, there = Connection("lena"), Connection("lena")
        process.presence.opened(here)
        assert await process.told(business) == [("Online", "lena", 5)]
        other.presence.opened(there)
        await other.told(business)
        process.presence.closed(here)
        assert await process.told(business) == [("Online", "lena", 5)]
        other.presence.closed(there)
        assert await other.told(business) == [("Online", "lena", 5), ("Offline", "lena", 5)]

    async def test_a_user_who_has_come_back_elsewhere_is_not_told_to_be_offline(
        self, process, start_process, database, business, office
    ):
        process.presence.opened(Connection("lena"))
        process.presence.opened(Connection("max"))
        await business.wait_for(2)
        process.die()
        following = await start_process()
        following.presence.opened(Connection("lena"))
        await following.told(business)
        await let_the_lease_run_out(database, process)
        await pass_time(following, office, LEASE_SECONDS)
        assert (await following.told(business))[2:] == [("Offline", "max", 5)]
        assert await rows(database) == [("lena", 5, following.name)]

    async def test_who_comes_back_as_a_process_is_ended_comes_online_later_than_it_left(
        self, process, start_process, database, business, office
    ):
        process.presence.opened(Connection("lena"))
        await business.wait_for(1)
        process.die()
        other = await start_process()
        # Its first round looks for ended processes. What comes during that is written behind it.
        await eventually(lambda: not other._writer._may_have_ended)
        await members.end(database, process.name)
        office.clock.advance(1)
        # Both within one turn: what has come is not written when the other process is found to have ended.
        other.presence.opened(Connection("lena"))
        office.clock.advance(RENEW_SECONDS)
        await other.told(business)
        told = [(request.json["callbackCommand"], request.json["seq"]) for request in business.requests]
        assert [command.removeprefix("callbackAfterUser") for command, _ in told] == [
            "OnlineCommand", "OfflineCommand", "OnlineCommand",
        ]  # fmt: skip
        assert [seq for _, seq in told] == sorted({seq for _, seq in told})

    async def test_a_process_that_starts_reports_whom_an_ended_one_left_at_once(
        self, process, start_process, database, business
    ):
        process.presence.opened(Connection("lena"))
        await business.wait_for(1)
        process.die()
        await members.end(database, process.name)
        await start_process()
        await business.wait_for(2)
        assert await rows(database) == []

    async def test_nobody_is_taken_for_dead_as_soon_as_a_database_that_was_away_is_back(
        self, process, start_process, database, business, office
    ):
        other = await start_process()
        process.presence.opened(Connection("lena"))
        await business.wait_for(1)
        process.die()  # it may just not have come back to the database yet
        await let_the_lease_run_out(database, process)
        for seconds in (LEASE_SECONDS + 1, RENEW_SECONDS, RENEW_SECONDS):
            office.clock.advance(seconds)
            other._writer.wake()
            await eventually(lambda: other._writer._renewed_at == office.clock.monotonic())
        assert await rows(database) == [("lena", 5, process.name)]
        await pass_time(other, office, LEASE_SECONDS)
        assert await other.told(business) == [("Online", "lena", 5), ("Offline", "lena", 5)]

    async def test_a_lease_of_a_time_when_the_databases_clock_was_ahead_ends_when_nobody_renews_it(
        self, process, start_process, database, business, office
    ):
        other = await start_process()
        process.presence.opened(Connection("lena"))
        other.presence.opened(Connection("max"))
        await business.wait_for(2)
        process.die()
        sql = "update presence_processes set until = until + 3600000"
        await database.write(lambda tx: tx.fetch(sql))
        await pass_time(other, office, LEASE_SECONDS - RENEW_SECONDS)
        assert len(await rows(database)) == 2
        await pass_time(other, office, LEASE_SECONDS)
        assert (await other.told(business))[2:] == [("Offline", "lena", 5)]
        assert await rows(database) == [("max", 5, other.name)]

    async def test_a_process_that_was_taken_for_dead_brings_its_users_online_once_more(
        self, process, start_process, database, business, office
    ):
        former = process.name
        other = await start_process()
        process.presence.opened(Connection("lena"))
        await business.wait_for(1)
        await let_the_lease_run_out(database, process)
        while (await rows(database))[:1] == [("lena", 5, former)]:
            office.clock.advance(RENEW_SECONDS)
            process._writer._renewed_at = office.clock.monotonic()  # it has stalled
            other._writer.wake()
            await eventually(lambda: other._writer._renewed_at == office.clock.monotonic())
        assert await other.told(business) == [("Online", "lena", 5), ("Offline", "lena", 5)]
        process.presence.opened(Connection("max"))
        assert (await process.told(business))[2:] == [("Online", "lena", 5), ("Online", "max", 5)]
        assert process.name != former
        assert await rows(database) == [("lena", 5, process.name), ("max", 5, process.name)]
