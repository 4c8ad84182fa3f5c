"""The rules of tokens: issuing, identifying, and ending them."""

import hmac
import math
import secrets
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from typing import NamedTuple, Protocol, TypeVar

from amity.auth import policy, store, tokens
from amity.auth.models import (
    CountTokensRequest,
    CountTokensResponse,
    ForceLogoutRequest,
    GetAdminTokenRequest,
    GetUserTokenRequest,
    ParseTokenRequest,
    ParseTokenResponse,
    TokenResponse,
)
from amity.calls.call import Call, Identity
from amity.calls.token_hash import hash_of
from amity.clock import SYSTEM_CLOCK, Clock
from amity.errors import Code, ImError
from amity.settings import Settings
from amity.storage import LARGE, Database, Transaction
from amity.wire.platforms import ADMIN as ADMIN_PLATFORM
from amity.wire.platforms import PLATFORMS, LoginPolicy

T = TypeVar("T")
_DAY = 86400
NOTIFICATION_LEVEL = 3
"""Accounts with at least this ``appMangerLevel`` belong to the app; nobody logs in as one."""
_MOST_VERIFIED = 10_000
_MOST_ADMIN_TOKENS = 10_000
_SWEPT_AT_ONCE = 500
_SPREAD_SECONDS = 3600  # seconds over which lifetimes are spread if the same token exists already


class UserLookup(Protocol):
    """Returns which users exist."""

    async def level_of(self, user_id: str) -> int | None:
        """Return a user's ``appMangerLevel``, or ``None`` if the user does not exist, or was erased."""
        ...


class _Verified(NamedTuple):
    """A token whose signature is valid. That does not change; its expiry and its state do."""

    claims: tokens.Claims
    identity: Identity
    token_hash: str


def _kick_nobody(user_id: str, platform_id: int) -> None:
    """Disconnect nobody: used without a gateway."""


class Auth:
    """Issues tokens, says whose a token is, ends tokens. ``kick`` disconnects a user's clients on a platform."""

    def __init__(
        self,
        settings: Settings,
        database: Database,
        users: UserLookup,
        clock: Clock = SYSTEM_CLOCK,
        *,
        kick: Callable[[str, int], None] = _kick_nobody,
    ) -> None:
        if not settings.secret:
            raise ValueError("secret: tokens cannot be signed without one")
        self._secret = settings.secret
        self._admins = tuple(settings.admins)
        self._lifetime = settings.token.expire_days * _DAY
        self._database = database
        self._users = users
        self._clock = clock
        self._now = clock.now
        self._kick = kick
        self._policy = LoginPolicy(settings.multi_login.policy)
        self._most_per_platform = settings.multi_login.max_num_one_end
        self._verified: OrderedDict[str, _Verified] = OrderedDict()
        self._normal: set[str] = set()
        self._issuing = (0, dict[tuple[str, int], int]())

    async def identify(self, token: str) -> Identity:
        """Return the identity of a token.

        Raises ``ImError``: 1503 if it is not a token, 1505 if the signature is wrong, 1501 if it has expired, 1507 if
        it was not issued here or is forgotten. 1506 if a newer login or an administrator has ended it, or if it is an
        administrator's token of a user who is no longer one.
        """
        return (await self._current(token)).identity

    async def get_admin_token(self, call: Call, request: GetAdminTokenRequest) -> TokenResponse:
        """Issue a token to an administrator who knows the secret. Older ones stay valid."""
        if not request.user_id:
            raise ImError(Code.ARGS, "userID is empty")
        if not hmac.compare_digest(request.secret.encode(), self._secret.encode()):
            raise ImError(Code.NO_PERMISSION, "secret invalid")
        if request.user_id not in self._admins:
            admins = " ".join(self._admins)
            raise ImError(Code.ARGS, f"userID is error., userID={request.user_id}, adminUserID=[{admins}]")
        if await self._users.level_of(request.user_id) is None:
            raise ImError(Code.RECORD_NOT_FOUND, "user not found")
        return await self._issue(request.user_id, ADMIN_PLATFORM)

    async def get_user_token(self, call: Call, request: GetUserTokenRequest) -> TokenResponse:
        """Issue a token to a user for a platform. Older ones that the setting ``multiLogin`` excludes are kicked."""
        if request.platform_id == ADMIN_PLATFORM:
            raise ImError(Code.NO_PERMISSION, "platformID invalid. platformID must not be adminPlatformID")
        if request.user_id in self._admins:
            raise ImError(Code.NO_PERMISSION, "don't get Admin token")
        level = await self._users.level_of(request.user_id)
        if level is None:
            raise ImError(Code.RECORD_NOT_FOUND, "record not found")
        if level >= NOTIFICATION_LEVEL:
            raise ImError(Code.ARGS, "app account can`t get token")
        if request.platform_id not in PLATFORMS:
            # After the checks that OpenIM makes. OpenIM issues a token here, and cannot end it.
            raise ImError(Code.ARGS, f"platformID: {request.platform_id} is not a platform (allowed: 1 to 9, 11)")
        return await self._issue(request.user_id, request.platform_id)

    async def parse_token(self, call: Call, request: ParseTokenRequest) -> ParseTokenResponse:
        """Return the user of a token and when it expires."""
        if not request.token:
            raise ImError(Code.ARGS, "userID is empty")
        claims = (await self._current(request.token)).claims
        return ParseTokenResponse(
            user_id=claims.user_id,
            platform_id=claims.platform_id,
            expire_time_seconds=int(claims.exp or 0),
        )

    async def count_tokens(self, call: Call, request: CountTokensRequest) -> CountTokensResponse:
        """Return the platforms on which a user has valid tokens, in the order of their numbers; none for an unknown
        user. Raises ``ImError``, ``ARGS`` (1001), if nobody is named."""
        if not request.user_id:
            raise ImError(Code.ARGS, "userID is empty")
        counts = await store.count_normal(self._database, request.user_id, self._clock.now_ms())
        return CountTokensResponse(platforms=counts)

    async def force_logout(self, call: Call, request: ForceLogoutRequest) -> None:
        """End all tokens of a user on a platform, and those for invalid platforms, and disconnect the clients there."""

        async def work(tx: Transaction) -> None:
            await store.lock(tx, request.user_id)
            await store.kick(tx, request.user_id, request.platform_id)
            await store.forget_push_token(tx, request.user_id, request.platform_id)
            await store.touch(tx, [request.user_id])

        await self._write(work, rows=LARGE)  # an administrator may have as many as programs asked for
        self._kick(request.user_id, request.platform_id)

    async def log_out(self, user_ids: Sequence[str]) -> None:
        """End all tokens of users, and disconnect their clients. Raises ``ImError``, ``DATABASE`` (90002)."""
        await self._write(lambda tx: self.end_all(tx, user_ids), rows=len(user_ids))
        self.disconnect(user_ids)

    async def end_all(self, tx: Transaction, user_ids: Sequence[str]) -> None:
        """End all tokens of users in a transaction, which has locked nothing yet. Call ``disconnect`` after it."""
        for user_id in sorted(user_ids):
            await store.lock(tx, user_id)
        await store.kick_all(tx, list(user_ids))
        await store.forget_push_tokens(tx, list(user_ids))
        await store.touch(tx, user_ids)

    def disconnect(self, user_ids: Sequence[str]) -> None:
        """Disconnect the clients of users whose tokens have been ended."""
        self._normal.clear()
        for user_id in user_ids:
            for platform_id in PLATFORMS:
                self._kick(user_id, platform_id)

    async def invalidate_others(self, user_id: str, platform_id: int, kept: str) -> None:
        """End the tokens of a user on a platform except the one with this hash. Raises ``ImError``, ``DATABASE``
        (90002)."""

        async def work(tx: Transaction) -> None:
            await store.lock(tx, user_id)
            await store.kick_others(tx, user_id, platform_id, kept)
            await store.touch(tx, [user_id])

        await self._write(work)

    async def sweep(self) -> int:
        """Delete expired tokens, in small batches, and return how many were deleted.

        An administrator keeps the newest 10,000: some programs ask for a token before each call.
        """
        now = self._clock.now_ms()
        swept = await self._in_batches(lambda tx: store.delete_expired(tx, now, _SWEPT_AT_ONCE))
        for admin in self._admins:
            swept += await self._sweep_admin(admin)
        return swept

    async def _sweep_admin(self, admin: str) -> int:
        surplus = await store.oldest_kept(self._database, admin, ADMIN_PLATFORM, _MOST_ADMIN_TOKENS)
        if surplus is None:
            return 0
        return await self._in_batches(lambda tx: store.delete_older(tx, admin, ADMIN_PLATFORM, surplus, _SWEPT_AT_ONCE))

    async def _in_batches(self, work: Callable[[Transaction], Awaitable[int]]) -> int:
        total = 0
        while True:
            deleted = await self._write(work, rows=_SWEPT_AT_ONCE)
            total += deleted
            if deleted < _SWEPT_AT_ONCE:
                return total

    async def _write(self, work: Callable[[Transaction], Awaitable[T]], *, rows: int = 1) -> T:
        """Write tokens, and discard their cached state."""
        try:
            return await self._database.write(work, rows=rows)
        finally:
            self._normal.clear()

    async def _current(self, token: str) -> _Verified:
        verified = self._verified.get(token)
        if verified is None:
            verified = self._verify(token)
        else:
            self._verified.move_to_end(token)
        tokens.require_current(verified.claims, self._now())
        if verified.identity.platform_id == ADMIN_PLATFORM and not verified.identity.is_admin:
            # It was issued for the secret, and no login ends it, so it would outlive the rights by months.
            raise ImError(Code.TOKEN_KICKED)
        if verified.token_hash in self._normal:
            return verified
        state = await store.state_of(self._database, verified.token_hash)
        if state == store.NORMAL:
            if self._database.exclusive:
                # Reading it for each call would cost a fifth of a small import: each commit invalidates the reading
                # connection's cache.
                self._normal.add(verified.token_hash)
            return verified
        if state is None:
            raise ImError(Code.TOKEN_NOT_EXIST)
        raise ImError(Code.TOKEN_KICKED if state == store.KICKED else Code.TOKEN_UNKNOWN)

    def _verify(self, token: str) -> _Verified:
        claims = tokens.read(self._secret, token)
        # Only for a token issued for the secret: a phone's token must not become an administrator's through the
        # settings.
        is_admin = claims.platform_id == ADMIN_PLATFORM and claims.user_id in self._admins
        expires = math.inf if claims.exp is None else claims.exp
        identity = Identity(claims.user_id, claims.platform_id, is_admin, expires)
        verified = _Verified(claims, identity, hash_of(token))
        if len(self._verified) >= _MOST_VERIFIED:
            _, forgotten = self._verified.popitem(last=False)
            self._normal.discard(forgotten.token_hash)
        self._verified[token] = verified
        return verified

    async def _issue(self, user_id: str, platform_id: int) -> TokenResponse:
        now = int(self._now())
        number = self._number(user_id, platform_id, now)
        is_admin = platform_id == ADMIN_PLATFORM

        async def work(tx: Transaction) -> str:
            await store.lock(tx, user_id)
            if await store.is_erased(tx, user_id):  # since it was looked up
                raise ImError(Code.RECORD_NOT_FOUND, "record not found")
            if not is_admin:
                await store.forget_ended(tx, user_id, now * 1000)
                issued = [policy.Issued(*row) for row in await store.normal(tx, user_id)]
                if ended := policy.ended(self._policy, platform_id, issued, self._most_per_platform):
                    await store.kick_these(tx, [token.token_hash for token in ended])
                    left = {token.platform_id for token in issued if token not in ended}
                    for platform in sorted({token.platform_id for token in ended} - left):
                        await store.forget_push_token(tx, user_id, platform)
            # Two tokens issued within one second would be identical, and ending one would end the other. So each
            # expires a second earlier than the previous one.
            expires = now + self._lifetime - number
            while True:
                token = tokens.sign(self._secret, user_id, platform_id, now, expires)
                if await store.insert(tx, hash_of(token), user_id, platform_id, expires * 1000):
                    return token
                # At random, because the clock was set back and many tokens may exist for these seconds.
                expires -= 1 + secrets.randbelow(_SPREAD_SECONDS)

        token = await self._write(work, rows=3)
        return TokenResponse(token=token, expire_time_seconds=self._lifetime)

    def _number(self, user_id: str, platform_id: int, now: int) -> int:
        """Return how many tokens this process has issued to a user on a platform within this second, from 0."""
        second, issued = self._issuing
        if second != now:
            issued = {}
            self._issuing = (now, issued)
        number = issued.get((user_id, platform_id), 0)
        issued[user_id, platform_id] = number + 1
        return number
