"""The SQL of push tokens and of the numbers on apps' icons, and nothing else. Logging out deletes tokens: ``auth``."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from amity.storage import Transaction
from amity.storage.over_rows import OverRows

_RAISE = OverRows(
    "insert into app_badges (user_id, unread) ROWS"
    " on conflict (user_id) do update set unread = app_badges.unread + excluded.unread returning user_id, unread",
    *("text", "integer"),
)


class Device(NamedTuple):
    """Where a push service finds a device. ``expires_at`` in milliseconds since 1970; 0 if it does not expire."""

    platform: int
    token: str
    expires_at: int


async def put_token(tx: Transaction, user_id: str, device: Device) -> None:
    """Store a user's token of a platform in place of the one before. A device has one user, and one platform: what
    else there is of its token is no more."""
    hashed = hashlib.sha256(device.token.encode()).hexdigest()
    # Two who bring the same token at once would not see each other's row.
    await tx.lock("select pg_advisory_xact_lock(hashtextextended($1, 0))", f"push token {hashed}")
    await tx.fetch(
        "delete from push_tokens where token_hash = $1 and not (user_id = $2 and platform = $3)",
        hashed,
        user_id,
        device.platform,
    )
    await tx.fetch(
        "insert into push_tokens (user_id, platform, token, token_hash, expires_at) values ($1, $2, $3, $4, $5)"
        " on conflict (user_id, platform) do update"
        " set token = excluded.token, token_hash = excluded.token_hash, expires_at = excluded.expires_at",
        user_id,
        device.platform,
        device.token,
        hashed,
        device.expires_at,
    )


async def devices(tx: Transaction, user_ids: Sequence[str], now: int) -> dict[str, list[Device]]:
    """Return users' devices whose tokens have not expired at ``now``, in milliseconds since 1970."""
    found: dict[str, list[Device]] = {}
    rows = await tx.fetch(
        "select user_id, platform, token, expires_at from push_tokens"
        " where user_id in (select value from EACH_TEXT($1)) and (expires_at = 0 or expires_at > $2)"
        " order by user_id, platform",
        list(user_ids),
        now,
    )
    for row in rows:
        found.setdefault(row[0], []).append(Device(row[1], row[2], row[3]))
    return found


async def put_badge(tx: Transaction, user_id: str, unread: int) -> None:
    """Store the number on the icon of a user's app."""
    await tx.fetch(
        "insert into app_badges (user_id, unread) values ($1, $2)"
        " on conflict (user_id) do update set unread = excluded.unread",
        user_id,
        unread,
    )


async def badges(tx: Transaction, user_ids: Sequence[str]) -> dict[str, int]:
    """Return the numbers on the icons of those of these users who have told theirs."""
    rows = await tx.fetch(
        "select user_id, unread from app_badges where user_id in (select value from EACH_TEXT($1))", list(user_ids)
    )
    return {row[0]: row[1] for row in rows}


async def raise_badges(tx: Transaction, counts: Mapping[str, int]) -> dict[str, int]:
    """Count so many more on the icons of users' apps, from 0 if one has told none, and return the numbers.

    The rows are locked in the order of the users' ids, or two transactions could wait for each other.
    """
    return {row[0]: row[1] for row in await _RAISE.fetch(tx, sorted(counts.items()))}


async def registered(tx: Transaction, user_ids: Sequence[str]) -> set[str]:
    """Return which of these users exist."""
    rows = await tx.fetch(
        "select user_id from users where user_id in (select value from EACH_TEXT($1)) and erased_at = 0", list(user_ids)
    )
    return {row[0] for row in rows}
