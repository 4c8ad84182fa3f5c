"""Erasing users: amity's own, unknown to OpenIM's server."""

from collections.abc import Sequence

from amity.client.connection import Connection
from amity.client.page import PAGE, Page, pagination
from amity.client.types.erasing import (
    USER_ERASE_USER,
    USER_GET_ERASURES,
    EraseUserRequest,
    Erasure,
    ErasureCounts,
    GetErasuresRequest,
)


class ErasingOperations(Connection):
    """Operations that erase users."""

    async def erase_user(self, user_id: str, *, keep_messages: bool = False) -> Erasure:
        """Erase a user; what it wrote is emptied, or kept under the name of a deleted user. The answer comes before all
        of it is done."""
        request = EraseUserRequest(user_id=user_id, messages="keep" if keep_messages else "remove")
        return (await self.call(USER_ERASE_USER, request)).erasure or Erasure()

    async def count_erasure(self, user_id: str) -> ErasureCounts:
        """Count what would go with a user. Nobody is erased."""
        request = EraseUserRequest(user_id=user_id, dry_run=True)
        return (await self.call(USER_ERASE_USER, request)).counts or ErasureCounts()

    async def get_erasures(
        self, page: int = 1, size: int = PAGE, *, user_ids: Sequence[str] | None = None
    ) -> Page[Erasure]:
        """Read a page of the erasures of these users, or of all, the last first."""
        request = GetErasuresRequest(
            user_ids=None if user_ids is None else list(user_ids), pagination=pagination(page, size)
        )
        answer = await self.call(USER_GET_ERASURES, request)
        return Page(answer.total, answer.erasures)
