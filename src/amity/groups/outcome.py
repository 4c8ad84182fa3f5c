"""What clients are told of a change of a group, once it is committed."""

from collections.abc import Sequence
from typing import NamedTuple

from amity.conversations.notices import notify_changed, notify_marked
from amity.delivery.delivering import Delivering
from amity.delivery.push import Push
from amity.wire.conversation_ids import group_id as conversation_of
from amity.wire.notification import ContentType, Notification
from amity.wire.proto.sdkws_pb2 import MsgData


class Copy(NamedTuple):
    """A message of the group that tells what a notification told."""

    message: MsgData
    body: bytes


class Addressed(NamedTuple):
    """A notification to one user."""

    user_id: str
    notification: Notification


class Outcome(NamedTuple):
    """What clients are told of a change: what is ``addressed`` to single users; the notifications, and the messages of
    the group, to ``receivers``; and that the conversation of these users has changed, to each of them.
    """

    group_id: str
    receivers: frozenset[str]
    notices: Sequence[MsgData]
    copies: Sequence[Copy]
    rows_of: Sequence[str]
    addressed: Sequence[Addressed]


class Telling:
    """Pushes what is told of changes."""

    def __init__(self, push: Push, delivering: Delivering) -> None:
        self._push = push
        self._delivering = delivering

    def address(self, addressed: Sequence[Addressed], operation_id: str) -> None:
        """Push notifications, each to its user."""
        for each in addressed:
            if self._push.reaches(each.user_id):
                self._push.notify([each.user_id], each.notification, operation_id)

    def tell(self, outcome: Outcome, operation_id: str) -> None:
        """Push what is told of a change: first all notifications, then the messages of the group, as OpenIM's clients
        miss that they have joined a group whose message comes first."""
        self.address(outcome.addressed, operation_id)
        for notice in outcome.notices:
            self._push.notice(outcome.receivers, notice, operation_id)
        conversation_id = conversation_of(outcome.group_id)
        for copy in outcome.copies:
            self._delivering.follow(outcome.receivers, conversation_id, copy.message, copy.body, operation_id)
            if copy.message.contentType == ContentType.GROUP_INFO_SET_ANNOUNCEMENT:
                by = copy.message.sendID
                notify_marked(self._push, outcome.receivers, outcome.group_id, conversation_id, by, operation_id)
        for user_id in outcome.rows_of:
            if self._push.reaches(user_id):
                notify_changed(self._push, user_id, [conversation_id], operation_id)


def copy_of(notice: MsgData) -> MsgData:
    copy = MsgData()
    copy.CopyFrom(notice)
    copy.options.clear()
    copy.options.update({"offlinePush": False, "unreadCount": True})
    return copy
