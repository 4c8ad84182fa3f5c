"""Networks that fall silent without a word, and clients that take nothing: dropped in time, and nobody else notices."""

import asyncio

import pytest

from amity.gateway.heartbeat import Timeouts
from amity.gateway.session import MOST_QUEUED_BYTES, Session
from amity.wire.frames import Identifier
from tests.integration.gateway.raw import Raw, frame
from tests.support.gateway_client import reply_of
from tests.support.lone_gateway import LoneGateway, token_of, until
from tests.support.notices import notice

FASTER = 100
"""A minute takes little more than half a second."""
TIMEOUTS = Timeouts(*(seconds / FASTER for seconds in Timeouts()))
FEW = 4096
"""Bytes that the system of a client keeps for it, so that the rest soon waits here."""
BIG = notice("x" * 20_000)


def query(user, platform=7):
    return {"sendID": user, "token": token_of(user, platform), "platformID": str(platform), "operationID": "op"}


@pytest.mark.parametrize("platform", [1, 5])
async def test_a_client_whose_network_falls_silent_is_dropped_within_a_minute(platform):
    """It is there, as far as the system knows: nothing closes its connection, and nothing comes over it."""
    async with LoneGateway(timeouts=TIMEOUTS) as lone, Raw(lone.url) as silent:
        await silent.upgrade(query("alice", platform))
        await silent.head()
        # By the gateway's own time, which a busy machine makes no longer.
        heartbeat = lone.gateway._heartbeat
        since = heartbeat.now
        await until(lambda: lone.sessions.count == 0)
        assert 45 < (heartbeat.now - since) * FASTER < 65
        assert lone.seen[-1] == ("closed", "alice", platform)


@pytest.mark.parametrize(
    ("platform", "beat"),
    [(1, frame(b"169", 9)), (5, frame(b'{"type":"ping"}', 1)), (5, frame(b"", 10))],
    ids=["native", "javascript", "answer to a ping"],
)
async def test_a_client_that_is_heard_now_and_then_stays(platform, beat):
    async with LoneGateway(timeouts=TIMEOUTS) as lone, Raw(lone.url) as client:
        await client.upgrade(query("alice", platform))
        await client.head()
        for _ in range(3):  # longer than the silence of a client that is dropped
            await asyncio.sleep(24 / FASTER)
            await client.write(beat)
        assert lone.sessions.count == 1


async def test_a_web_client_is_pinged_while_it_says_nothing_and_lives_by_its_answers():
    async with LoneGateway(timeouts=TIMEOUTS) as lone, Raw(lone.url) as browser:
        await browser.upgrade(query("alice", 5))
        await browser.head()
        for _ in range(3):
            assert await browser.frame() == (9, b"")
            await browser.write(frame(b"", 10))
        assert lone.sessions.count == 1


async def connected(lone: LoneGateway, raw: Raw) -> Session:
    """Have alice connect, and return her session."""
    await raw.upgrade(query("alice"))
    await raw.head()
    await until(lambda: lone.sessions.of("alice"))
    (session,) = lone.sessions.of("alice")
    return session


async def test_a_client_that_never_reads_is_dropped_before_much_waits_for_it_and_others_get_everything():
    async with LoneGateway() as lone, lone.client("bob") as bob, Raw(lone.url, receives=FEW) as stuck:
        session = await connected(lone, stuck)
        most = sent = 0
        while session.is_live:
            lone.push.notify(["alice", "bob"], BIG, f"op-{sent}")
            most = max(most, session._transport.underlying_transport.get_write_buffer_size())
            assert (await bob.pushed()).operation_id == f"op-{sent}"
            sent += 1
        assert most <= MOST_QUEUED_BYTES + 30_000
        assert lone.seen[-1] == ("closed", "alice", 7)
        assert (await bob.request(Identifier.LOGOUT)).err_code == 0


async def test_a_client_that_never_reads_and_for_which_little_waits_is_dropped_in_time():
    async with LoneGateway(timeouts=TIMEOUTS) as lone, Raw(lone.url, receives=FEW) as stuck:
        session = await connected(lone, stuck)
        while not session.is_blocked:
            lone.push.notify(["alice"], BIG, "op")
            await asyncio.sleep(0)  # so much is sent in a turn, and the rest in the next
        await until(lambda: lone.sessions.count == 0)


async def test_a_client_that_reads_slowly_gets_everything_in_order():
    async with LoneGateway() as lone, Raw(lone.url, receives=FEW) as slow:
        session = await connected(lone, slow)
        sent = read = 0
        for _ in range(3):
            while not session.is_blocked:
                lone.push.notify(["alice"], notice("x" * (sent % 7 * 3000)), f"op-{sent}")
                sent += 1
                await asyncio.sleep(0)  # so much is sent in a turn, and the rest in the next
            while read < sent:
                _, message = await slow.frame()
                assert reply_of(message, "go").operation_id == f"op-{read}"
                read += 1
            await until(lambda: not session.is_blocked)
        assert session.is_live
