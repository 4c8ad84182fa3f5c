"""Sessions of administrators in the console.

States of a session, and what ends it:

- *open*: its row is in the database, and its cookie at the browser. It ends after ``IDLE_SECONDS`` in which nobody used
  it, after ``LONGEST_SECONDS``, with the token that it was opened with, with the rights of its administrator, and when
  somebody logs out. A new ``secret`` ends all: the cookie's hash is keyed by it.
- *ended*: its row is gone, or will be with the next sweep; the cookie opens nothing.

Times are those of the day, because other processes and later runs read them. Where the clock was set back, a session
that was used in the future is over.
"""

import hashlib
import hmac
import secrets
from collections.abc import Awaitable, Callable, Sequence
from typing import Final, NamedTuple

from amity.auth.store import NORMAL, state_of
from amity.calls.token_hash import hash_of
from amity.clock import FUTURE_SECONDS, SYSTEM_CLOCK, Clock
from amity.console.sessions import store
from amity.console.sessions.models import Session, Stored
from amity.storage import Database, Transaction

IDLE_SECONDS: Final = 30 * 60
LONGEST_SECONDS: Final = 8 * 3600
NOTED_SECONDS: Final = 60
"""How often the use of a session is written down."""
MOST_OF_ADMIN: Final = 20
"""Sessions of an administrator at a time; a new one ends the oldest beyond."""
_MOST_COOKIE: Final = 64
_SWEPT_AT_ONCE: Final = 200


class Opened(NamedTuple):
    """A new session, and the value of its cookie."""

    session: Session
    cookie: str


class Sessions:
    """The sessions in the database. ``admins`` are the user ids that may have some."""

    def __init__(self, database: Database, secret: str, admins: Sequence[str], clock: Clock = SYSTEM_CLOCK) -> None:
        self._database = database
        self._key = secret.encode()
        self._admins = frozenset(admins)
        self._clock = clock

    def is_secret(self, text: str) -> bool:
        """Return whether a text is the secret, in a time that does not depend on where they differ."""
        return hmac.compare_digest(hashlib.sha256(text.encode()).digest(), hashlib.sha256(self._key).digest())

    def is_admin(self, user_id: str) -> bool:
        """Return whether a user is an administrator."""
        return user_id in self._admins

    async def open(
        self,
        user_id: str,
        token: str = "",
        token_ends: float = float("inf"),
        *,
        and_in_it: Callable[[Transaction], Awaitable[object]],
    ) -> Opened:
        """Open a session, and do what else belongs to its transaction. With a ``token`` it ends with it, at
        ``token_ends`` in seconds since 1970 at the latest. Raises ``ImError``, ``DATABASE`` (90002)."""
        now = self._clock.now()
        cookie = secrets.token_urlsafe(32)
        ends = min(now + LONGEST_SECONDS, token_ends)
        at = int(now * 1000)
        stored = Stored(self._hash(cookie), user_id, hash_of(token) if token else "", at, at, int(ends * 1000))

        async def work(tx: Transaction) -> None:
            await store.insert(tx, stored)
            await store.delete_surplus(tx, user_id, MOST_OF_ADMIN)
            await and_in_it(tx)

        await self._database.write(work, rows=3)
        return Opened(self._session(stored, cookie), cookie)

    async def find(self, cookie: str, *, is_use: bool = True) -> Session | None:
        """Return the open session of a cookie, or ``None``. Unless it is a use, the session grows no younger by it, as
        by what a page asks for by itself. Raises ``ImError``, ``DATABASE`` (90002)."""
        if not cookie or len(cookie) > _MOST_COOKIE:
            return None
        stored = await store.find(self._database, self._hash(cookie))
        now = self._clock.now_ms()
        if stored is None or not self._is_open(stored, now):
            return None
        # Sessions that are opened at once do not see each other when they delete what is beyond.
        if await store.newer(self._database, stored, MOST_OF_ADMIN) >= MOST_OF_ADMIN:
            return None
        if stored.token_hash and await state_of(self._database, stored.token_hash) != NORMAL:
            return None
        if is_use and now - stored.used_at >= NOTED_SECONDS * 1000:
            await self._database.write(lambda tx: store.use(tx, stored.id_hash, now))
        return self._session(stored, cookie)

    async def of_admin(self, user_id: str) -> list[Stored]:
        """Return the open sessions of an administrator, newest first. Raises ``ImError``, ``DATABASE`` (90002)."""
        now = self._clock.now_ms()
        return [
            each for each in await store.of_user(self._database, user_id, MOST_OF_ADMIN) if self._is_open(each, now)
        ]

    async def close(self, tx: Transaction, session: Session) -> None:
        """End a session, in a transaction."""
        await store.delete(tx, session.id_hash)

    async def close_all(self, tx: Transaction, user_id: str) -> int:
        """End all sessions of an administrator, in a transaction; return how many."""
        return await store.delete_all(tx, user_id)

    async def sweep(self) -> int:
        """Delete sessions that have ended, and return how many. Raises ``ImError``, ``DATABASE`` (90002)."""
        total = 0
        while True:
            now = self._clock.now_ms()
            deleted = await self._database.write(
                lambda tx, now=now: store.delete_ended(tx, now, _SWEPT_AT_ONCE),  # type: ignore[misc]
                rows=_SWEPT_AT_ONCE,
            )
            total += deleted
            if deleted < _SWEPT_AT_ONCE:
                return total

    def _is_open(self, stored: Stored, now: int) -> bool:
        future = now + int(FUTURE_SECONDS * 1000)
        return (
            self.is_admin(stored.user_id)
            and now < stored.ends_at
            and stored.opened_at <= future
            and now - stored.opened_at < LONGEST_SECONDS * 1000
            and stored.used_at <= future
            and now - stored.used_at < IDLE_SECONDS * 1000
        )

    def _session(self, stored: Stored, cookie: str) -> Session:
        return Session(stored.id_hash, stored.user_id, self._keyed("csrf", cookie), stored.opened_at)

    def _hash(self, cookie: str) -> str:
        return self._keyed("session", cookie)

    def _keyed(self, purpose: str, text: str) -> str:
        return hmac.new(self._key, f"console {purpose}\n{text}".encode(), hashlib.sha256).hexdigest()
