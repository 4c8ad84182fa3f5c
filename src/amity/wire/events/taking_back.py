"""The callbacks about messages that are taken back."""

from collections.abc import Mapping
from typing import Any, ClassVar

from amity.wire.conversation_ids import single_id
from amity.wire.events.event import FRIENDS, OWNER, AfterEvent


class AfterRevokeMsg(AfterEvent, frozen=True):
    """A message was revoked. Its order is that of its conversation.

    Source: open-im-server 3.8 ``pkg/callbackstruct/revoke.go``; the command's name is OpenIM's.
    """

    command: ClassVar[str] = "callbackBeforeAfterMsgCommand"
    sample: ClassVar[Mapping[str, Any]] = {
        "conversation_id": single_id(OWNER, FRIENDS[0]),
        "seq": 7,
        "user_id": OWNER,
    }
    conversation_id: str
    seq: int
    user_id: str

    def owner(self) -> str:
        return self.conversation_id
