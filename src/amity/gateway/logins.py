"""The effect of a new login on a user's other logins: their tokens are invalidated, then they are kicked."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Coroutine, Sequence
from functools import partial
from typing import Any

from amity.calls.token_hash import hash_of
from amity.errors import ImError
from amity.gateway.admissions import Admissions
from amity.gateway.policy import crowded_out, displaced, ended_by
from amity.gateway.registry import Registered, Registry
from amity.gateway.session import Cause, Session
from amity.gateway.sessions import Sessions
from amity.settings import MultiLogin
from amity.wire.platforms import LoginPolicy

_log = logging.getLogger(__name__)

Invalidate = Callable[[str, int, str], Awaitable[None]]
"""Invalidates the tokens of a user on a platform except one. Called with user, platform and the hash of the token to
keep."""

POLICY_VIOLATION = 1008


class Logins:
    """Applies the settings' login policy, to the clients of all processes if there is a registry."""

    def __init__(
        self,
        settings: MultiLogin,
        sessions: Sessions,
        invalidate: Invalidate,
        admissions: Admissions,
        registry: Registry | None = None,
    ) -> None:
        self._policy = LoginPolicy(settings.policy)
        self._most = settings.max_num_one_end
        self._sessions = sessions
        self._invalidate = invalidate
        self._admissions = admissions
        self._registry = registry
        self._under_way: set[asyncio.Task[None]] = set()

    def arrived(self, session: Session) -> None:
        """End the logins that a newly added session excludes. If a newer one at another process excludes it, it ends
        itself.

        Kicks follow after the tokens are invalidated, so a kicked client cannot reconnect with its token.
        """
        if self._registry is not None:
            self._arrived_among_all(session, self._registry)
            return
        others = [other for other in self._sessions.of(session.user_id) if other is not session]
        if not others:
            return
        _leave(crowded_out(session, others, self._most))
        if going := displaced(self._policy, session, others):
            platforms = {other.platform_id for other in going}
            kick = partial(self._kick_out, going)
            self._start(self._invalidate_and(kick, session.user_id, platforms, hash_of(session.token)))

    async def settle(self) -> None:
        """Wait until all pending kicks are done."""
        await asyncio.gather(*self._under_way)

    def kick_connections(self, user_id: str, conn_ids: Collection[str], *, is_crowded: bool) -> None:
        """End these connections of a user, those included that are still being let in. Tokens are not touched."""
        self._admissions.kick(user_id, conn_ids, is_crowded=is_crowded)
        going = [session for session in self._sessions.of(user_id) if session.conn_id in conn_ids]
        if is_crowded:
            _leave(going)
        else:
            self._kick_out(going)

    def kick_user(self, user_id: str, platform_id: int) -> None:
        """End a user's connections on a platform, those included that are still being let in."""
        self._admissions.kick_user(user_id, platform_id)
        self._sessions.kick(user_id, platform_id)

    def kick_ended(self, identify: Callable[[str], Awaitable[object]], user_id: str, platform_id: int) -> None:
        """Do as ``kick_user`` where another process has asked for it, maybe long ago: who has logged in again since,
        with a token that is valid, stays."""
        self._admissions.kick_user(user_id, platform_id)
        for session in self._sessions.of(user_id):
            if session.platform_id == platform_id:
                self._start(self._kick_if_ended(identify, session))

    async def _kick_if_ended(self, identify: Callable[[str], Awaitable[object]], session: Session) -> None:
        try:
            await identify(session.token)
        except ImError:
            self._kick_out([session])

    def _arrived_among_all(self, session: Session, registry: Registry) -> None:
        admission = self._admissions.settle(session.user_id, session.conn_id)
        if admission is None:
            return
        user_id = session.user_id
        if admission.is_crowded:
            _leave([session])
        if admission.is_kicked:
            self._kick_out([session])
        if len(admission.logins) < 2:
            return
        newcomer = next(each for each in admission.logins if each.conn_id == session.conn_id)
        ended = ended_by(self._policy, newcomer, admission.logins, self._most)
        self._end(registry, user_id, ended.crowded, is_crowded=True)
        if ended.displaced:
            platforms = {each.platform_id for each in ended.displaced}
            kick = partial(self._end, registry, user_id, ended.displaced, is_crowded=False)
            self._start(self._invalidate_and(kick, user_id, platforms, (ended.by or newcomer).token))

    def _end(self, registry: Registry, user_id: str, logins: Sequence[Registered], *, is_crowded: bool) -> None:
        here = {each.conn_id for each in logins if each.process == registry.own_process}
        if here:
            self.kick_connections(user_id, here, is_crowded=is_crowded)
        if elsewhere := [each for each in logins if each.conn_id not in here]:
            registry.kick(user_id, elsewhere, is_crowded=is_crowded)

    def _start(self, kicking: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(kicking)
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def _invalidate_and(
        self, kick: Callable[[], None], user_id: str, platforms: Collection[int], kept: str
    ) -> None:
        for platform_id in sorted(platforms):
            try:
                await self._invalidate(user_id, platform_id, kept)
            except ImError as error:
                _log.warning("tokens of a user who logged in elsewhere could not be ended: %s", error)
            except Exception:  # noqa: BLE001 - an error here must not keep two clients logged in
                _log.exception("tokens of a user who logged in elsewhere could not be ended")
        kick()

    def _kick_out(self, going: Sequence[Session]) -> None:
        for session in going:
            self._sessions.kick_out(session)


def _leave(crowded: Sequence[Session]) -> None:
    for session in crowded:
        session.leave(Cause.CROWDED, POLICY_VIOLATION, "too many connections of this user on this platform")
