"""How many requests each user has under way: one that waits for a slow answer keeps its connection from all others."""

from amity.calls.call import Identity
from amity.errors import Code, ImError


class UnderWay:
    """The requests of each user that are being served, up to ``most`` of one. Administrators are not counted, nor are
    callers without a token, for whom there is nothing to wait for."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._of: dict[str, int] = {}

    def enter(self, identity: Identity) -> Identity:
        """Count a request and return whose it is. Raises 1357 where its user has as many already."""
        if identity.user_id and not identity.is_admin:
            own = self._of.get(identity.user_id, 0)
            if own >= self._most:
                raise ImError(
                    Code.SERVER_BUSY, f"requests of this user under way: too many; try again later (limit {self._most})"
                )
            self._of[identity.user_id] = own + 1
        return identity

    def leave(self, identity: Identity) -> None:
        """Count one less that ``enter`` has returned."""
        if identity.user_id and not identity.is_admin:
            left = self._of[identity.user_id] - 1
            if left:
                self._of[identity.user_id] = left
            else:
                del self._of[identity.user_id]
