"""The SQL that finds messages by who sent them, who got them and when, and nothing else.

Without a text it goes by the timelines of who is named, or through the messages in the order of arrival, so it needs no
index of its own.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

from amity.storage import Database, Row
from amity.timeline import texts
from amity.timeline.models import TALK, Form, Message, Place, place_of

PORTION: Final = 500
"""Messages that one statement reads where each has to be looked at."""


class Wanted(NamedTuple):
    """What is searched for: a sender and a receiver by their numbers, 0 for anybody, and the times from ``since`` to
    before ``until``, in milliseconds since 1970. ``group`` is a group's number, in which it was sent, 0 for any.
    ``forms`` are those of the timelines."""

    sender: int
    receiver: int
    since: int
    until: int
    group: int = 0
    forms: Sequence[Form] = TALK

    @property
    def place(self) -> Place | None:
        """The one timeline that is meant, if it is only one."""
        if self.group:
            return place_of(Form.GROUP, self.group)
        return place_of(Form.CHAT, self.sender, self.receiver) if self.sender and self.receiver else None

    @property
    def in_forms(self) -> str:
        """The forms in SQL."""
        return f"({', '.join(str(int(form)) for form in self.forms)})"


class Arrived(NamedTuple):
    """A message with its number of arrival."""

    number: int
    message: Message


def _condition(wanted: Wanted) -> tuple[str, list[object]]:
    """Return from where messages are read, under which condition, and its parameters."""
    sender, receiver = wanted.sender, wanted.receiver
    args: list[object] = [wanted.since, wanted.until]
    times = " and t.last_at >= $1 and m.sent_at >= $1 and m.sent_at < $2"
    of_timelines = " from timelines as t join messages as m on m.timeline = t.timeline where"
    if wanted.group:
        text = f"{of_timelines} t.form = {Form.GROUP:d} and t.first_seq = $3 and t.second_seq = 0"
        text += " and m.sender_seq = $4" if sender else ""
        return text + times, [*args, wanted.group, *([sender] if sender else [])]
    if sender and receiver:
        text = f"{of_timelines} t.form = {Form.CHAT:d} and t.first_seq = $3 and t.second_seq = $4 and m.sender_seq = $5"
        return text + times, [*args, min(sender, receiver), max(sender, receiver), sender]
    # The sign keeps SQLite from going through all timelines of a form.
    if sender or receiver:
        theirs = (
            f"+t.form in {wanted.in_forms} and m.sender_seq = $3"
            if sender
            else f"+t.form = {Form.CHAT:d} and (m.sender_seq <> $3 or t.first_seq = t.second_seq)"
        )
        text = (
            " from conversations as c join timelines as t on t.timeline = c.timeline"
            f" join messages as m on m.timeline = c.timeline where c.owner_seq = $3 and {theirs}"
        )
        return text + times, [*args, sender or receiver]
    return _in_order(wanted)


def _in_order(wanted: Wanted) -> tuple[str, list[object]]:
    """Return the same as ``_condition`` for what is not one place alone, where messages are read in the order of
    arrival, whoever is named."""
    args: list[object] = [wanted.since, wanted.until]
    # SQLite reads the tables of a cross join in this order, which is that of the page.
    text = (
        f" from messages as m cross join timelines as t where t.timeline = m.timeline and +t.form in {wanted.in_forms}"
        " and t.last_at >= $1 and m.sent_at >= $1 and m.sent_at < $2"
    )
    if wanted.sender:
        return f"{text} and m.sender_seq = $3", [*args, wanted.sender]
    if wanted.receiver:
        text += f" and t.form = {Form.CHAT:d} and (t.first_seq = $3 or t.second_seq = $3)"
        return f"{text} and (m.sender_seq <> $3 or t.first_seq = t.second_seq)", [*args, wanted.receiver]
    return text, args


async def count(database: Database, wanted: Wanted) -> int:
    """Return how many messages there are. Raises ``ImError``, ``READS_LIMIT`` (1355), if that takes too long."""
    condition, args = _condition(wanted)
    rows = await database.fetch_scan(f"select count(*){condition}", *args)
    return int(rows[0][0])


async def page(database: Database, wanted: Wanted, offset: int, limit: int) -> list[Message]:
    """Return messages in the order of arrival, without the first ``offset``."""
    condition, args = _condition(wanted)
    rows = await database.fetch_scan(
        f"select m.seq, m.sender_seq, m.sent_at, m.body{condition} order by m.message_seq"
        f" limit ${len(args) + 1} offset ${len(args) + 2}",
        *args,
        limit,
        offset,
    )
    return [_message(row) for row in rows]


async def page_containing(
    database: Database, wanted: Wanted, text: str, content_type: int, offset: int, limit: int
) -> tuple[int, list[Message]]:
    """Return how many of the messages that everybody may still see contain a folded text, and some of them in the order
    of arrival, without the first ``offset``. ``content_type`` 0 is any.

    Raises ``ImError``, ``READS_LIMIT`` (1355), if that takes too long.
    """
    found, args = _containing(database, wanted, text, content_type)
    at = len(args)
    rows = await database.fetch_scan(
        f"with {found}, page as (select number from found order by number limit ${at + 1} offset ${at + 2})"
        " select m.seq, m.sender_seq, m.sent_at, m.body, counted.total from (select count(*) as total from found)"
        " as counted left join page on true left join messages as m on m.message_seq = page.number"
        " order by page.number",
        *args,
        limit,
        offset,
    )
    return int(rows[0][4]), [_message(row) for row in rows if row[0] is not None]


def _containing(database: Database, wanted: Wanted, text: str, content_type: int) -> tuple[str, list[object]]:
    """Return the table ``found`` of a statement: the numbers of arrival of the messages that everybody may still see
    and that contain a folded text, and its parameters."""
    found = texts.containing(database.dialect, text)
    args = [*found.args]

    def place(value: object) -> str:
        args.append(value)
        return f"${len(args)}"

    sender, receiver, since, until = wanted.sender, wanted.receiver, wanted.since, wanted.until
    conditions = [
        "m.message_seq = f.number and t.timeline = m.timeline and m.seq >= t.min_seq",
        f"t.form in {wanted.in_forms} and m.sent_at >= {place(since)} and m.sent_at < {place(until)}",
    ]
    if wanted.group:
        conditions.append(f"t.form = {Form.GROUP:d} and t.first_seq = {place(wanted.group)}")
    if content_type:
        conditions.append(f"f.content_type = {place(content_type)}")
    if sender:
        conditions.append(f"m.sender_seq = {place(sender)}")
    if receiver:
        who = place(receiver)
        conditions.append(f"t.form = {Form.CHAT:d} and ((t.first_seq = {who} and t.second_seq = m.sender_seq)")
        conditions[-1] += f" or (t.second_seq = {who} and t.first_seq = m.sender_seq))"
    # SQLite reads the tables of a cross join in this order.
    sql = (
        f"found as materialized (select f.number as number from ({found.sql}) as f cross join messages as m"
        f" cross join timelines as t where {' and '.join(conditions)})"
    )
    return sql, args


async def newest_containing(
    database: Database, wanted: Wanted, text: str, content_type: int, before: int, limit: int
) -> list[int]:
    """Return the numbers of arrival of those of the messages that everybody may still see and that contain a folded
    text which arrived last, below ``before``, the newest first. ``content_type`` 0 is any.

    Raises ``ImError``, ``READS_LIMIT`` (1355), if that takes too long.
    """
    found, args = _containing(database, wanted, text, content_type)
    at = len(args)
    rows = await database.fetch_scan(
        f"with {found} select number from found where number < ${at + 1} order by number desc limit ${at + 2}",
        *args,
        before,
        limit,
    )
    return [row[0] for row in rows]


async def newest(
    database: Database, wanted: Wanted, low: int, before: int, limit: int, *, by_chats: bool = False
) -> list[int]:
    """Return the numbers of arrival of the messages that everybody may still see and that arrived last, from ``low`` to
    below ``before``, the newest first. With ``by_chats`` it goes through all messages in the chats of who is named,
    else through all that arrived then. Raises ``ImError``, ``READS_LIMIT`` (1355), if that takes too long."""
    condition, args = _condition(wanted) if by_chats else _in_order(wanted)
    at = len(args)
    # The sign has SQLite go through the chats and not through all numbers of arrival.
    number = "+m.message_seq" if by_chats else "m.message_seq"
    rows = await database.fetch_scan(
        f"select m.message_seq{condition} and m.seq >= t.min_seq and {number} >= ${at + 1} and {number} < ${at + 2}"
        f" order by m.message_seq desc limit ${at + 3}",
        *args,
        low,
        before,
        limit,
    )
    return [row[0] for row in rows]


async def arrived(database: Database, numbers_of_arrival: Sequence[int]) -> list[Arrived]:
    """Return the messages with these numbers of arrival, the newest first."""
    rows = await database.fetch_long(
        "select message_seq, seq, sender_seq, sent_at, body from messages"
        " where message_seq in (select value from EACH_INT($1)) order by message_seq desc",
        list(numbers_of_arrival),
    )
    return [_arrived(row) for row in rows]


async def last_number(database: Database) -> int:
    """Return the number of arrival of the newest message of all, 0 if there is none."""
    rows = await database.fetch("select coalesce(max(message_seq), 0) from messages")
    return int(rows[0][0])


async def sent_at(database: Database, number: int) -> int:
    """Return when the first message from this number of arrival on was sent, 0 if there is none."""
    rows = await database.fetch(
        "select sent_at from messages where message_seq >= $1 order by message_seq limit 1", number
    )
    return int(rows[0][0]) if rows else 0


async def numbers(database: Database, wanted: Wanted, most: int) -> list[int]:
    """Return the numbers of messages in the order of arrival, at most ``most``."""
    condition, args = _condition(wanted)
    rows = await database.fetch_scan(
        f"select m.message_seq{condition} order by m.message_seq limit ${len(args) + 1}", *args, most
    )
    return [row[0] for row in rows]


async def some(database: Database, numbers_of_arrival: Sequence[int]) -> list[Message]:
    """Return the messages with these numbers of arrival, in their order."""
    rows = await database.fetch_long(
        "select seq, sender_seq, sent_at, body from messages"
        " where message_seq in (select value from EACH_INT($1)) order by message_seq",
        list(numbers_of_arrival),
    )
    return [_message(row) for row in rows]


async def nicknames(database: Database, user_ids: Sequence[str]) -> dict[str, str]:
    """Return the nicknames of users, by their ids."""
    rows = await database.fetch_long(
        "select user_id, nickname from users where user_id in (select value from EACH_TEXT($1))", list(user_ids)
    )
    return {row[0]: row[1] for row in rows}


def _message(row: Row) -> Message:
    return Message(row[0], row[1], row[2], bytes(row[3]))


def _arrived(row: Row) -> Arrived:
    return Arrived(row[0], Message(row[1], row[2], row[3], bytes(row[4])))
