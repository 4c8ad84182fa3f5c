"""What an answer may replace, of the before-callbacks of OpenIM's server that the catalogue does not have.

Source: pkg/callbackstruct of open-im-server 3.8. It refuses an answer in which a field that it knows has another
type, so that is found before.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Self

import msgspec

from amity.wire.events.event import Change, NoChange, WireStruct
from amity.wire.integers import Int32

COMMON = ("actionCode", "errCode", "errMsg", "errDlt", "nextCode")
"""The fields of every answer."""
_COMMON_FOLDED = {name.casefold() for name in COMMON}


class AnyChange(Change, frozen=True):
    """What an answer to an unknown command may replace: every field but those of every answer, as it is."""

    fields: Mapping[str, msgspec.Raw] = {}

    @classmethod
    def read(cls, answer: bytes) -> Self:
        """Decode an answer's own fields. OpenIM's server takes a name in any case: of several that differ in case alone
        the first is kept, and none that only looks like a field of every answer."""
        fields: dict[str, msgspec.Raw] = {}
        seen = set(_COMMON_FOLDED)
        for name, value in _fields.decode(answer).items():
            folded = name.casefold()
            if folded not in seen and bytes(value) != b"null":
                seen.add(folded)
                fields[name] = value.copy()
        return cls(fields=fields)


_fields = msgspec.json.Decoder(dict[str, msgspec.Raw])


class OfflinePushInfo(WireStruct, frozen=True):
    title: str = ""
    desc: str = ""
    ex: str = ""
    ios_push_sound: str = msgspec.field(default="", name="iOSPushSound")
    ios_badge_count: bool = msgspec.field(default=False, name="iOSBadgeCount")
    signal_info: str = ""


class ReplaceMessage(Change, frozen=True):
    content: str | None = None
    recv_id: str | None = None
    group_id: str | None = None
    client_msg_id: str | None = None
    server_msg_id: str | None = None
    sender_platform_id: Int32 | None = None
    sender_nickname: str | None = None
    sender_face_url: str | None = None
    session_type: Int32 | None = None
    msg_from: Int32 | None = None
    content_type: Int32 | None = None
    status: Int32 | None = None
    options: dict[str, bool] | None = None
    offline_push_info: OfflinePushInfo | None = None
    at_user_id_list: Sequence[str] | None = None
    attached_info: str | None = None
    ex: str | None = None


class ReplaceReceivers(Change, frozen=True):
    user_ids: Sequence[str] | None = msgspec.field(default=None, name="userIDList")
    offline_push_info: OfflinePushInfo | None = None


class ReplaceNewGroup(Change, frozen=True):
    group_id: str | None = None
    group_name: str | None = None
    notification: str | None = None
    introduction: str | None = None
    face_url: str | None = None
    owner_user_id: str | None = None
    ex: str | None = None
    status: Int32 | None = None
    creator_user_id: str | None = None
    group_type: Int32 | None = None
    need_verification: Int32 | None = None
    look_member_info: Int32 | None = None
    apply_member_friend: Int32 | None = None


class MemberChange(WireStruct, frozen=True, omit_defaults=True):
    user_id: str
    nickname: str | None = None
    face_url: str | None = None
    role_level: Int32 | None = None
    mute_end_time: int | None = None
    ex: str | None = None


class ReplaceMembers(Change, frozen=True):
    member_callback_list: Sequence[MemberChange] | None = None


class ReplaceMemberInfo(Change, frozen=True):
    nick_name: str | None = None
    face_url: str | None = None
    role_level: Int32 | None = None
    ex: str | None = None


class RefuseMembers(Change, frozen=True):
    refused_members_account: Sequence[str] | None = None


class ReplaceGroupInfo(Change, frozen=True):
    group_id: str | None = None
    group_name: str | None = None
    notification: str | None = None
    introduction: str | None = None
    face_url: str | None = None
    ex: str | None = None
    need_verification: Int32 | None = None
    look_member_info: Int32 | None = None
    apply_member_friend: Int32 | None = None


class ReplaceConversation(Change, frozen=True):
    recv_msg_opt: Int32 | None = None
    is_pinned: bool | None = None
    is_private_chat: bool | None = None
    burn_duration: Int32 | None = None
    group_at_type: Int32 | None = None
    attached_info: str | None = None
    ex: str | None = None


CHANGES: Mapping[str, type[Change]] = {
    "beforeSendSingleMsg": NoChange,
    "beforeSendGroupMsg": NoChange,
    "beforeMsgModify": ReplaceMessage,
    "beforeOfflinePush": ReplaceReceivers,
    "beforeOnlinePush": ReplaceReceivers,
    "beforeGroupOnlinePush": ReplaceReceivers,
    "beforeCreateGroup": ReplaceNewGroup,
    "beforeMemberJoinGroup": ReplaceMembers,
    "beforeSetGroupMemberInfo": ReplaceMemberInfo,
    "beforeApplyJoinGroup": NoChange,
    "beforeInviteUserToGroup": RefuseMembers,
    "beforeSetGroupInfo": ReplaceGroupInfo,
    "beforeSetGroupInfoEx": ReplaceGroupInfo,
    "beforeCreateSingleChatConversations": ReplaceConversation,
    "beforeCreateGroupChatConversations": ReplaceConversation,
}
"""By the key in the settings."""


def fields_of(change: Change) -> dict[str, Any]:
    """Return what a change replaces, by the names on the wire."""
    if isinstance(change, AnyChange):
        return dict(change.fields)
    fields: dict[str, Any] = msgspec.to_builtins(change)
    return {
        name: list(value) if isinstance(value, tuple) else value for name, value in fields.items() if value is not None
    }
