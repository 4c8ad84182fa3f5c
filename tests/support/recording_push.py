"""A ``Push`` that records notifications in the place of a gateway."""

import json
from collections.abc import Collection, Sequence
from typing import NamedTuple

from amity.delivery.ascending import Position
from amity.delivery.push import Push
from amity.gateway.sessions import Sessions
from amity.wire.notification import Notification, push_messages
from amity.wire.proto.sdkws_pb2 import PushMessages


class Notified(NamedTuple):
    """One call of ``notify``."""

    users: list[str]
    notification: Notification
    operation_id: str
    platform_id: int | None = None


class RecordingPush(Push):
    """A ``Push`` that reaches the users in ``connected``, or everybody if that is ``None``."""

    def __init__(self, connected: Sequence[str] | None = None) -> None:
        super().__init__(Sessions())
        self.connected = connected
        self.notified: list[Notified] = []
        self.messages: list[bytes] = []

    def reaches(self, user_id: str) -> bool:
        return self.connected is None or user_id in self.connected

    def reached(self, user_ids: Collection[str]) -> Collection[str]:
        return [user_id for user_id in user_ids if self.reaches(user_id)]

    async def has_core(self, user_id: str, platform_id: int) -> bool:
        return self.reaches(user_id)

    def fetched(self, user_id: str, platform_id: int, coalesces: str) -> None:
        pass

    def notify(
        self,
        user_ids: Collection[str],
        notification: Notification,
        operation_id: str,
        *,
        platform_id: int | None = None,
        except_platform: int | None = None,
    ) -> None:
        self.notified.append(Notified(list(user_ids), notification, operation_id, platform_id))

    def message(
        self,
        user_ids: Collection[str],
        conversation_id: str,
        message: bytes,
        operation_id: str,
        *,
        at: Position | None = None,
        participants: Collection[str] = (),
    ) -> None:
        self.messages.append(message)

    def received(self) -> list[tuple[list[str], str, int, str]]:
        """Return the notifications as clients receive them: users, conversation, content type, and detail."""
        found = []
        for users, notification, *_ in self.notified:
            ((conversation, pull),) = PushMessages.FromString(push_messages(notification, 1)).notificationMsgs.items()
            (message,) = pull.Msgs
            found.append((users, conversation, message.contentType, json.loads(message.content)["detail"]))
        return found
