"""Add users to blacklists, and remove them.

A block refuses the waiting friend requests between the two users. Nobody is notified of that, because a block must not
be visible to the blocked user. A block does not end a friendship.

Source: open-im-server 3.8 ``internal/rpc/relation/black.go``, openim-sdk-core 3.8.3 ``internal/relation/api.go``.
"""

import asyncio
from functools import partial
from typing import Final

from amity.callbacks.asking.before import Before
from amity.callbacks.telling.outbox import Outbox
from amity.calls.call import Call
from amity.calls.limit import counted
from amity.clock import SYSTEM_CLOCK, Clock
from amity.delivery.push import Push
from amity.errors import Code, ImError, offending
from amity.relations.blacks import notices, store
from amity.relations.blacks.models import AddBlackRequest, RemoveBlackRequest
from amity.relations.limits.limits import Limits
from amity.relations.pair import store as pair_store
from amity.relations.pair.models import HandleResult
from amity.storage import Database, Transaction
from amity.sync.lists import lock_lists
from amity.users.directory import Directory
from amity.users.rules import require_length
from amity.wire.events.blacks import AfterAddBlack, AfterRemoveBlack, BeforeAddBlack

ECHO_DELAY_SECONDS: Final = 1.0
"""Seconds until an owner's clients are notified of a block that the owner has made.

The Go core up to 3.8.3 patch 15 fetches its list after such a call without the lock that it takes for a notification,
and fails if it does both at the same time. An immediate notification would cause that; OpenIM's own arrive later.
"""


class BlackChanges:
    """``add_black`` and ``remove_black``."""

    def __init__(
        self,
        database: Database,
        directory: Directory,
        before: Before,
        outbox: Outbox,
        push: Push,
        limits: Limits,
        clock: Clock = SYSTEM_CLOCK,
    ) -> None:
        self._database = database
        self._directory = directory
        self._before = before
        self._outbox = outbox
        self._push = push
        self._limits = limits
        self._clock = clock

    async def add_black(self, call: Call, request: AddBlackRequest) -> None:
        """Add a user to the owner's blacklist, unless it is there already.

        Raises ``ImError``: 1001, 1002, 1004, 1353, the app's refusal, 90004 or 90007 if the callback failed.
        """
        with counted():
            await self._add(call, request)

    async def remove_black(self, call: Call, request: RemoveBlackRequest) -> None:
        """Remove a user from the owner's blacklist, if it is there."""
        owner_id, black_id = request.owner_user_id, request.black_user_id
        _require(call, owner_id, black_id)
        owner, black = await self._directory.number(owner_id), await self._directory.number(black_id)
        if owner is None or black is None:
            return

        async def write(tx: Transaction) -> bool:
            await lock_lists(tx, [owner])
            removed = await store.remove(tx, owner, black)
            if removed:
                event = AfterRemoveBlack(owner_user_id=owner_id, black_user_id=black_id)
                await self._outbox.record(tx, event, call.operation_id)
            return removed

        if await self._database.write(write):
            call.after_answer(notices.notify_black_removed, self._push, owner_id, black_id, call.operation_id)

    async def _add(self, call: Call, request: AddBlackRequest) -> None:
        owner_id, black_id = request.owner_user_id, request.black_user_id
        _require(call, owner_id, black_id)
        require_length("ex", request.ex)
        if owner_id == black_id:
            raise ImError(Code.ARGS, f"blackUserID: {black_id} is the owner, and nobody can be on one's own blacklist")
        numbers = await self._directory.numbers([owner_id, black_id])
        for field, user_id in (("ownerUserID", owner_id), ("blackUserID", black_id)):
            if user_id not in numbers:
                raise ImError(Code.RECORD_NOT_FOUND, f"{field}: user not found: {offending([user_id])}")
        owner, black = numbers[owner_id], numbers[black_id]
        if await pair_store.has_blocked(self._database, owner, black):
            return
        await self._limits.require_black_quota(self._database, owner)
        await self._before.ask(BeforeAddBlack(owner_user_id=owner_id, black_user_id=black_id), call.operation_id)
        operator = await self._directory.number(call.user_id) or 0

        async def write(tx: Transaction) -> bool:
            now = self._clock.now_ms()
            await lock_lists(tx, [owner, black])
            if await pair_store.has_blocked(tx, owner, black):
                return False
            await self._limits.require_black_quota(tx, owner)
            await store.add(tx, owner, black, operator, request.ex, now)
            await pair_store.answer_waiting(tx, owner, black, HandleResult.REFUSED, operator, now)
            event = AfterAddBlack(owner_user_id=owner_id, black_user_id=black_id)
            await self._outbox.record(tx, event, call.operation_id)
            return True

        if await self._database.write(write):
            notify = partial(notices.notify_black_added, self._push, owner_id, black_id, call.operation_id)
            if call.user_id == owner_id:
                asyncio.get_running_loop().call_later(ECHO_DELAY_SECONDS, notify)
            else:
                call.after_answer(notify)


def _require(call: Call, owner: str, black: str) -> None:
    if not owner:
        raise ImError(Code.ARGS, "ownerUserID is empty")
    if not black:
        raise ImError(Code.ARGS, "blackUserID is empty")
    call.require_self_or_admin(owner)
