"""The SQL of what decides whether a message may be sent."""

from typing import NamedTuple

from amity.storage import Database, Transaction


class Standing(NamedTuple):
    """What lets a user receive another's message: the sender's name, face and level, the receiver's options, and
    whether the receiver has blacklisted the sender. ``conversation_opt`` is 0 where there is no conversation."""

    nickname: str
    face_url: str
    sender_level: int
    global_opt: int
    conversation_opt: int
    is_blacklisted: bool


async def standing(database: Database, sender: int, receiver: int, timeline: int | None) -> Standing:
    """Return how a sender stands with a receiver; both must exist."""
    (row,) = await database.fetch(
        "select s.nickname, s.face_url, s.app_manger_level, r.global_recv_msg_opt,"
        " coalesce((select recv_msg_opt from conversations where owner_seq = $2 and timeline = $3 and deleted = 0), 0),"
        " exists (select 1 from blacks where owner_seq = $2 and black_seq = $1 and deleted = 0)"
        " from users as s, users as r where s.user_seq = $1 and r.user_seq = $2",
        sender,
        receiver,
        timeline or 0,
    )
    return Standing(row[0], row[1], row[2], row[3], row[4], bool(row[5]))


async def note_rerouted(tx: Transaction, timeline: int, seq: int, asked: int) -> None:
    """Note whom the sender named of a message that was sent to somebody else."""
    await tx.fetch(
        "insert into rerouted_messages (timeline, seq, asked_seq) values ($1, $2, $3)"
        " on conflict (timeline, seq) do nothing",
        timeline,
        seq,
        asked,
    )


async def asked_receiver(database: Database, timeline: int, seq: int) -> int | None:
    """Return whom the sender of a message named, if it was sent to somebody else."""
    rows = await database.fetch(
        "select asked_seq from rerouted_messages where timeline = $1 and seq = $2", timeline, seq
    )
    return rows[0][0] if rows else None
