"""Versions of synced lists, and what changed since a client's version.

Each row of a synced list has the version of the list at which it last changed. The list's own version is the largest of
them, and 1 for an empty list (from 0 the Go core would sync its first friends without an event). A client sends its
version, and gets either the rows above it or "full": it must fetch everything.
"""

import hashlib
import secrets
from collections.abc import Sequence

import msgspec

from amity.storage import Database, Transaction

EMPTY_VERSION = 1
MOST_VERSION = 2**63 - 1
MOST_CHANGES = 5000
"""Number of changes above which a client is told to fetch the whole list. OpenIM's limit is 200, below one import."""

_encode = msgspec.json.Encoder().encode


async def list_version_id(database: Database) -> str:
    """Return the ``versionID`` of all lists in this database, 24 hex digits, created at its first use.

    A client with another ``versionID`` synced from another database, and starts anew.
    """

    async def read_or_make(tx: Transaction) -> str:
        await tx.fetch(
            "insert into facts (name, value) values ('list_version_id', $1) on conflict (name) do nothing",
            secrets.token_hex(12),
        )
        rows = await tx.fetch("select value from facts where name = 'list_version_id'")
        return str(rows[0][0])

    return await database.write(read_or_make)


async def lock_lists(tx: Transaction, owners: Sequence[int]) -> None:
    """Lock these owners' lists for this transaction, so that versions are assigned and committed in one order.

    SQLite has one writer, which gives that order. On PostgreSQL two transactions could otherwise assign the same
    version, and a client that synced between their commits would miss the later one. The locks are taken in the order
    of the owners' numbers, or two imports could deadlock.
    """
    tx.touches(owners)
    await tx.lock(
        "select user_seq from users where user_seq IN_INTS($1) order by user_seq FOR_UPDATE",
        sorted(owners),
    )


def changes_from(version_id: str, version: int, *, current_id: str, current: int) -> int | None:
    """Return the version above which rows have changed for a client, or ``None`` if it needs the full list."""
    if version_id != current_id or not 0 < version <= current:
        return None
    return version


def id_hash(ids: Sequence[str]) -> int:
    """Return the hash by which a client checks that its ids are the server's, in order.

    It is 0 for no ids, else the first eight bytes, big-endian, of the MD5 of the ids as a compact JSON array.

    Source: open-im-server 3.8 ``pkg/util/hashutil``.
    """
    if not ids:
        return 0
    return int.from_bytes(hashlib.md5(_encode(ids), usedforsecurity=False).digest()[:8], "big")
