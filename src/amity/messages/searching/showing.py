"""Messages that were found, as on the wire."""

from collections.abc import Mapping, Sequence
from typing import Final

from amity.groups.models import GroupInfo
from amity.groups.stored import groups
from amity.messages.searching import store
from amity.messages.searching.models import ChatLog, SearchedMessage
from amity.storage import Database
from amity.timeline.models import Message
from amity.wire.message_kinds import GROUP_CHAT
from amity.wire.proto.sdkws_pb2 import MsgData

_REVOKED: Final = 2101


async def shown(database: Database, found: Sequence[Message]) -> list[ChatLog]:
    """Return messages with the names of who sent and got them, and with what their groups are, in their order."""
    messages = [(each.seq, MsgData.FromString(each.body)) for each in found]
    sent_to = {message.recvID for _, message in messages if message.sessionType != GROUP_CHAT}
    unnamed = {message.sendID for _, message in messages if not message.senderNickname}
    names = await store.nicknames(database, list(sent_to | unnamed))
    named = {message.groupID for _, message in messages if message.sessionType == GROUP_CHAT}
    of_groups = {each: group.info() for each, group in (await groups.by_ids(database, list(named))).items()}
    return [_log_of(seq, message, names, of_groups.get(message.groupID)) for seq, message in messages]


def _log_of(seq: int, message: MsgData, names: Mapping[str, str], group: GroupInfo | None) -> ChatLog:
    """Return a message as it is found. ``names`` has the nicknames of users."""
    is_of_group = message.sessionType == GROUP_CHAT
    return ChatLog(
        chat_log=SearchedMessage(
            server_msg_id=message.serverMsgID,
            client_msg_id=message.clientMsgID,
            send_id=message.sendID,
            recv_id=message.groupID if is_of_group else message.recvID,
            group_id=message.groupID,
            recv_nickname="" if is_of_group else names.get(message.recvID, ""),
            sender_platform_id=message.senderPlatformID,
            sender_nickname=message.senderNickname or (names.get(message.sendID, "") if is_of_group else ""),
            sender_face_url=message.senderFaceURL,
            group_name="" if group is None else group.group_name,
            session_type=message.sessionType,
            msg_from=message.msgFrom,
            content_type=message.contentType,
            content=message.content.decode(errors="replace"),
            status=0,
            send_time=message.sendTime,
            create_time=message.createTime,
            ex=message.ex,
            group_face_url="" if group is None else group.face_url,
            group_member_count=0 if group is None else group.member_count,
            seq=seq,
            group_owner="" if group is None else group.owner_user_id,
            group_type=0 if group is None else group.group_type,
        ),
        is_revoked=message.contentType == _REVOKED,
    )
