"""Asking the app's business server before a single chat begins, once for each user whose row of it is made."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping
from typing import Final, NamedTuple
from weakref import WeakValueDictionary

from amity.callbacks.asking.before import Before
from amity.callbacks.asking.unfit import Unfit
from amity.conversations import positions
from amity.conversations.replacing import unfit_field
from amity.storage import Database
from amity.timeline.models import Place
from amity.timeline.service import Timelines
from amity.wire.conversation_ids import single_id
from amity.wire.events.conversations import BeforeCreateSingleChatConversations, ReplaceConversation
from amity.wire.message_kinds import SINGLE_CHAT

NONE: Final[Mapping[int, ReplaceConversation]] = {}


class Participant(NamedTuple):
    """Whose row, and with whom: numbers and ids of users."""

    owner: int
    peer: int
    owner_id: str
    peer_id: str


class Beginning:
    """Asks about rows of conversations that are not there."""

    def __init__(self, database: Database, timelines: Timelines, before: Before) -> None:
        self._database = database
        self._timelines = timelines
        self._before = before
        self.is_on = before.enabled(BeforeCreateSingleChatConversations)
        """Whether the business server is asked."""
        self._locks: WeakValueDictionary[Place, asyncio.Lock] = WeakValueDictionary()

    @contextlib.asynccontextmanager
    async def asked(
        self, place: Place, participants: list[Participant], operation_id: str
    ) -> AsyncIterator[Mapping[int, ReplaceConversation]]:
        """Ask about the rows that are missing, and yield what the business server replaces in them, by owner.

        The rows are to be made inside. Meanwhile no other message of the chat is asked about, so that two first
        messages ask once. Raises ``ImError``: the business server's own, 90004 or 90007.
        """
        if not await self._missing(place, participants):
            yield NONE
            return
        lock = self._locks.get(place)
        if lock is None:
            lock = self._locks[place] = asyncio.Lock()
        async with lock:
            replaced = {}
            for each in await self._missing(place, participants):
                async with self._before.judged(_question(each), operation_id) as answer:
                    if answer.change is not None:
                        if field := unfit_field(answer.change):
                            raise Unfit(f"the app's callback gives a conversation that there is not: {field}")
                        replaced[each.owner] = answer.change
            yield replaced

    async def _missing(self, place: Place, participants: list[Participant]) -> list[Participant]:
        timeline = await self._timelines.number(place)
        if timeline is None:
            return participants
        return [each for each in participants if await positions.one(self._database, each.owner, timeline) is None]


def _question(each: Participant) -> BeforeCreateSingleChatConversations:
    return BeforeCreateSingleChatConversations(
        owner_user_id=each.owner_id,
        conversation_id=single_id(each.owner_id, each.peer_id),
        conversation_type=SINGLE_CHAT,
        user_id=each.peer_id,
        recv_msg_opt=0,
        is_pinned=False,
        is_private_chat=False,
        burn_duration=0,
        group_at_type=0,
        attached_info="",
        ex="",
    )
