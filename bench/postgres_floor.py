"""Baselines of messages on PostgreSQL: programs that write the rows of messages without amity, in a process of its own.

``python -m bench.postgres_floor HOW URL``, on a database that amity has created. It reads lines with numbers of
messages, and answers each with how many it wrote, and the seconds that they took. ``HOW`` is one of:

- ``gathered``: 100 messages in one transaction of three statements, one transaction at a time. 200 senders with one
  message each have no more under way: one half is written while the other is on its way.
- ``each``: a transaction of three statements for each message, over 32 connections, no two of which write in the same
  chat.

The rows are those of a message in a chat that both have: the message, the timeline's newest number, and how far the
sender has read. Who may send is not asked.
"""

import asyncio
import sys
import time
from typing import TYPE_CHECKING

import asyncpg
import uvloop

from amity.wire.proto.sdkws_pb2 import MsgData

if TYPE_CHECKING:
    Connection = asyncpg.Connection[asyncpg.Record]

CHATS = 200
CONNECTIONS = 32
_TOGETHER = 100
_PART_MS = 43_200_000
_OPEN = (
    "insert into timelines (form, first_seq, second_seq, max_seq, min_seq, last_at)"
    f" select 1, n, {CHATS} + n, 0, 1, 0 from generate_series(1, {CHATS}) as n returning timeline, first_seq"
)
_OWN = (
    "insert into conversations (owner_seq, timeline, peer_seq, version, added_version, deleted, read_seq, min_seq,"
    " max_seq, recv_msg_opt, is_pinned, is_private_chat, burn_duration, group_at_type, is_msg_destruct,"
    " msg_destruct_time, latest_msg_destruct_time, attached_info, ex)"
    " values ($1, $2, $3, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, '', '')"
)
_COUNT_ALL = (
    "update timelines as t set max_seq = max_seq + v.count, last_at = $3"
    " from unnest($1::bigint[], $2::bigint[]) as v(timeline, count) where t.timeline = v.timeline"
    " returning t.timeline, t.max_seq"
)
_INSERT_ALL = (
    "insert into messages (timeline, seq, sender_seq, sent_at, once_part, once, body)"
    " select v.timeline, v.seq, v.sender, $4, $5, v.once, v.body"
    " from unnest($1::bigint[], $2::bigint[], $3::bigint[], $6::bigint[], $7::bytea[])"
    " as v(timeline, seq, sender, once, body)"
)
_READ_ALL = (
    "update conversations as c set read_seq = v.seq from unnest($1::bigint[], $2::bigint[], $3::bigint[])"
    " as v(owner, timeline, seq) where c.owner_seq = v.owner and c.timeline = v.timeline"
)
_COUNT = "update timelines set max_seq = max_seq + 1, last_at = $2 where timeline = $1 returning max_seq"
_INSERT = (
    "insert into messages (timeline, seq, sender_seq, sent_at, once_part, once, body)"
    " values ($1, $2, $3, $4, $5, $6, $7)"
)
_READ = "update conversations set read_seq = $3 where owner_seq = $1 and timeline = $2"


class _Chats:
    """The chats that are written in, and the next message of each."""

    def __init__(self, timelines: dict[int, int]) -> None:
        self.timelines = timelines
        self._sent = 0

    def next(self, sender: int, seq: int, now: int) -> tuple[int, bytes]:
        """Return the next message's name and body."""
        self._sent += 1
        message = MsgData(
            sendID=f"c{sender:05d}",
            recvID=f"c{sender + CHATS:05d}",
            clientMsgID=f"{self._sent:032x}",
            serverMsgID=f"{self._sent:032x}",
            senderPlatformID=7,
            senderNickname=f"c{sender:05d}",
            sessionType=1,
            msgFrom=100,
            contentType=101,
            content=b'{"content":"' + f"{self._sent:0100d}".encode() + b'"}',
            seq=seq,
            sendTime=now,
            createTime=now,
            status=2,
        )
        return (self._sent * 0x9E3779B97F4A7C15) & (2**63 - 1), message.SerializeToString()


async def _prepared(url: str) -> _Chats:
    connection = await asyncpg.connect(url)
    timelines = {row[1]: row[0] for row in await connection.fetch(_OPEN)}
    rows = [
        (owner, timeline, peer)
        for first, timeline in timelines.items()
        for owner, peer in ((first, first + CHATS), (first + CHATS, first))
    ]
    await connection.executemany(_OWN, rows)
    await connection.execute("analyze")
    await connection.close()
    return _Chats(timelines)


async def _gathered(connection: "Connection", chats: _Chats, senders: list[int]) -> None:
    """Write a message of each of these senders."""
    now = time.time_ns() // 1_000_000
    timelines = [chats.timelines[sender] for sender in senders]
    async with connection.transaction():
        counted = await connection.fetch(_COUNT_ALL, timelines, [1] * len(timelines), now)
        taken: dict[int, int] = {row[0]: row[1] for row in counted}
        seqs = [taken[timeline] for timeline in timelines]
        made = [chats.next(sender, seq, now) for sender, seq in zip(senders, seqs, strict=True)]
        names, bodies = [name for name, _ in made], [body for _, body in made]
        await connection.execute(_INSERT_ALL, timelines, seqs, senders, now, now // _PART_MS, names, bodies)
        await connection.execute(_READ_ALL, senders, timelines, seqs)


async def _each(connection: "Connection", chats: _Chats, senders: list[int], count: int) -> None:
    """Write so many messages of these senders, each in a transaction of its own."""
    for number in range(count):
        sender = senders[number % len(senders)]
        timeline, now = chats.timelines[sender], time.time_ns() // 1_000_000
        async with connection.transaction():
            seq = await connection.fetchval(_COUNT, timeline, now)
            name, body = chats.next(sender, seq, now)
            await connection.execute(_INSERT, timeline, seq, sender, now, now // _PART_MS, name, body)
            await connection.execute(_READ, sender, timeline, seq)


async def write(how: str, url: str) -> None:
    """Read lines with numbers of messages, write them, and answer with the seconds that took."""
    chats = await _prepared(url)
    everybody = sorted(chats.timelines)
    connections = [await asyncpg.connect(url) for _ in range(1 if how == "gathered" else CONNECTIONS)]
    shares = [everybody[place :: len(connections)] for place in range(len(connections))]
    for line in sys.stdin:
        count = int(line)
        began = time.perf_counter()
        if how == "gathered":
            for first in range(0, count, _TOGETHER):
                begin = first % CHATS
                await _gathered(connections[0], chats, everybody[begin : begin + _TOGETHER])
        else:
            each = -(-count // len(connections))
            await asyncio.gather(
                *(_each(one, chats, share, each) for one, share in zip(connections, shares, strict=True))
            )
            count = each * len(connections)
        print(count, time.perf_counter() - began, flush=True)


if __name__ == "__main__":
    uvloop.run(write(*sys.argv[1:3]))
