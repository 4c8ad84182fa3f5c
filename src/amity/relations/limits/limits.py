"""The limits of friends, friend requests, blacklists and imports per user. OpenIM has no such limits.

Each is checked before the business server is asked, and again in the transaction, under the locks of the lists.
"""

from collections.abc import Mapping, Sequence

from amity.calls.limit import LimitReached
from amity.clock import DAY_MS, HOUR_MS, SYSTEM_CLOCK, Clock
from amity.errors import Code, offending
from amity.relations.limits import store
from amity.relations.limits.store import Use
from amity.settings import Limits as LimitSettings
from amity.storage import Database, Transaction
from amity.sync.lists import MOST_VERSION
from amity.texts import count


class Limits:
    """Checks the limits of the settings against the database."""

    def __init__(self, settings: LimitSettings, database: Database, clock: Clock = SYSTEM_CLOCK) -> None:
        self._settings = settings
        self._database = database
        self._clock = clock

    @property
    def version_bound(self) -> int:
        """The version up to which a friend list cannot exceed the limit, because each row has a version of its own."""
        return self._settings.friends_per_user + 1 if self._settings.friends_per_user else MOST_VERSION

    @property
    def idempotency_keys_per_hour(self) -> int:
        """The number of new keys that a user may use in an hour; 0 means no limit."""
        return self._settings.idempotency_keys_per_hour

    async def over_friend_limit(self, tx: Transaction, owners: Sequence[int]) -> list[str]:
        """Return the ids of the ``owners`` who have more friends than the limit."""
        return await store.with_more_friends(tx, owners, self._settings.friends_per_user)

    async def require_friend_quota(self, reader: Database | Transaction, owners: Mapping[int, str]) -> None:
        """Raise ``ImError``, ``FRIENDS_LIMIT`` (1351), if one more friend exceeds the limit of one of these users.

        ``owners`` maps each user to the field that names it in the error.
        """
        most = self._settings.friends_per_user
        for owner, field in owners.items() if most else ():
            if full := await store.with_more_friends(reader, [owner], most - 1):
                raise self.too_many_friends(field, full)

    def too_many_friends(self, field: str, full: Sequence[str]) -> LimitReached:
        """Return the error for users, named in ``field``, who would have more friends than the limit."""
        return LimitReached(
            "friendsPerUser",
            Code.FRIENDS_LIMIT,
            f"{field}: limits.friendsPerUser: more than {count(self._settings.friends_per_user, 'friend')} would have: "
            f"{offending(list(full))}",
        )

    async def require_black_quota(self, reader: Database | Transaction, owner: int) -> None:
        """Raise ``ImError``, ``BLACKS_LIMIT`` (1353), if one more user exceeds the limit of an owner's blacklist."""
        most = self._settings.blacks_per_user
        if most and await store.count_blacks(reader, owner, most) >= most:
            raise LimitReached(
                "blacksPerUser",
                Code.BLACKS_LIMIT,
                f"ownerUserID: limits.blacksPerUser: the blacklist is full (limit {count(most, 'user')})",
            )

    async def require_application(self, user: int) -> None:
        """Raise ``ImError``, ``APPLICATIONS_LIMIT`` (1352), if a user has used up its daily limit of friend
        requests."""
        most = self._settings.applications_per_day
        if most and await store.count_uses(self._database, user, Use.APPLICATION, self._now(), DAY_MS, most) >= most:
            raise self._too_many_applications()

    async def use_application(self, tx: Transaction, user: int) -> None:
        """Count a friend request, under the lock of its user. Raises ``ImError``, ``APPLICATIONS_LIMIT`` (1352), if it
        exceeds the limit."""
        most = self._settings.applications_per_day
        if most and not await store.record_use(tx, user, Use.APPLICATION, self._now(), DAY_MS, most):
            raise self._too_many_applications()

    async def require_import(self, user: int) -> None:
        """Raise ``ImError``, ``IMPORTS_LIMIT`` (1354), if a user has used up its hourly limit of own imports."""
        most = self._settings.client_imports_per_hour
        if most and await store.count_uses(self._database, user, Use.IMPORT, self._now(), HOUR_MS, most) >= most:
            raise self._too_many_imports()

    async def use_import(self, tx: Transaction, user: int) -> None:
        """Count a user's own import, under the lock of its user. Raises ``ImError``, ``IMPORTS_LIMIT`` (1354), if it
        exceeds the limit."""
        most = self._settings.client_imports_per_hour
        if most and not await store.record_use(tx, user, Use.IMPORT, self._now(), HOUR_MS, most):
            raise self._too_many_imports()

    async def sweep(self) -> None:
        """Delete uses that no longer count, a bounded number at a time."""
        swept = store.SWEPT
        while swept == store.SWEPT:
            swept = await self._database.write(
                lambda tx: store.delete_older(tx, self._now() - DAY_MS), rows=store.SWEPT
            )

    def _now(self) -> int:
        return self._clock.now_ms()

    def _too_many_applications(self) -> LimitReached:
        most = self._settings.applications_per_day
        return LimitReached(
            "applicationsPerDay",
            Code.APPLICATIONS_LIMIT,
            f"fromUserID: limits.applicationsPerDay: limit of {count(most, 'friend request')} in 24 hours reached",
        )

    def _too_many_imports(self) -> LimitReached:
        most = self._settings.client_imports_per_hour
        return LimitReached(
            "clientImportsPerHour",
            Code.IMPORTS_LIMIT,
            f"ownerUserID: limits.clientImportsPerHour: limit of {count(most, 'own import')} in an hour reached",
        )
