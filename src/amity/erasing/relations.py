"""The steps that take a user off the lists of its friends, off blacklists, and its requests away.

Others' lists keep a tombstone, without texts, so that their clients learn of it.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

from amity.delivery.push import Push
from amity.erasing import store
from amity.erasing.store import Counts, Erasure
from amity.relations.blacks.notices import notify_black_removed
from amity.relations.friends.notices import notify_deleted
from amity.relations.pair.lists import BLACKS, FRIENDS
from amity.storage import LARGE, Database, Transaction
from amity.sync.lists import lock_lists

PART: Final = 100
"""Lists that one transaction changes."""
_DELETE_FRIEND = (
    f"update friends set deleted = 1, version = {FRIENDS.next_version('friends.owner_seq')}, remark = '', ex = ''"
    " where owner_seq in (select value from EACH_INT($1)) and friend_seq = $2 and deleted = 0"
    " returning (select user_id from users where user_seq = friends.owner_seq)"
)
_CLEAR_TOMBSTONES = (
    "update {table} set {texts} where owner_seq in (select value from EACH_INT($1)) and {item} = $2 and deleted = 1"
)
_CLEAR_FRIENDS = _CLEAR_TOMBSTONES.format(table="friends", texts="remark = '', ex = ''", item="friend_seq")
_CLEAR_BLACKS = _CLEAR_TOMBSTONES.format(table="blacks", texts="ex = ''", item="black_seq")
_REMOVE_BLACK = (
    f"update blacks set deleted = 1, version = {BLACKS.next_version('blacks.owner_seq')}, ex = ''"
    " where owner_seq in (select value from EACH_INT($1)) and black_seq = $2 and deleted = 0"
    " returning (select user_id from users where user_seq = blacks.owner_seq)"
)
_OWN = "select {item} from {table} where owner_seq = $1 order by {item} limit $2"
_DELETE_OWN = "delete from {table} where owner_seq = $1 and {item} in (select value from EACH_INT($2))"
_ON_BLACKLISTS = (
    "select owner_seq from blacks where black_seq = $1 and (deleted = 0 or ex <> '') order by owner_seq limit $2"
)


class Relations:
    """The steps ``FRIENDS``, ``BLACKS`` and ``REQUESTS``. Each part returns whether the step is over."""

    def __init__(self, database: Database, push: Push) -> None:
        self._database = database
        self._push = push

    async def friends(self, erasure: Erasure) -> bool:
        """Take the user off the lists of some of its friends. All of them, and former ones, are on its own list."""
        user = erasure.user

        async def work(tx: Transaction) -> tuple[bool, list[str]]:
            others = [row[0] for row in await tx.fetch(_OWN.format(table="friends", item="friend_seq"), user, PART)]
            await lock_lists(tx, sorted({user, *others}))
            await tx.fetch(_CLEAR_FRIENDS, others, user)
            friends = [row[0] for row in await tx.fetch(_DELETE_FRIEND, others, user)]
            await tx.fetch(_DELETE_OWN.format(table="friends", item="friend_seq"), user, others)
            await store.advance(tx, erasure, Counts(friends=len(friends)))
            return len(others) < PART, friends

        is_over, friends = await self._database.write(work, rows=LARGE)
        self._tell(notify_deleted, erasure, friends)
        return is_over

    async def blacks(self, erasure: Erasure) -> bool:
        """Delete some entries of the user's own blacklist, and take the user off some of those of others."""
        user = erasure.user

        async def work(tx: Transaction) -> tuple[bool, list[str]]:
            own = [row[0] for row in await tx.fetch(_OWN.format(table="blacks", item="black_seq"), user, PART)]
            owners = [row[0] for row in await tx.fetch(_ON_BLACKLISTS, user, PART)]
            await lock_lists(tx, sorted({user, *owners}))
            await tx.fetch(_DELETE_OWN.format(table="blacks", item="black_seq"), user, own)
            await tx.fetch(_CLEAR_BLACKS, owners, user)
            left = [row[0] for row in await tx.fetch(_REMOVE_BLACK, owners, user)]
            await store.advance(tx, erasure, Counts(blacks=len(own) + len(left)))
            return len(own) < PART and len(owners) < PART, left

        is_over, owners = await self._database.write(work, rows=LARGE)
        self._tell(notify_black_removed, erasure, owners)
        return is_over

    async def requests(self, erasure: Erasure) -> bool:
        """Delete some friend requests from and to the user. No notification says that one is gone: clients see it when
        they next fetch the list."""
        user = erasure.user

        async def work(tx: Transaction) -> bool:
            asked = await _others(tx, "to_seq", "from_seq", user)
            asking = await _others(tx, "from_seq", "to_seq", user)
            # Who answers a request locks both lists.
            await lock_lists(tx, sorted({user, *asked, *asking}))
            gone = await tx.fetch(_delete_requests("from_seq", "to_seq"), user, asked)
            back = await tx.fetch(_delete_requests("to_seq", "from_seq"), user, asking)
            await store.advance(tx, erasure, Counts(requests=len(gone) + len(back)))
            return len(asked) < PART and len(asking) < PART

        return await self._database.write(work, rows=LARGE)

    def _tell(self, notify: Callable[[Push, str, str, str], None], erasure: Erasure, owners: Sequence[str]) -> None:
        tell = partial(notify, self._push)
        for owner in owners:
            tell(owner, erasure.user_id, erasure.operation_id)


async def _others(tx: Transaction, other: str, side: str, user: int) -> list[int]:
    rows = await tx.fetch(
        f"select {other} from friend_requests where {side} = $1 order by {other} limit $2", user, PART
    )
    return [row[0] for row in rows]


def _delete_requests(side: str, other: str) -> str:
    return (
        f"delete from friend_requests where {side} = $1 and {other} in (select value from EACH_INT($2))"
        " returning from_seq"
    )
