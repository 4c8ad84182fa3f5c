"""The callbacks about conversations that begin.

Source: pkg/callbackstruct/conversation.go of open-im-server 3.8, and recorded requests. OpenIM spells three of the
names so.
"""

from collections.abc import Mapping
from typing import Any, ClassVar

import msgspec

from amity.wire.conversation_ids import GROUP, single_id
from amity.wire.events.event import FRIENDS, GROUP_ID, OWNER, AfterEvent, BeforeEvent, Change, WireStruct
from amity.wire.integers import Int32


class ReplaceConversation(Change, frozen=True):
    recv_msg_opt: Int32 | None = None
    is_pinned: bool | None = None
    is_private_chat: bool | None = None
    burn_duration: Int32 | None = None
    group_at_type: Int32 | None = None
    attached_info: str | None = None
    ex: str | None = None


_NEW: Mapping[str, Any] = {
    "recv_msg_opt": 0,
    "is_pinned": False,
    "is_private_chat": False,
    "burn_duration": 0,
    "group_at_type": 0,
    "attached_info": "",
    "ex": "",
}


class _SingleChatConversationEvent(WireStruct, frozen=True):
    """A user's row of a single chat."""

    sample: ClassVar[Mapping[str, Any]] = {
        "owner_user_id": OWNER,
        "conversation_id": single_id(OWNER, FRIENDS[0]),
        "conversation_type": 1,
        "user_id": FRIENDS[0],
        **_NEW,
    }
    owner_user_id: str = msgspec.field(name="ownerUserId")
    conversation_id: str = msgspec.field(name="conversationId")
    conversation_type: int
    user_id: str = msgspec.field(name="userId")
    recv_msg_opt: int
    is_pinned: bool
    is_private_chat: bool
    burn_duration: int
    group_at_type: int
    attached_info: str
    ex: str

    def owner(self) -> str:
        return self.conversation_id


class BeforeCreateSingleChatConversations(_SingleChatConversationEvent, BeforeEvent, frozen=True):
    change: ClassVar[type[ReplaceConversation]] = ReplaceConversation


class AfterCreateSingleChatConversations(_SingleChatConversationEvent, AfterEvent, frozen=True):
    pass


class _GroupChatConversationEvent(WireStruct, frozen=True):
    """The rows of a group's chat of all who join at once; ``owner_user_id`` is empty."""

    sample: ClassVar[Mapping[str, Any]] = {
        "owner_user_id": "",
        "conversation_id": GROUP + GROUP_ID,
        "conversation_type": 3,
        "group_id": GROUP_ID,
        **_NEW,
    }
    owner_user_id: str = msgspec.field(name="ownerUserId")
    conversation_id: str = msgspec.field(name="conversationId")
    conversation_type: int
    group_id: str = msgspec.field(name="groupId")
    recv_msg_opt: int
    is_pinned: bool
    is_private_chat: bool
    burn_duration: int
    group_at_type: int
    attached_info: str
    ex: str

    def owner(self) -> str:
        return GROUP + self.group_id


class BeforeCreateGroupChatConversations(_GroupChatConversationEvent, BeforeEvent, frozen=True):
    change: ClassVar[type[ReplaceConversation]] = ReplaceConversation


class AfterCreateGroupChatConversations(_GroupChatConversationEvent, AfterEvent, frozen=True):
    pass
