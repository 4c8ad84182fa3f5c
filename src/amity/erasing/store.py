"""The SQL of erasures: who was erased, and how far that is."""

from collections.abc import Sequence
from enum import IntEnum
from typing import NamedTuple

from amity.erasing.models import DELETED_NICKNAME, KEEP, REMOVE
from amity.erasing.models import Erasure as Shown
from amity.storage import Database, Row, Transaction


class Step(IntEnum):
    """The steps of an erasure, in their order. The values are stored."""

    FRIENDS = 1
    BLACKS = 2
    REQUESTS = 3
    GROUPS = 4
    MESSAGES = 5
    CONVERSATIONS = 6
    TRACES = 7


class Erasure(NamedTuple):
    """An erasure under way. ``timeline`` and ``seq`` are where the step ``MESSAGES`` is: the messages of that timeline
    up to that number are done, and so are all timelines of smaller numbers. ``round`` is 1 when all steps are gone
    through once more, for what came meanwhile."""

    user: int
    user_id: str
    keeps_messages: bool
    round: int
    step: Step
    timeline: int
    seq: int
    operator: str
    operation_id: str


class Counts(NamedTuple):
    """What a part of an erasure has taken away."""

    friends: int = 0
    blacks: int = 0
    requests: int = 0
    groups: int = 0
    messages: int = 0
    conversations: int = 0


class MovedOnError(Exception):
    """Another process has done this part, or an administrator has asked anew. The transaction is rolled back."""


class Asked(NamedTuple):
    """A user who is to be erased; ``level`` is its ``appMangerLevel``."""

    user: int
    level: int
    is_erased: bool


_COUNTS = ("friend_count", "black_count", "request_count", "group_count", "message_count", "conversation_count")
_SHOWN = f"u.user_id, e.round, e.keeps_messages, e.asked_at, e.finished_at, e.operator, {', '.join(_COUNTS)}"
_SHOWN_FROM = "erasures as e join users as u on u.user_seq = e.user_seq"
_COUNT_MORE = ", ".join(f"{name} = {name} + ${place}" for place, name in enumerate(_COUNTS, 8))


async def lock(tx: Transaction, user_id: str) -> Asked | None:
    """Lock a user, erased or not, until the transaction ends; ``None`` if there is none of this id."""
    rows = await tx.fetch(
        "select user_seq, app_manger_level, erased_at from users where user_id = $1 FOR_UPDATE", user_id
    )
    return Asked(rows[0][0], rows[0][1], bool(rows[0][2])) if rows else None


async def clear_profile(tx: Transaction, user: int, now: int) -> None:
    """Put the profile of a deleted user in the place of a user's, who is erased from now on."""
    await tx.fetch(
        "update users set nickname = $2, face_url = '', ex = '', global_recv_msg_opt = 0, erased_at = $3"
        " where user_seq = $1",
        user,
        DELETED_NICKNAME,
        now,
    )


async def begin(
    tx: Transaction, user: int, now: int, operator: str, operation_id: str, *, keeps_messages: bool
) -> None:
    """Store that a user is to be erased. If it was already, that goes on as it was asked for, unless messages that were
    to be kept are now to be removed: then it begins anew."""
    zeros = ", ".join("0" for _ in _COUNTS)
    await tx.fetch(
        "insert into erasures (user_seq, asked_at, finished_at, due_at, keeps_messages, round, step, at_timeline,"
        " at_seq,"
        f" {', '.join(_COUNTS)}, operator, operation_id)"
        f" values ($1, $2, 0, $2, $3, 0, {Step.FRIENDS:d}, 0, 0, {zeros}, $4, $5)"
        " on conflict (user_seq) do update set asked_at = excluded.asked_at, finished_at = 0, due_at = excluded.due_at,"
        " keeps_messages = 0,"
        " round = 0, step = excluded.step, at_timeline = 0, at_seq = 0, operator = excluded.operator,"
        " operation_id = excluded.operation_id"
        " where erasures.keeps_messages = 1 and excluded.keeps_messages = 0",
        user,
        now,
        int(keeps_messages),
        operator,
        operation_id,
    )


async def asked_since(database: Database, time: int) -> list[str]:
    """Return the ids of the users who were erased since a time, in milliseconds since 1970."""
    rows = await database.fetch_long(
        "select u.user_id from erasures as e join users as u on u.user_seq = e.user_seq where e.asked_at >= $1", time
    )
    return [row[0] for row in rows]


async def next_due(database: Database, user: int, now: int) -> Erasure | None:
    """Return the first erasure after the number of a user of which a part is to be done."""
    rows = await database.fetch(
        "select e.user_seq, u.user_id, e.keeps_messages, e.round, e.step, e.at_timeline, e.at_seq, e.operator,"
        " e.operation_id from erasures as e BY_INDEX(erasures_unfinished) join users as u on u.user_seq = e.user_seq"
        " where e.finished_at = 0 and e.user_seq > $1 and e.due_at <= $2 order by e.user_seq limit 1",
        user,
        now,
    )
    return Erasure(*rows[0])._replace(keeps_messages=bool(rows[0][2]), step=Step(rows[0][4])) if rows else None


async def advance(tx: Transaction, erasure: Erasure, counts: Counts, *, timeline: int = 0, seq: int = 0) -> None:
    """Store what a part has taken away, and where it is in the messages then. It is the last thing that a transaction
    locks. Raises ``MovedOnError`` if the erasure is not any more where it was before the part."""
    rows = await tx.fetch(
        f"update erasures set at_timeline = $6, at_seq = $7, {_COUNT_MORE} where user_seq = $1"
        " and round = $2 and step = $3 and at_timeline = $4 and at_seq = $5 and keeps_messages = $14"
        " and finished_at = 0 returning user_seq",
        erasure.user,
        erasure.round,
        int(erasure.step),
        erasure.timeline,
        erasure.seq,
        timeline,
        seq,
        *counts,
        int(erasure.keeps_messages),
    )
    if not rows:
        raise MovedOnError


async def go_on(tx: Transaction, erasure: Erasure, step: Step, due_at: int, *, next_round: int) -> None:
    """Begin another step. Does nothing if the erasure is not in the step any more."""
    await tx.fetch(
        "update erasures set round = $5, step = $6, due_at = $7, at_timeline = 0, at_seq = 0 where user_seq = $1"
        " and round = $2 and step = $3 and keeps_messages = $4 and finished_at = 0",
        erasure.user,
        erasure.round,
        int(erasure.step),
        int(erasure.keeps_messages),
        next_round,
        int(step),
        due_at,
    )


async def finish(tx: Transaction, erasure: Erasure, now: int) -> None:
    """Note that an erasure is finished. Does nothing if it is not in the step any more."""
    await tx.fetch(
        "update erasures set finished_at = $5 where user_seq = $1 and round = $2 and step = $3 and keeps_messages = $4"
        " and finished_at = 0",
        erasure.user,
        erasure.round,
        int(erasure.step),
        int(erasure.keeps_messages),
        now,
    )


async def shown_one(tx: Transaction, user: int) -> Shown:
    """Return the erasure of a user, which must be there, by its number."""
    (row,) = await tx.fetch(f"select {_SHOWN} from {_SHOWN_FROM} where e.user_seq = $1", user)
    return _shown(row)


async def shown(database: Database, user_ids: Sequence[str] | None, offset: int, limit: int) -> tuple[int, list[Shown]]:
    """Return how many erasures there are, of these users or of all, and a page of them, the last first."""
    where = "" if user_ids is None else " where u.user_id in (select value from EACH_TEXT($1))"
    args = [] if user_ids is None else [list(user_ids)]
    total = await database.fetch_long(f"select count(*) from {_SHOWN_FROM}{where}", *args)
    place = len(args)
    rows = await database.fetch_long(
        f"select {_SHOWN} from {_SHOWN_FROM}{where} order by e.asked_at desc, e.user_seq desc"
        f" limit ${place + 1} offset ${place + 2}",
        *args,
        limit,
        offset,
    )
    return total[0][0], [_shown(row) for row in rows]


def _shown(row: Row) -> Shown:
    return Shown(
        user_id=row[0],
        state="finished" if row[4] else "checking" if row[1] else "running",
        messages=KEEP if row[2] else REMOVE,
        ask_time=row[3],
        finish_time=row[4],
        operator_user_id=row[5],
        **{name: row[place] for place, name in enumerate(_COUNTS, 6)},
    )
