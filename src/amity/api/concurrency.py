"""Limit of each user's requests under way: requests that wait for a slow answer occupy connections."""

from amity.calls.call import Identity
from amity.errors import Code, ImError


class ConcurrencyLimit:
    """Counts the requests of each user, up to ``most``. Administrators are not counted, nor are callers without a
    token, whose requests do not wait for anything."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._by_caller: dict[str, int] = {}

    def enter(self, identity: Identity) -> Identity:
        """Count a request and return its identity. Raises ``ImError``, ``SERVER_BUSY`` (1357), at the user's limit."""
        if identity.user_id and not identity.is_admin:
            own = self._by_caller.get(identity.user_id, 0)
            if own >= self._most:
                raise ImError(
                    Code.SERVER_BUSY, f"requests of this user under way: too many; try again later (limit {self._most})"
                )
            self._by_caller[identity.user_id] = own + 1
        return identity

    def leave(self, identity: Identity) -> None:
        """Uncount a request that ``enter`` has returned."""
        if identity.user_id and not identity.is_admin:
            left = self._by_caller[identity.user_id] - 1
            if left:
                self._by_caller[identity.user_id] = left
            else:
                del self._by_caller[identity.user_id]
