"""Friend lists in memory: their order, and pages of them as they are answered.

To sort a list of a thousand for each page of it costs more than the page, and the page more than all the rest of the
answer. Both follow from the list's version, which every change gives a new one, a change of a friend's profile too:
what is kept under a version is never stale. An order is brought up to a new version by what has changed since.
"""

from collections import OrderedDict
from typing import Generic, TypeVar

import msgspec

from amity.relations.friends import store
from amity.relations.friends.models import GetFriendListResponse
from amity.relations.friends.order import Order
from amity.relations.pair.lists import FRIENDS
from amity.storage import Database

MOST_PLACES = 1_000_000
_MOST_MOVED = 500
"""Changes from which on an order is read anew."""
MOST_BYTES = 32 * 1024 * 1024

K = TypeVar("K")
V = TypeVar("V", bytes, Order)
_encode = msgspec.json.Encoder().encode


class Lists:
    """Reads pages of friend lists. Keeps the orders of up to ``places`` friends, of 16 bytes each, and ``size`` bytes
    of pages."""

    def __init__(self, database: Database, places: int = MOST_PLACES, size: int = MOST_BYTES) -> None:
        self._database = database
        self._orders: _Kept[int, Order] = _Kept(places)
        self._pages: _Kept[tuple[int, int, int], bytes] = _Kept(size)

    async def page(self, owner: int, owner_id: str, offset: int, limit: int) -> msgspec.Raw:
        """Return the ``data`` of ``get_friend_list`` for a page: pinned friends first, then the oldest."""
        # The version first: what is newer than the version it is kept under is read again next time.
        version = await FRIENDS.version(self._database, owner)
        page = self._pages.get((owner, offset, limit), version)
        if page is None:
            order = await self._order(owner, version)
            numbers = order.numbers[offset : offset + limit]
            total = len(order)
            friends = await store.in_this_order(self._database, owner, owner_id, numbers) if numbers else []
            page = _encode(GetFriendListResponse(friends_info=friends, total=total))
            self._pages.keep((owner, offset, limit), version, page)
        return msgspec.Raw(page)

    async def _order(self, owner: int, version: int) -> Order:
        order = self._orders.get(owner, version)
        if order is not None:
            return order
        stale = self._orders.stale(owner)
        if stale is not None:
            since, before = stale
            changed = await store.placed_since(self._database, owner, since, _MOST_MOVED + 1)
            if len(changed) <= _MOST_MOVED:
                order = before.changed(changed)
        if order is None:
            order = Order.of(await store.places_in_order(self._database, owner))
        self._orders.keep(owner, version, order)
        return order


class _Kept(Generic[K, V]):
    """What was read lately, each under its list's version; ``most`` is the bound on the sum of their lengths."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._length = 0
        self._kept: OrderedDict[K, tuple[int, V]] = OrderedDict()

    def get(self, key: K, version: int) -> V | None:
        kept = self._kept.get(key)
        if kept is None or kept[0] != version:
            return None
        self._kept.move_to_end(key)
        return kept[1]

    def stale(self, key: K) -> tuple[int, V] | None:
        """Return what is kept, and the version that it is kept under, whatever that is."""
        return self._kept.get(key)

    def keep(self, key: K, version: int, value: V) -> None:
        replaced = self._kept.pop(key, None)
        self._length += _length(value) - (_length(replaced[1]) if replaced else 0)
        self._kept[key] = version, value
        while self._length > self._most:
            _, (_, dropped) = self._kept.popitem(last=False)
            self._length -= _length(dropped)


def _length(value: bytes | Order) -> int:
    # An entry costs something even where it is empty.
    return len(value) + 64
