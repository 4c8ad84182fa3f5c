"""Asking for erasures: from the answer on the user is erased for everybody, and the rest is done in the background.

The transaction that is answered ends the user's tokens, puts the profile of a deleted user in the place of the user's
own, and stores the erasure. From then on the id is that of nobody: it cannot log in, and nobody can befriend it or
write to it.
"""

from collections.abc import Collection
from typing import Final

from amity.auth.service import NOTIFICATION_LEVEL, Auth
from amity.calls.call import Call
from amity.calls.page import page_of
from amity.clock import SYSTEM_CLOCK, Clock
from amity.erasing import counting, store, traces
from amity.erasing.models import (
    KEEP,
    REMOVE,
    EraseUserRequest,
    EraseUserResponse,
    Erasure,
    GetErasuresRequest,
    GetErasuresResponse,
)
from amity.erasing.working import Working
from amity.errors import Code, ImError, offending
from amity.storage import Database, Transaction
from amity.users import search_index
from amity.users.directory import Directory
from amity.users.rules import require_few

_ROWS: Final = 16


class Erasing:
    """``erase_user`` and ``get_erasures``."""

    def __init__(
        self,
        database: Database,
        directory: Directory,
        auth: Auth,
        admins: Collection[str],
        working: Working,
        clock: Clock = SYSTEM_CLOCK,
    ) -> None:
        self._database = database
        self._directory = directory
        self._auth = auth
        self._admins = frozenset(admins)
        self._working = working
        self._clock = clock

    async def erase_user(self, call: Call, request: EraseUserRequest) -> EraseUserResponse:
        """Erase a user, or with ``dryRun`` count what would go. To ask again changes nothing, unless messages that were
        kept are now to be removed.

        Raises ``ImError``: 1001, also for a notification account; 1002 for an administrator of the server; 1004 for an
        unknown user.
        """
        user_id, messages = request.user_id, request.messages or REMOVE
        if not user_id:
            raise ImError(Code.ARGS, "userID is empty")
        if messages not in (REMOVE, KEEP):
            raise ImError(Code.ARGS, f"messages: is {REMOVE!r} or {KEEP!r}, not {messages!r}")
        if user_id in self._admins:
            raise ImError(Code.NO_PERMISSION, f"userID: {offending([user_id])} is an administrator: see setting admins")
        if request.dry_run:
            return await self._count(user_id)

        async def write(tx: Transaction) -> Erasure:
            await self._auth.end_all(tx, [user_id])
            asked = _checked(await store.lock(tx, user_id), user_id)
            now = self._clock.now_ms()
            if not asked.is_erased:
                await store.clear_profile(tx, asked.user, now)
                await search_index.remove(tx, asked.user)
                await traces.delete_devices(tx, user_id)
            await store.begin(tx, asked.user, now, call.user_id, call.operation_id, keeps_messages=messages == KEEP)
            tx.after_commit(lambda: self._directory.forget(user_id))
            return await store.shown_one(tx, asked.user)

        erasure = await self._database.write(write, rows=_ROWS)
        self._auth.disconnect([user_id])
        self._working.wake()
        return EraseUserResponse(erasure=erasure)

    async def get_erasures(self, call: Call, request: GetErasuresRequest) -> GetErasuresResponse:
        """Return the erasures of these users, or all, the last first, page by page. Raises ``ImError``: 1001."""
        offset, limit = page_of(request.pagination)
        if request.user_ids is not None:
            require_few("userIDs", request.user_ids)
        total, erasures = await store.shown(self._database, request.user_ids, offset, limit)
        return GetErasuresResponse(total=total, erasures=erasures)

    async def _count(self, user_id: str) -> EraseUserResponse:
        asked = _checked(await self._database.write(lambda tx: store.lock(tx, user_id)), user_id)
        return EraseUserResponse(counts=await counting.count(self._database, asked.user))


def _checked(asked: store.Asked | None, user_id: str) -> store.Asked:
    """Return who is to be erased. Raises ``ImError``: 1001, 1004."""
    if asked is None:
        raise ImError(Code.RECORD_NOT_FOUND, f"userID: user not found: {offending([user_id])}")
    if asked.level >= NOTIFICATION_LEVEL:
        raise ImError(Code.ARGS, f"userID: is a notification account: {offending([user_id])}")
    return asked
