"""The SQL of tokens, and nothing else. Only a token's hash is stored: a stolen database opens no account."""

from collections.abc import Sequence

from amity.auth.models import PlatformTokenCount
from amity.storage import Database, Transaction
from amity.wire.platforms import PLATFORMS

NORMAL = 0
KICKED = 2


async def state_of(database: Database, token_hash: str) -> int | None:
    """Return the state of a token, or ``None`` if it was never issued or has been forgotten."""
    rows = await database.fetch("select state from tokens where token_hash = $1", token_hash)
    return rows[0][0] if rows else None


async def lock(tx: Transaction, user_id: str) -> None:
    """Lock out other issuers of tokens to this user until the transaction ends. SQLite has a single writer anyway."""
    await tx.lock("select pg_advisory_xact_lock(hashtextextended($1, 0))", user_id)


async def is_erased(tx: Transaction, user_id: str) -> bool:
    """Return whether a user was erased. The transaction must have locked out other issuers."""
    return bool(await tx.fetch("select 1 from users where user_id = $1 and erased_at <> 0", user_id))


async def forget_ended(tx: Transaction, user_id: str, now: int) -> None:
    """Delete a user's tokens that were kicked or have expired; ``now`` in milliseconds since 1970."""
    await tx.fetch("delete from tokens where user_id = $1 and (state <> 0 or expires_at <= $2)", user_id, now)


async def touch(tx: Transaction, user_ids: Sequence[str]) -> None:
    """Announce that clients of these users are about to be ended."""
    rows = await tx.fetch("select user_seq from users where user_id IN_TEXTS($1)", list(user_ids))
    tx.touches([row[0] for row in rows])


# Tokens for invalid platforms are included: earlier versions issued them, and nobody asks to end them.
_ON_PLATFORM = f"(platform = $2 or platform < {PLATFORMS.start} or platform >= {PLATFORMS.stop})"


async def kick(tx: Transaction, user_id: str, platform: int) -> None:
    """Mark as kicked a user's tokens on a platform, and those for invalid platforms."""
    await tx.fetch(
        f"update tokens set state = 2 where user_id = $1 and {_ON_PLATFORM} and state = 0", user_id, platform
    )


async def kick_all(tx: Transaction, user_ids: list[str]) -> None:
    """Mark as kicked all tokens of users."""
    await tx.fetch(
        "update tokens set state = 2 where state = 0 and user_id in (select value from EACH_TEXT($1))", user_ids
    )


async def forget_push_token(tx: Transaction, user_id: str, platform: int) -> None:
    """Delete a user's push token of a platform: who is logged out is not pushed to."""
    await tx.fetch("delete from push_tokens where user_id = $1 and platform = $2", user_id, platform)


async def forget_push_tokens(tx: Transaction, user_ids: list[str]) -> None:
    """Delete all push tokens of users."""
    await tx.fetch("delete from push_tokens where user_id in (select value from EACH_TEXT($1))", user_ids)


async def kick_these(tx: Transaction, token_hashes: list[str]) -> None:
    """Mark these tokens as kicked."""
    await tx.fetch(
        "update tokens set state = 2 where state = 0 and token_hash in (select value from EACH_TEXT($1))", token_hashes
    )


async def normal(tx: Transaction, user_id: str) -> list[tuple[str, int]]:
    """Return the hash and platform of each of a user's valid tokens, ordered by expiry."""
    rows = await tx.fetch(
        "select token_hash, platform from tokens where user_id = $1 and state = 0 order by expires_at", user_id
    )
    return [(row[0], row[1]) for row in rows]


async def count_normal(database: Database, user_id: str, now: int) -> list[PlatformTokenCount]:
    """Return how many valid tokens a user has on each platform; ``now`` in milliseconds since 1970."""
    rows = await database.fetch_long(
        "select platform, count(*), max(expires_at) from tokens where user_id = $1 and state = 0 and expires_at > $2"
        " group by platform order by platform",
        user_id,
        now,
    )
    return [PlatformTokenCount(platform_id=row[0], count=row[1], expire_time=row[2]) for row in rows]


async def kick_others(tx: Transaction, user_id: str, platform: int, keep_hash: str) -> None:
    """Mark as kicked a user's tokens on a platform except one, and those for invalid platforms."""
    await tx.fetch(
        f"update tokens set state = 2 where user_id = $1 and {_ON_PLATFORM} and state = 0 and token_hash <> $3",
        user_id,
        platform,
        keep_hash,
    )


async def insert(tx: Transaction, token_hash: str, user_id: str, platform: int, expires_at: int) -> bool:
    """Store a token; return ``False`` if the same one exists already. ``expires_at`` in milliseconds since 1970."""
    rows = await tx.fetch(
        "insert into tokens (token_hash, user_id, platform, state, expires_at) values ($1, $2, $3, 0, $4)"
        " on conflict (token_hash) do nothing returning token_hash",
        token_hash,
        user_id,
        platform,
        expires_at,
    )
    return bool(rows)


async def delete_expired(tx: Transaction, now: int, most: int) -> int:
    """Delete up to ``most`` expired tokens and return how many were deleted."""
    rows = await tx.fetch(
        "delete from tokens where token_hash in"
        " (select token_hash from tokens where expires_at <= $1 order by expires_at limit $2) returning token_hash",
        now,
        most,
    )
    return len(rows)


async def oldest_kept(database: Database, user_id: str, platform: int, keep: int) -> int | None:
    """Return the expiry of the first token beyond the newest ``keep``, or ``None`` if there are no more than that."""
    rows = await database.fetch_long(
        "select expires_at from tokens where user_id = $1 and platform = $2 order by expires_at desc limit 1 offset $3",
        user_id,
        platform,
        keep,
    )
    return rows[0][0] if rows else None


async def delete_older(tx: Transaction, user_id: str, platform: int, expires_at: int, most: int) -> int:
    """Delete up to ``most`` of a user's tokens on a platform that expire at ``expires_at`` or before; return how
    many."""
    rows = await tx.fetch(
        "delete from tokens where token_hash in"
        " (select token_hash from tokens where user_id = $1 and platform = $2 and expires_at <= $3 limit $4)"
        " returning token_hash",
        user_id,
        platform,
        expires_at,
        most,
    )
    return len(rows)
