"""Push to the clients that are connected to this process."""

from collections.abc import Callable, Collection
from functools import partial
from itertools import chain
from typing import Final

from amity.gateway.frames import Frames
from amity.gateway.session import Session, reachable
from amity.gateway.sessions import Sessions
from amity.wire.conversation_ids import NOTIFICATIONS
from amity.wire.frames import Identifier, Reply
from amity.wire.message_bytes import push_data

_SMALL: Final = 4096
"""Bytes of a message up to which it may go in one write with others."""


class Here:
    """Pushes to sessions. Nothing here waits."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def message(self, user_ids: Collection[str], conversation_id: str, message: bytes, operation_id: str) -> None:
        """Push a message or a stored notification, an encoded ``MsgData``, to all clients of these users."""
        frames = Frames(partial(_frame, conversation_id, message, operation_id))
        if isinstance(user_ids, frozenset) and len(message) <= _SMALL:
            if members := self._sessions.of_members(user_ids):
                self._sessions.fan_out.send_to_all(members, frames)
        elif connected := self._sessions.of_each(user_ids):
            self._sessions.fan_out.send(reachable(chain.from_iterable(connected)), frames)

    def message_again(
        self, user_id: str, connection_id: str, conversation_id: str, message: bytes, operation_id: str
    ) -> None:
        """Push a message to one of a user's connections, if it is still open."""
        asking = [each for each in self._sessions.of(user_id) if each.conn_id == connection_id]
        if asking:
            self._sessions.fan_out.send(asking, Frames(partial(_frame, conversation_id, message, operation_id)))

    def data(
        self,
        user_ids: Collection[str],
        make: Callable[[], bytes],
        operation_id: str,
        is_for: Callable[[Session], bool] | None = None,
    ) -> None:
        """Push the ``PushMessages`` that ``make`` returns to those clients of these users that it ``is_for``. Neither
        is called before somebody is reached."""
        if connected := self._sessions.of_each(user_ids):
            frames = Frames(lambda: Reply(Identifier.PUSH, operation_id=operation_id, data=make()))
            sessions = reachable(chain.from_iterable(connected))
            self._sessions.fan_out.send(sessions if is_for is None else filter(is_for, sessions), frames)


def _frame(conversation_id: str, message: bytes, operation_id: str) -> Reply:
    data = push_data(conversation_id, message, notifies=conversation_id.startswith(NOTIFICATIONS))
    return Reply(Identifier.PUSH, operation_id=operation_id, data=data)
