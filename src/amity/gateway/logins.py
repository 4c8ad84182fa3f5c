"""The effect of a new login on a user's other logins: their tokens are invalidated, then they are kicked."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence

from amity.errors import ImError
from amity.gateway.policy import crowded_out, displaced
from amity.gateway.session import Cause, Session
from amity.gateway.sessions import Sessions
from amity.settings import MultiLogin
from amity.wire.platforms import LoginPolicy

_log = logging.getLogger(__name__)

Invalidate = Callable[[str, int, str], Awaitable[None]]
"""Invalidates the tokens of a user on a platform except one. Called with user, platform and the token to keep."""

POLICY_VIOLATION = 1008


class Logins:
    """Applies the settings' login policy."""

    def __init__(self, settings: MultiLogin, sessions: Sessions, invalidate: Invalidate) -> None:
        self._policy = LoginPolicy(settings.policy)
        self._most = settings.max_num_one_end
        self._sessions = sessions
        self._invalidate = invalidate
        self._under_way: set[asyncio.Task[None]] = set()

    def arrived(self, session: Session) -> None:
        """End the logins that a newly added session excludes.

        Kicks follow after the tokens are invalidated, so a kicked client cannot reconnect with its token.
        """
        others = [other for other in self._sessions.of(session.user_id) if other is not session]
        if not others:
            return
        for other in crowded_out(session, others, self._most):
            other.leave(Cause.CROWDED, POLICY_VIOLATION, "too many connections of this user on this platform")
        if going := displaced(self._policy, session, others):
            task = asyncio.create_task(self._kick(session, going))
            self._under_way.add(task)
            task.add_done_callback(self._under_way.discard)

    async def settle(self) -> None:
        """Wait until all pending kicks are done."""
        await asyncio.gather(*self._under_way)

    async def _kick(self, newcomer: Session, going: Sequence[Session]) -> None:
        for platform_id in sorted({session.platform_id for session in going}):
            try:
                await self._invalidate(newcomer.user_id, platform_id, newcomer.token)
            except ImError as error:
                _log.warning("tokens of a user who logged in elsewhere could not be ended: %s", error)
            except Exception:  # noqa: BLE001 - an error here must not keep two clients logged in
                _log.exception("tokens of a user who logged in elsewhere could not be ended")
        for session in going:
            self._sessions.kick_out(session)
