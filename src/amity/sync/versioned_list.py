"""A list that clients sync: its versions, its changes since a version, and the answer to a client.

A list is the rows of one owner in a table. Each row has the versions of the list at which it last changed (``version``)
and at which it was added (``added_version``). A deleted row stays as a tombstone (``deleted``). The version of a list
is the largest of its rows' versions, so there is no separate counter.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic, NamedTuple, TypeVar

from amity.errors import Code, ImError
from amity.storage import Database, Row, Transaction
from amity.sync.lists import EMPTY_VERSION, MOST_CHANGES, MOST_VERSION, changes_from

T = TypeVar("T")


class Change(NamedTuple, Generic[T]):
    """A row of a list: the item shown, the id by which clients know it, and its versions.

    ``pinned_version`` is the version at which the order of the list changed with this row, 0 for never.
    """

    item: T
    item_id: str
    version: int
    added_version: int
    deleted: bool
    pinned_version: int = 0


@dataclass(slots=True, kw_only=True)
class Increment(Generic[T]):
    """The answer to a client: all changes up to ``version``, or ``full``: it must fetch the whole list.

    ``has_more`` says that there are changes above ``version`` that are not included, and ``is_longer`` that rows were
    added that are still there: they may stand in ``update``.
    """

    version: int
    full: bool = False
    insert: list[T] = field(default_factory=list)
    update: list[T] = field(default_factory=list)
    delete: list[str] = field(default_factory=list)
    sort_version: int = 0
    has_more: bool = False
    is_longer: bool = False


class VersionedList:
    """One kind of list: the table of its rows, and the columns that name owner and item."""

    def __init__(
        self,
        table: str,
        *,
        alias: str,
        owner: str,
        item: str,
        is_ordered: bool = False,
        changes_win: bool = False,
        prefix: str = "",
        most_changes: int = MOST_CHANGES,
    ) -> None:
        """Use ``alias`` for the table in statements. ``is_ordered`` says that it also has ``pinned_version``.

        ``changes_win`` answers a row that was added and then changed as an update, as OpenIM does, not as an insert.
        ``prefix``: the columns of the versions are named so, where rows are on two lists. Above ``most_changes`` a
        client fetches the whole list.
        """
        self.name = prefix + table
        """The name of the list. Notifications of its changes coalesce under it."""
        self._is_ordered = is_ordered
        self._changes_win = changes_win
        self._most_changes = most_changes
        version, added = f"{prefix}version", f"{prefix}added_version"
        pinned = f", {alias}.pinned_version" if is_ordered else ""
        self.row_versions = f"{alias}.{version}, {alias}.{added}, {alias}.deleted{pinned}"
        """The columns that ``change`` reads."""
        # A row that was added and then changed counts from the version at which it was added. Otherwise a client that
        # gets a part would receive the change after it has passed that version, and treat it as a change of a row that
        # it has.
        key = f"case when {{0}}{added} > $2 then {{0}}{added} else {{0}}{version} end"
        here, there = key.format(f"{alias}."), key.format("")
        self.where_changed = (
            f"{alias}.{owner} = $1 and {alias}.{version} > $2 and {here} <= coalesce((select {there} from {table}"
            f" where {owner} = $1 and {version} > $2 order by 1 limit 1 offset $3 - 1), {MOST_VERSION})"
        )
        """The condition on the rows above version ``$2`` of owner ``$1``: at most ``$3``, and either all rows of a
        version or none."""
        self.version_of_change = here
        """The version that rows of ``where_changed`` are sorted by first."""
        self.by_version = f"{here}, {alias}.{item}"
        self._version = f"select max({version}) from {table} where {owner} = $1"
        self._count = (
            f"select count(*) from (select 1 from {table} where {owner} = $1 and {version} > $2 limit $3) as changed"
        )
        self._next = (
            f"coalesce((select max(list.{version}) from {table} as list where list.{owner} = {{}}),"
            f" {EMPTY_VERSION}) + 1"
        )

    def next_version(self, owner: str) -> str:
        """Return the SQL expression of the version that the next change of a list gets; ``owner`` is an expression."""
        return self._next.format(owner)

    def change(self, item: T, item_id: str, row: Row, begin: int) -> Change[T]:
        """Make a ``Change`` from a row in which the columns of ``row_versions`` begin at position ``begin``."""
        pinned = row[begin + 3] if self._is_ordered else 0
        return Change(item, item_id, row[begin], row[begin + 1], bool(row[begin + 2]), pinned)

    async def version(self, reader: Database | Transaction, owner: int) -> int:
        """Return the version of an owner's list."""
        rows = await reader.fetch(self._version, owner)
        return rows[0][0] or EMPTY_VERSION

    async def increment(
        self,
        database: Database,
        owner: int | None,
        asked: tuple[str, int],
        version_id: str,
        read: Callable[[int, int], Awaitable[Sequence[Change[T]]]],
        most: int = MOST_CHANGES,
        *,
        version: int | None = None,
    ) -> Increment[T]:
        """Return what has changed on a list since a client's version, at most ``most`` changes.

        ``owner`` is ``None`` for an unknown user, whose list is empty. ``asked`` is the client's ``versionID`` and
        version; ``version_id`` is the ``versionID`` of this database. ``read(since, most)`` returns the changes above a
        version, oldest first. ``version`` is that of the list where it is kept apart from the rows, and was read before
        them.
        """
        if version is not None:
            current = version
        else:
            current = EMPTY_VERSION if owner is None else await self.version(database, owner)
        since = changes_from(*asked, current_id=version_id, current=current)
        if since is None:
            return Increment(version=current, full=True)
        if owner is None or since == current:
            return Increment(version=current)
        rows = await database.fetch_long(self._count, owner, since, self._most_changes + 1)
        left = int(rows[0][0])
        if left > self._most_changes:
            return Increment(version=current, full=True)
        try:
            changes = await read(since, most)
        except ImError as error:
            if error.code != Code.ARGS:
                raise
            # Too large for one answer: the client fetches the list page by page instead.
            return Increment(version=current, full=True)
        increment = _increment(changes, since, has_more=len(changes) < left, changes_win=self._changes_win)
        if not increment.has_more:
            increment.version = max(increment.version, current)
        return increment


def _increment(changes: Sequence[Change[T]], since: int, *, has_more: bool, changes_win: bool = False) -> Increment[T]:
    increment: Increment[T] = Increment(version=since, has_more=has_more)
    for change in changes:
        is_new = change.added_version > since
        # From a part, the client has everything up to its last row; what came after is answered the next time.
        reached = change.added_version if is_new and has_more else change.version
        increment.version = max(increment.version, reached)
        if change.pinned_version > since:
            increment.sort_version = max(increment.sort_version, change.pinned_version)
        if change.deleted:
            increment.delete.append(change.item_id)
            continue
        increment.is_longer |= is_new
        if is_new and not (changes_win and change.version > change.added_version):
            increment.insert.append(change.item)
        else:
            increment.update.append(change.item)
    return increment
