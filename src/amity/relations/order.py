"""The order of friend lists, kept in memory: pinned friends first, then the oldest.

To sort a list of a thousand for each page of it costs more than all the rest of the answer. The order is a function
of the list's version, so it is kept under that version, and is never stale.
"""

from array import array
from collections import OrderedDict
from collections.abc import Sequence

from amity.relations import store
from amity.storage import Database

MOST_KEPT = 2_000_000


class ListOrder:
    """The friends' numbers of recently read lists, in order: ``most`` numbers in all, of 8 bytes each."""

    def __init__(self, database: Database, most: int = MOST_KEPT) -> None:
        self._database = database
        self._most = most
        self._kept = 0
        self._orders: OrderedDict[int, tuple[int, Sequence[int]]] = OrderedDict()

    async def of(self, owner: int) -> Sequence[int]:
        """Return the numbers of an owner's friends, in the order of the list."""
        # The version first: an order that is newer than the version it is kept under is read again next time.
        version = await store.list_version(self._database, owner)
        kept = self._orders.get(owner)
        if kept is not None and kept[0] == version:
            self._orders.move_to_end(owner)
            return kept[1]
        order = array("q", await store.numbers_in_order(self._database, owner))
        self._keep(owner, version, order)
        return order

    def _keep(self, owner: int, version: int, order: Sequence[int]) -> None:
        replaced = self._orders.pop(owner, None)
        self._kept += len(order) - (len(replaced[1]) if replaced else 0)
        self._orders[owner] = version, order
        while self._kept > self._most and len(self._orders) > 1:
            _, (_, dropped) = self._orders.popitem(last=False)
            self._kept -= len(dropped)
