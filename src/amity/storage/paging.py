"""Pages of the rows of a table that administrators look through, and how many rows there are."""

from collections.abc import Callable, Mapping, Sequence

from amity.storage.database import Database, Row


def _matches(column: str, place: int) -> str:
    return f"{column} = ${place}"


def equal(columns: Mapping[str, str], matches: Callable[[str, int], str] = _matches) -> tuple[list[str], list[object]]:
    """Return conditions and parameters for those columns that have a value; their names come from the program.
    ``matches`` returns the condition on a column that its parameter stands for."""
    given = {column: value for column, value in columns.items() if value}
    return [matches(column, place) for place, column in enumerate(given, 1)], list(given.values())


async def page_of_rows(
    database: Database,
    columns: str,
    table: str,
    conditions: Sequence[str],
    values: Sequence[object],
    *,
    order: str,
    offset: int,
    limit: int,
) -> tuple[int, Sequence[Row]]:
    """Return how many rows meet all conditions, and a page of them.

    They are counted only where the page does not tell how many there are: it has the last one otherwise.
    """
    where = " where " + " and ".join(conditions) if conditions else ""
    place = len(values)
    rows = await database.fetch_scan(
        f"select {columns} from {table}{where} order by {order} limit ${place + 1} offset ${place + 2}",
        *(*values, limit, offset),
    )
    known = offset + len(rows)
    if len(rows) < limit and (rows or not offset):
        return known, rows
    total: int = (await database.fetch_scan(f"select count(*) from {table}{where}", *values))[0][0]
    # Rows may be deleted between the two reads: the count says no less than the page shows.
    return (max(total, known) if rows else total), rows
