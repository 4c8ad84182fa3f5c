"""How rows of records are written, many with one statement, and the versions of those that are on lists."""

from collections.abc import Sequence

import msgspec

from amity.storage import Transaction

_encode = msgspec.json.Encoder().encode


class BulkInsert:
    """An insert of many rows. In SQLite a statement is a function call, so rows are bound one by one; PostgreSQL gets
    all rows in one statement. The last ``texts`` columns are texts, the others integers."""

    def __init__(self, table: str, columns: str, texts: int, conflict: str) -> None:
        count = columns.count(",") + 1
        values = ", ".join(f"${number}" for number in range(1, count + 1))
        given = ", ".join(
            f"cast(given ->> {at} as integer)" if at < count - texts else f"given ->> {at}" for at in range(count)
        )
        into = f"insert into {table} ({columns})"
        self._row = f"{into} values ({values}) {conflict}"
        self._set = (
            f"{into} select {given} from (select cast(value as jsonb) as given from EACH_TEXT($1)) as rows where true"
            f" {conflict}"
        )

    async def __call__(self, tx: Transaction, rows: Sequence[tuple[object, ...]]) -> None:
        if not rows:
            return
        if tx.is_local:
            await tx.execute_many(self._row, rows)
        else:
            await tx.fetch(self._set, [_encode(row).decode() for row in rows])


async def next_versions(tx: Transaction, table: str, owners: set[int]) -> dict[int, int]:
    """Return the versions that the next rows of these owners get in a table of lists."""
    rows = await tx.fetch(
        f"select value, coalesce((select max(version) from {table} as list where list.owner_seq = value), 1) + 1"
        " from EACH_INT($1)",
        sorted(owners),
    )
    return {row[0]: row[1] for row in rows}


def next_version(versions: dict[int, int], owner: int) -> int:
    """Take an owner's next version."""
    version = versions[owner]
    versions[owner] = version + 1
    return version
