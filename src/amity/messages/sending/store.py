"""The SQL of what decides whether messages may be sent."""

from collections.abc import Sequence
from typing import NamedTuple

from amity.storage import Database, Transaction
from amity.storage.over_rows import OverRows


class Pair(NamedTuple):
    """Who sends to whom, and the number of their timeline, 0 where nothing was sent yet."""

    sender: int
    receiver: int
    timeline: int


class Standing(NamedTuple):
    """What lets a user receive another's message: the sender's name, face and level, the receiver's options, and
    whether the receiver has blacklisted the sender. ``conversation_opt`` is 0 where there is no conversation.
    ``sender_has`` and ``receiver_has``: whether each has the conversation. ``sender_read``: how far the sender has read
    in it. ``is_friend``: the receiver's list has the sender. ``has_private``: something in their timeline is removed
    after it is read, and is not read yet."""

    nickname: str
    face_url: str
    sender_level: int
    global_opt: int
    conversation_opt: int
    is_blacklisted: bool
    sender_has: bool
    receiver_has: bool
    is_friend: bool
    sender_read: int
    has_private: bool


_STANDINGS = OverRows(
    "select v.column4, s.nickname, s.face_url, s.app_manger_level, r.global_recv_msg_opt,"
    " coalesce(theirs.recv_msg_opt, 0), b.black_seq is not null, own.owner_seq is not null,"
    " theirs.owner_seq is not null, f.friend_seq is not null, coalesce(own.read_seq, 0),"
    " exists (select 1 from private_messages as p where p.timeline = v.column3 and p.due_at = 0) from (ROWS) as v"
    " join users as s on s.user_seq = v.column1 join users as r on r.user_seq = v.column2"
    " left join conversations as own on own.owner_seq = v.column1 and own.timeline = v.column3 and own.deleted = 0"
    " left join conversations as theirs"
    " on theirs.owner_seq = v.column2 and theirs.timeline = v.column3 and theirs.deleted = 0"
    " left join blacks as b on b.owner_seq = v.column2 and b.black_seq = v.column1 and b.deleted = 0"
    " left join friends as f on f.owner_seq = v.column2 and f.friend_seq = v.column1 and f.deleted = 0",
    *["integer"] * 4,
)


async def standings(reader: Database | Transaction, pairs: Sequence[Pair]) -> list[Standing]:
    """Return how each sender stands with its receiver, in the order of ``pairs``; all of them must exist."""
    found: dict[int, Standing] = {}
    rows = [(*pair, index) for index, pair in enumerate(pairs)]
    for row in await _STANDINGS.fetch(reader, rows):
        found[row[0]] = Standing(
            *(row[1], row[2], row[3], row[4], row[5]),
            *(bool(row[6]), bool(row[7]), bool(row[8]), bool(row[9])),
            *(row[10], bool(row[11])),
        )
    return [found[index] for index in range(len(pairs))]


async def users_after(database: Database, after: int, most: int) -> list[tuple[int, str]]:
    """Return the numbers and ids of ``most`` users after a number, without notification accounts and erased
    users."""
    rows = await database.fetch_long(
        "select user_seq, user_id from users where user_seq > $1 and app_manger_level < 3 and erased_at = 0"
        " order by user_seq limit $2",
        after,
        most,
    )
    return [(row[0], row[1]) for row in rows]


async def note_rerouted(tx: Transaction, timeline: int, seq: int, asked: int) -> None:
    """Note where the sender of a message wanted it to go that was sent elsewhere: the number of a user, or below 0 that
    of a group."""
    await tx.fetch(
        "insert into rerouted_messages (timeline, seq, asked_seq) values ($1, $2, $3)"
        " on conflict (timeline, seq) do nothing",
        timeline,
        seq,
        asked,
    )


async def asked_target(database: Database, timeline: int, seq: int) -> int | None:
    """Return where the sender of a message wanted it to go, as ``note_rerouted`` notes it, if it was sent elsewhere."""
    rows = await database.fetch(
        "select asked_seq from rerouted_messages where timeline = $1 and seq = $2", timeline, seq
    )
    return rows[0][0] if rows else None
