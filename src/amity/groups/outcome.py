"""What clients are told of a change of a group, once it is committed."""

import asyncio
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final, NamedTuple

from amity.clock import SYSTEM_CLOCK, Clock
from amity.conversations.notices import changed, notify_marked
from amity.delivery.ascending import Position
from amity.delivery.delivering import Delivering
from amity.delivery.push import Push
from amity.groups.notices import GroupDetail
from amity.settings.model import Notifications
from amity.wire.conversation_ids import group_id as conversation_of
from amity.wire.conversation_ids import group_notices_id
from amity.wire.notification import ContentType, Notification, message_of
from amity.wire.proto.sdkws_pb2 import MsgData, OfflinePushInfo

_AT_ONCE: Final = 200
"""Notifications to single users that one turn of the loop pushes."""


class Copy(NamedTuple):
    """A message of the group that tells what a notification told."""

    message: MsgData
    body: bytes
    at: Position | None = None


class Addressed(NamedTuple):
    """What users are told by another one, each in a notification of its own. ``is_news``: their phones are pushed it
    where the settings say so."""

    user_ids: frozenset[str]
    sender_id: str
    detail: GroupDetail
    is_news: bool = True


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

    def __init__(
        self, push: Push, delivering: Delivering, notifications: Notifications, clock: Clock = SYSTEM_CLOCK
    ) -> None:
        self._push = push
        self._delivering = delivering
        self._notifications = notifications
        self._clock = clock

    def address(self, addressed: Sequence[Addressed], operation_id: str) -> None:
        """Push what single users are told: much of it in several turns of the loop."""
        if addressed:
            self._address(self._each(addressed), operation_id)
        for each in addressed:
            if each.is_news:
                self._wake(each, operation_id)

    def _wake(self, told: Addressed, operation_id: str) -> None:
        """Have phones that are not connected pushed what their users are told: one push, of the group."""
        shown = self._notifications.offline_push(told.detail.setting)
        if shown is None:
            return
        group_id = told.detail.group.group_id
        message = message_of(
            Notification(told.sender_id, group_id, told.detail, is_of_group=True), self._clock.now_ms()
        )
        message.options["offlinePush"] = True
        message.offlinePushInfo.CopyFrom(OfflinePushInfo(title=shown.title, desc=shown.desc, ex=shown.ext))
        self._delivering.wake(told.user_ids, group_notices_id(group_id), message, operation_id)

    def _each(self, addressed: Sequence[Addressed]) -> Iterator[Notification | None]:
        """Return the notifications to those who are connected, and ``None`` after those of each."""
        for each in addressed:
            for user_id in self._push.reached(each.user_ids):
                yield Notification(each.sender_id, user_id, each.detail)
            yield None

    def _address(self, notifications: Iterator[Notification | None], operation_id: str) -> None:
        part = list(islice(notifications, _AT_ONCE))
        for each in part:
            if each is not None:
                self._push.notify([each.recv_id], each, operation_id)
        if len(part) == _AT_ONCE:
            asyncio.get_running_loop().call_soon(self._address, notifications, operation_id)

    def tell(self, outcome: Outcome, operation_id: str) -> None:
        """Push what is told of a change: first all notifications, then the messages of the group, as OpenIM's clients
        miss that they have joined a group whose message comes first."""
        self.address(outcome.addressed, operation_id)
        for notice in outcome.notices:
            self._push.notice(outcome.receivers, notice, operation_id)
        conversation_id = conversation_of(outcome.group_id)
        for copy in outcome.copies:
            self._delivering.follow(
                outcome.receivers, conversation_id, copy.message, copy.body, operation_id, at=copy.at
            )
            if copy.message.contentType == ContentType.GROUP_INFO_SET_ANNOUNCEMENT:
                by = copy.message.sendID
                notify_marked(self._push, outcome.receivers, outcome.group_id, conversation_id, by, operation_id)
        if outcome.rows_of:
            owners = self._push.reached(outcome.rows_of)
            self._address((changed(owner, [conversation_id]) for owner in owners), operation_id)
