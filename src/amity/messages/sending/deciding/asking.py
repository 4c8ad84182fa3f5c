"""Asking the app's business server about a message, once, before it is stored.

A client that hears nothing sends its message again after 10 seconds, and the business server may take longer. So a
repeat that comes while the first is being decided waits for the same decision.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Generic, TypeVar

from amity.callbacks.asking.before import Before
from amity.errors import Code, ImError
from amity.messages.events import before_modify, before_send_group, before_send_single, is_told, subject_of
from amity.messages.sending.deciding.modifying import with_changes
from amity.timeline.models import Place
from amity.wire.events.conversations import BeforeCreateSingleChatConversations
from amity.wire.events.messages import BeforeMsgModify, BeforeSendGroupMsg, BeforeSendSingleMsg
from amity.wire.message_kinds import GROUP_CHAT
from amity.wire.proto.sdkws_pb2 import MsgData

R = TypeVar("R")


class Decisions(Generic[R]):
    """What is being decided in this process, by the names of messages: their drafts' ``key``."""

    def __init__(self) -> None:
        self._pending: dict[tuple[int, int], tuple[Place, asyncio.Task[R]]] = {}

    async def once(self, key: tuple[int, int], place: Place, decide: Callable[[], Awaitable[R]]) -> tuple[R, bool]:
        """Decide, or wait for the decision that is being made under this key; return it and whether it was made here.
        Raise what it raises.

        It is made to its end also if the caller is cancelled, as others may wait for it. Raises ``ImError``, ``ARGS``
        (1001), if the message that is being decided is another conversation's.
        """
        pending = self._pending.get(key)
        is_own = pending is None
        if pending is None:
            task = asyncio.ensure_future(_run(decide))
            self._pending[key] = (place, task)
            task.add_done_callback(lambda _: self._done(key))
        else:
            asked_of, task = pending
            if asked_of != place:
                raise ImError(Code.ARGS, "clientMsgID: is that of a message of another conversation")
        return await asyncio.shield(task), is_own

    def _done(self, key: tuple[int, int]) -> None:
        _, task = self._pending.pop(key)
        if not task.cancelled():
            task.exception()  # if nobody waits any more, it is not reported as lost


async def _run(decide: Callable[[], Awaitable[R]]) -> R:
    return await decide()


class Asking:
    """The before-callbacks of messages."""

    def __init__(self, before: Before) -> None:
        self._before = before
        self._modifies = before.enabled(BeforeMsgModify)
        self._asks = (
            self._modifies or before.enabled(BeforeSendSingleMsg) or before.enabled(BeforeCreateSingleChatConversations)
        )
        self._asks_about_groups = self._modifies or before.enabled(BeforeSendGroupMsg)

    @property
    def modifies(self) -> bool:
        """Whether the business server may change messages."""
        return self._modifies

    def is_about(self, message: MsgData) -> bool:
        """Return whether the business server may be asked about a message."""
        asks = self._asks_about_groups if message.sessionType == GROUP_CHAT else self._asks
        return asks and is_told(message)

    @asynccontextmanager
    async def asked(self, message: MsgData, operation_id: str) -> AsyncIterator[MsgData]:
        """Yield the message as it is to be sent: this one, or another if the business server changes it, which is to be
        checked inside.

        Raises ``ImError``: the business server's own, 90004 or 90007 if a callback failed, 90007 for a change that no
        message may have.
        """
        subject = subject_of(message)
        if message.sessionType == GROUP_CHAT:
            if self._before.wants(BeforeSendGroupMsg, subject):
                await self._before.ask(before_send_group(message, operation_id), operation_id)
        elif self._before.wants(BeforeSendSingleMsg, subject):
            await self._before.ask(before_send_single(message, operation_id), operation_id)
        if not self._before.wants(BeforeMsgModify, subject):
            yield message
            return
        async with self._before.judged(before_modify(message, operation_id), operation_id) as answer:
            made = message if answer.change is None else with_changes(message, answer.change)
            yield message if made == message else made
