"""Limits of messages: how long their parts are, and how many a user sends.

OpenIM has none of these.
"""

from collections.abc import Collection
from typing import Final

from amity.calls.call import Call
from amity.calls.quota import Quota
from amity.clock import SYSTEM_CLOCK, Clock
from amity.errors import Code, ImError
from amity.settings import Messages
from amity.wire.proto.sdkws_pb2 import MsgData

MOST_OPTIONS: Final = 64
MOST_CONTENT: Final = 49_152
"""Bytes of the content of a message that was not sent here, whatever the settings are."""
MOST_TEXT: Final = 65_536
"""Characters of its ``ex`` and of its ``attachedInfo``."""
MOST_BYTES: Final = 262_144
"""Bytes of a whole message. A bounded answer has room for several of these."""
MOST_PUSH: Final = 16_384
"""Bytes of what a phone is to show of it. Push services take 4 KiB."""
LONGEST_ID: Final = 256
"""Characters of a client's id of a message."""


class MessageLimits:
    """Refuses what is too long, and what is too much of one user."""

    def __init__(self, settings: Messages, admins: Collection[str] = (), clock: Clock = SYSTEM_CLOCK) -> None:
        self._settings = settings
        self._admins = frozenset(admins)
        code = Code.MESSAGES_LIMIT
        self._quotas = (
            Quota("perSecond", settings.per_second, code, clock, section="messages", seconds=1.0),
            Quota("perMinute", settings.per_minute, code, clock, section="messages"),
        )

    @property
    def friend_verify(self) -> bool:
        """Whether the receiver's friend list must have the sender."""
        return self._settings.friend_verify

    def require_bounds(self, message: MsgData) -> None:
        """Raise ``ImError``, ``ARGS`` (1001), for a part of a message that is too long, or for no content."""
        settings = self._settings
        for field, found, most in (
            ("content", len(message.content), settings.content_bytes),
            ("ex", len(message.ex), settings.ex_characters),
            ("attachedInfo", len(message.attachedInfo), settings.attached_info_characters),
            ("atUserIDList", len(message.atUserIDList), settings.at_users),
            ("options", len(message.options), MOST_OPTIONS),
            ("offlinePushInfo", _size_of_push(message), MOST_PUSH),
            ("clientMsgID", len(message.clientMsgID), LONGEST_ID),
            ("message", message.ByteSize(), MOST_BYTES),
        ):
            if found > most:
                raise ImError(Code.ARGS, f"{field}: too long (limit {most}, got {found})")
        if not message.content:
            raise ImError(Code.ARGS, "content is empty")

    def use(self, call: Call) -> ImError | None:
        """Count a message of the caller's, who is no administrator. Return the refusal, ``MESSAGES_LIMIT`` (1358), if
        that is too many."""
        if call.is_admin or call.user_id in self._admins:
            return None
        try:
            for quota in self._quotas:
                quota.take(call.user_id)
        except ImError as error:
            return error
        return None


def _size_of_push(message: MsgData) -> int:
    return message.offlinePushInfo.ByteSize() if message.HasField("offlinePushInfo") else 0
