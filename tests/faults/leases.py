"""Leases of killed servers, ended in no time: what a test would wait for is a clock, and nothing that amity does."""

import asyncpg

from amity.cluster.members import ENDED

_EXPIRE = f"""
update leases set until = 0;
update profile_fanouts set until = 0;
update presence_processes set until = {ENDED};
"""


async def expire(database_url: str) -> None:
    """Have every lease on a PostgreSQL database expire now; call this while no server runs on it. On SQLite there are
    none: one process has the file."""
    if database_url.startswith("postgresql:"):
        connection = await asyncpg.connect(database_url)
        try:
            await connection.execute(_EXPIRE)
        finally:
            await connection.close()
