"""What changed in a list since a client last asked.

Every row of a synced list carries the version of the list at which it last changed. The list's own version is the
largest of them, 1 for an empty list (from 0 the Go core would sync its first friends without an event). A client
names the version that it has, and gets either the rows above it or the word "full": fetch everything.
"""

import hashlib
import secrets
from collections.abc import Sequence

import msgspec

from amity.storage import Database, Transaction

EMPTY_VERSION = 1
MOST_VERSION = 2**63 - 1
MOST_CHANGES = 5000
"""Changes from which on a client is told to fetch the whole list. OpenIM gives up above 200, below one import."""

_encode = msgspec.json.Encoder().encode


async def list_version_id(database: Database) -> str:
    """Return the ``versionID`` that all lists of this database share, 24 hex digits, made on first use.

    A client whose ``versionID`` is another one synced from another database, and starts anew.
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
    """Take the lists of these owners for this transaction, so that versions are given and committed in one order.

    SQLite has one writer, which is that order. On PostgreSQL two transactions could otherwise give one list the
    same version, and a client that synced between their commits would miss the later one. Locked in the order of
    their numbers, or two imports could wait for each other.
    """
    await tx.lock(
        "select user_seq from users where user_seq in (select value from EACH_INT($1)) order by user_seq FOR_UPDATE",
        sorted(owners),
    )


def changes_from(version_id: str, version: int, *, current_id: str, current: int) -> int | None:
    """Return the version above which rows have changed for a client, or ``None`` where it needs the full list."""
    if version_id != current_id or not 0 < version <= current:
        return None
    return version


def id_hash(ids: Sequence[str]) -> int:
    """Return the hash by which a client asks whether its ids are still the server's, in order: 0 for none, else the
    first eight bytes, big-endian, of the MD5 of the ids as a compact JSON array.

    Source: open-im-server 3.8 ``pkg/util/hashutil``.
    """
    if not ids:
        return 0
    return int.from_bytes(hashlib.md5(_encode(ids), usedforsecurity=False).digest()[:8], "big")
