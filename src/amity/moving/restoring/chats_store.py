"""The SQL that restores what users have of their chats, and nothing else."""

from collections.abc import Sequence
from typing import NamedTuple

from amity.moving.restoring.rows import BulkInsert, next_version, next_versions
from amity.storage import Transaction


class ChatRow(NamedTuple):
    """A user's row of a chat, users by their numbers. ``peer`` is 0 for that of a group; ``read_seq`` is at most the
    chat's newest."""

    owner: int
    timeline: int
    peer: int
    deleted: int
    read_seq: int
    min_seq: int
    max_seq: int
    came_seq: int
    recv_msg_opt: int
    is_pinned: int
    is_private_chat: int
    burn_duration: int
    group_at_type: int
    is_msg_destruct: int
    msg_destruct_time: int
    latest_msg_destruct_time: int
    attached_info: str
    ex: str


_SETTINGS = (
    "deleted",
    "max_seq",
    "recv_msg_opt",
    "is_pinned",
    "is_private_chat",
    "burn_duration",
    "group_at_type",
    "is_msg_destruct",
    "msg_destruct_time",
    "latest_msg_destruct_time",
    "attached_info",
    "ex",
)
# A member of a group who has come from another server with all messages begins where it began there, not where it came
# in here. Whatever its owner does with the row, clearing it included, gives it another version.
_MIN_SEQ = (
    "case when excluded.min_seq > conversations.min_seq or (conversations.peer_seq = 0"
    " and conversations.version = conversations.added_version and exists (select 1 from timelines as t"
    " join restored_timelines as r on r.timeline = t.timeline and r.last_seq >= t.max_seq"
    " where t.timeline = conversations.timeline)) then excluded.min_seq else conversations.min_seq end"
)
_HAS_SETTINGS = (
    f"({', '.join(f'conversations.{name}' for name in _SETTINGS)}) = ({', '.join(f'excluded.{n}' for n in _SETTINGS)})"
    f" and conversations.min_seq = {_MIN_SEQ}"
)
# What was read stays read, and is no change of the list. What the owner has cleared stays so.
_put_chats = BulkInsert(
    "conversations",
    "owner_seq, timeline, peer_seq, version, added_version, deleted, read_seq, min_seq, max_seq, came_seq,"
    " recv_msg_opt, is_pinned, is_private_chat, burn_duration, group_at_type, is_msg_destruct, msg_destruct_time,"
    " latest_msg_destruct_time, attached_info, ex",
    2,
    f"""
    on conflict (owner_seq, timeline) do update set
        version = case when {_HAS_SETTINGS} then conversations.version else excluded.version end,
        added_version = case when conversations.deleted = 1 and excluded.deleted = 0 then excluded.version
            else conversations.added_version end,
        read_seq = case when excluded.read_seq > conversations.read_seq then excluded.read_seq
            else conversations.read_seq end,
        min_seq = {_MIN_SEQ},
        came_seq = case when excluded.came_seq > conversations.came_seq then excluded.came_seq
            else conversations.came_seq end,
        {", ".join(f"{name} = excluded.{name}" for name in _SETTINGS)}
    """,
)


async def put_chats(tx: Transaction, chats: Sequence[ChatRow]) -> None:
    """Put chats on their owners' lists, each with a version of its own. No pair may occur twice."""
    versions = await next_versions(tx, "conversations", {row.owner for row in chats})
    rows: list[tuple[object, ...]] = []
    for row in sorted(chats):
        version = next_version(versions, row.owner)
        rows.append((*row[:3], version, version, *row[3:]))
    await _put_chats(tx, rows)
