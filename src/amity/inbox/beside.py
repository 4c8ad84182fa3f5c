"""What is shown beside a user's conversations: of a chat the other user, of a group the group.

Source: open-im-server 3.8 ``internal/rpc/conversation`` and ``internal/api/jssdk``.
"""

from collections.abc import Iterable, Mapping

from amity.conversations.positions import Position
from amity.groups.models import GroupInfo
from amity.groups.stored import groups, joined
from amity.inbox.models import MsgInfo
from amity.messages.message import MsgData
from amity.storage import Database
from amity.timeline.models import Form
from amity.users import store as users
from amity.users.models import User


def chats_of(entries: Iterable[Position]) -> list[Position]:
    """Return those conversations that are with a user. The others are groups', and ``peer_id`` is a group's id."""
    return [entry for entry in entries if entry.form != Form.GROUP]


def named(entry: Position, data: MsgData) -> str:
    """Return the id of the user who is named beside the newest message of a conversation: OpenIM names of a chat the
    other user, whoever sent it, of a group the sender."""
    return data.send_id if entry.form == Form.GROUP else entry.peer_id


async def groups_of(database: Database, owner: int, entries: Iterable[Position]) -> dict[int, GroupInfo]:
    """Return the groups of conversations, by timelines. One that the owner has left is shown as to a stranger."""
    wanted = {entry.timeline: entry.peer_id for entry in entries if entry.form == Form.GROUP}
    if not wanted:
        return {}
    found = await groups.by_ids(database, list(wanted.values()))
    seen = await joined.roles(database, owner, [group.seq for group in found.values()])
    infos = {group_id: group.info(to_stranger=group.seq not in seen) for group_id, group in found.items()}
    return {timeline: infos[group_id] for timeline, group_id in wanted.items() if group_id in infos}


async def users_of(database: Database, wanted: Mapping[int, str]) -> dict[int, User]:
    """Return the users of these ids by what the ids are under."""
    if not wanted:
        return {}
    found = {user.user_id: user for user in await users.by_ids(database, list(set(wanted.values())))}
    return {key: found[user_id] for key, user_id in wanted.items() if user_id in found}


def info_of(data: MsgData, user: User | None, group: GroupInfo | None) -> MsgInfo:
    """Return what is shown of the newest message of a conversation. Of a group nobody's picture is shown."""
    return MsgInfo(
        server_msg_id=data.server_msg_id,
        client_msg_id=data.client_msg_id,
        session_type=data.session_type,
        send_id=data.send_id,
        recv_id=data.recv_id,
        sender_name="" if user is None else user.nickname,
        face_url="" if user is None or data.group_id else user.face_url,
        group_id=data.group_id,
        group_name="" if group is None else group.group_name,
        group_face_url="" if group is None else group.face_url,
        group_type=0 if group is None else group.group_type,
        group_member_count=0 if group is None else group.member_count,
        latest_msg_recv_time=data.send_time,
        msg_from=data.msg_from,
        content_type=data.content_type,
        content=data.content.decode(errors="replace"),
        ex=data.ex,
    )
