"""The SQL of what decides whether a message may be sent."""

from typing import NamedTuple

from amity.storage import Database


class Standing(NamedTuple):
    """What lets a user receive another's message: the sender's name, face and level, the receiver's options, and
    whether the receiver has blacklisted the sender. ``conversation_opt`` is 0 where there is no conversation.
    ``is_friend``: the receiver's list has the sender; true where that was not asked."""

    nickname: str
    face_url: str
    sender_level: int
    global_opt: int
    conversation_opt: int
    is_blacklisted: bool
    is_friend: bool


async def users_after(database: Database, after: int, most: int) -> list[tuple[int, str]]:
    """Return the numbers and ids of ``most`` users after a number, without notification accounts."""
    rows = await database.fetch_long(
        "select user_seq, user_id from users where user_seq > $1 and app_manger_level < 3 order by user_seq limit $2",
        after,
        most,
    )
    return [(row[0], row[1]) for row in rows]


_IS_FRIEND = "exists (select 1 from friends where owner_seq = $2 and friend_seq = $1 and deleted = 0)"


async def standing(
    database: Database, sender: int, receiver: int, timeline: int | None, *, friend_verify: bool
) -> Standing:
    """Return how a sender stands with a receiver; both must exist."""
    (row,) = await database.fetch(
        "select s.nickname, s.face_url, s.app_manger_level, r.global_recv_msg_opt,"
        " coalesce((select recv_msg_opt from conversations where owner_seq = $2 and timeline = $3 and deleted = 0), 0),"
        " exists (select 1 from blacks where owner_seq = $2 and black_seq = $1 and deleted = 0),"
        f" {_IS_FRIEND if friend_verify else 'true'}"
        " from users as s, users as r where s.user_seq = $1 and r.user_seq = $2",
        sender,
        receiver,
        timeline or 0,
    )
    return Standing(row[0], row[1], row[2], row[3], row[4], bool(row[5]), bool(row[6]))
