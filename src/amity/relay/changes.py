"""What an answer may replace, of the before-callbacks of OpenIM's server that the catalogue does not have.

Source: pkg/callbackstruct of open-im-server 3.8. It refuses an answer in which a field that it knows has another
type, so that is found before.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Self

import msgspec

from amity.wire.events.conversations import ReplaceConversation
from amity.wire.events.event import Change, NoChange, WireStruct
from amity.wire.events.pushes import ReplaceReceivers
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


CHANGES: Mapping[str, type[Change]] = {
    "beforeSendGroupMsg": NoChange,
    "beforeGroupOnlinePush": ReplaceReceivers,
    "beforeCreateGroup": ReplaceNewGroup,
    "beforeMemberJoinGroup": ReplaceMembers,
    "beforeSetGroupMemberInfo": ReplaceMemberInfo,
    "beforeApplyJoinGroup": NoChange,
    "beforeInviteUserToGroup": RefuseMembers,
    "beforeSetGroupInfo": ReplaceGroupInfo,
    "beforeSetGroupInfoEx": ReplaceGroupInfo,
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
