"""The callbacks about conversations that begin.

Source: pkg/callbackstruct/conversation.go of open-im-server 3.8, and recorded requests.
"""

from collections.abc import Mapping
from typing import Any, ClassVar

import msgspec

from amity.wire.conversation_ids import single_id
from amity.wire.events.event import FRIENDS, OWNER, AfterEvent, BeforeEvent, Change, WireStruct
from amity.wire.integers import Int32


class ReplaceConversation(Change, frozen=True):
    recv_msg_opt: Int32 | None = None
    is_pinned: bool | None = None
    is_private_chat: bool | None = None
    burn_duration: Int32 | None = None
    group_at_type: Int32 | None = None
    attached_info: str | None = None
    ex: str | None = None


class _SingleChatConversationEvent(WireStruct, frozen=True):
    """A user's row of a single chat. OpenIM spells three of its names so."""

    sample: ClassVar[Mapping[str, Any]] = {
        "owner_user_id": OWNER,
        "conversation_id": single_id(OWNER, FRIENDS[0]),
        "conversation_type": 1,
        "user_id": FRIENDS[0],
        "recv_msg_opt": 0,
        "is_pinned": False,
        "is_private_chat": False,
        "burn_duration": 0,
        "group_at_type": 0,
        "attached_info": "",
        "ex": "",
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
