"""Clients that are being let in: their registration, and what other processes ask of them meanwhile.

States of an admission, and what ends each:

- *open*: the client's token is checked, and its connection is registered if there is a registry. A kick by another
  process is noted. ``settle``: *over*, and its session is kicked if a kick was noted. ``abandon``: *over*, and the
  registration is undone.
- *over*: the session answers for itself.
"""

import secrets
from collections.abc import Collection, Sequence

from amity.gateway.arguments import Arguments
from amity.gateway.registry import Registered, Registry


class Admission:
    """A client that is being let in. ``expires`` is when its token does, in seconds since 1970; ``logins`` are its
    user's connections to all processes, oldest first, if there is a registry."""

    __slots__ = ("conn_id", "expires", "is_crowded", "is_kicked", "logins", "platform_id", "user_id")

    def __init__(self, arguments: Arguments) -> None:
        self.conn_id = secrets.token_hex(16)
        self.user_id = arguments.user_id
        self.platform_id = arguments.platform_id
        self.expires = 0.0
        self.logins: Sequence[Registered] = ()
        self.is_kicked = False
        self.is_crowded = False


class Admissions:
    """The admissions of one gateway. Without a registry nothing is kept of them."""

    def __init__(self, registry: Registry | None) -> None:
        self._registry = registry
        self._open: dict[str, list[Admission]] = {}  # by user

    def begin(self, arguments: Arguments) -> Admission:
        """Begin to let a client in. ``settle`` or ``abandon`` ends it."""
        admission = Admission(arguments)
        if self._registry is not None:
            self._open.setdefault(admission.user_id, []).append(admission)
        return admission

    async def register(self, admission: Admission, arguments: Arguments) -> None:
        """Register the connection, if there is a registry. Raises ``ImError``."""
        if self._registry is not None:
            admission.logins = await self._registry.register(admission.conn_id, arguments)

    def abandon(self, admission: Admission) -> None:
        """Forget a client that was not let in. Does nothing for one that was."""
        if self._registry is not None and self._close(admission):
            self._registry.forget(admission.conn_id)

    def settle(self, user_id: str, conn_id: str) -> Admission | None:
        """Return the admission of a client that was let in, if there is a registry."""
        for admission in self._open.get(user_id, ()):
            if admission.conn_id == conn_id:
                self._close(admission)
                return admission
        return None

    def kick(self, user_id: str, conn_ids: Collection[str], *, is_crowded: bool) -> None:
        """Note that these connections of a user are ended as soon as they are let in."""
        for admission in self._open.get(user_id, ()):
            if admission.conn_id in conn_ids:
                admission.is_crowded = is_crowded
                admission.is_kicked = not is_crowded

    def kick_user(self, user_id: str, platform_id: int) -> None:
        """Note that a user's connections on a platform are kicked as soon as they are let in."""
        for admission in self._open.get(user_id, ()):
            if admission.platform_id == platform_id:
                admission.is_kicked = True

    def _close(self, admission: Admission) -> bool:
        of_user = self._open.get(admission.user_id, [])
        if admission not in of_user:
            return False
        of_user.remove(admission)
        if not of_user:
            del self._open[admission.user_id]
        return True
