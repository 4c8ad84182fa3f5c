"""The SQL of conversations in which messages disappear after a time of their owner's, and nothing else."""

from typing import NamedTuple

from amity.conversations.store import FROM, PEER_ID
from amity.storage import Database, Transaction


class Destructing(NamedTuple):
    """A conversation in which messages disappear for its owner, ``seconds`` after they were sent."""

    owner: int
    owner_id: str
    timeline: int
    form: int
    peer_id: str
    min_seq: int
    seconds: int


async def due(database: Database, now: int, most: int) -> list[Destructing]:
    """Return conversations that have not been looked at for so long that messages are due to disappear, ``most`` at
    most; ``now`` in milliseconds since 1970."""
    rows = await database.fetch_long(
        f"select c.owner_seq, owner.user_id, c.timeline, t.form, {PEER_ID}, c.min_seq, c.msg_destruct_time"
        f" from {FROM} where c.is_msg_destruct = 1 and c.deleted = 0 and c.msg_destruct_time > 0"
        " and c.latest_msg_destruct_time + c.msg_destruct_time * 1000 <= $1"
        " order by c.latest_msg_destruct_time limit $2",
        now,
        most,
    )
    return [Destructing(row[0], row[1], row[2], row[3], row[4], row[5], row[6]) for row in rows]


async def note_look(tx: Transaction, conversation: Destructing, now: int) -> bool:
    """Note when a conversation was looked at for messages that are to disappear; return whether its owner still wants
    that, after the same time."""
    rows = await tx.fetch(
        "update conversations set latest_msg_destruct_time = $4 where owner_seq = $1 and timeline = $2"
        " and msg_destruct_time = $3 and is_msg_destruct = 1 and deleted = 0 returning timeline",
        conversation.owner,
        conversation.timeline,
        conversation.seconds,
        now,
    )
    return bool(rows)
