"""A cache of friend lists: their order, and encoded pages.

Sorting a list of a thousand friends for each page costs more than encoding the page, and that costs more than the rest
of the answer. Each change of a list, also of a friend's profile, gives it a new version, so what is cached under a
version is never wrong. An order is updated to a new version by the changes since.
"""

from collections import OrderedDict
from typing import Generic, TypeVar

import msgspec

from amity.relations.friends import store
from amity.relations.friends.models import GetFriendListResponse
from amity.relations.friends.order import Order
from amity.relations.pair.lists import FRIENDS
from amity.storage import Database

MOST_CACHED_FRIENDS = 1_000_000
_MOST_APPLIED = 500
"""Changes above which an order is read anew instead of updated."""
MOST_CACHED_BYTES = 32 * 1024 * 1024

K = TypeVar("K")
V = TypeVar("V", bytes, Order)
_encode = msgspec.json.Encoder().encode


class FriendPages:
    """Reads pages of friend lists. It caches the orders of up to ``entries`` friends, 16 bytes each, and ``size`` bytes
    of pages."""

    def __init__(self, database: Database, entries: int = MOST_CACHED_FRIENDS, size: int = MOST_CACHED_BYTES) -> None:
        self._database = database
        self._orders: _VersionedCache[int, Order] = _VersionedCache(entries)
        self._pages: _VersionedCache[tuple[int, int, int], bytes] = _VersionedCache(size)

    async def page(self, owner: int, owner_id: str, offset: int, limit: int) -> msgspec.Raw:
        """Return the encoded ``data`` of ``get_friend_list`` for a page: pinned friends first, then the oldest."""
        # The version is read first: a page that is newer than the version it is cached under is read again next time.
        version = await FRIENDS.version(self._database, owner)
        page = self._pages.get((owner, offset, limit), version)
        if page is None:
            order = await self._order(owner, version)
            numbers = order.numbers[offset : offset + limit]
            total = len(order)
            friends = await store.in_this_order(self._database, owner, owner_id, numbers) if numbers else []
            page = _encode(GetFriendListResponse(friends_info=friends, total=total))
            self._pages.put((owner, offset, limit), version, page)
        return msgspec.Raw(page)

    async def _order(self, owner: int, version: int) -> Order:
        order = self._orders.get(owner, version)
        if order is not None:
            return order
        outdated = self._orders.outdated(owner)
        if outdated is not None:
            since, before = outdated
            changed = await store.changed_entries(self._database, owner, since, _MOST_APPLIED + 1)
            if len(changed) <= _MOST_APPLIED:
                order = before.changed(changed)
        if order is None:
            order = Order.of(await store.entries_in_order(self._database, owner))
        self._orders.put(owner, version, order)
        return order


class _VersionedCache(Generic[K, V]):
    """The values used most recently, each under its list's version. ``most`` bounds the sum of their lengths."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._length = 0
        self._values: OrderedDict[K, tuple[int, V]] = OrderedDict()

    def get(self, key: K, version: int) -> V | None:
        cached = self._values.get(key)
        if cached is None or cached[0] != version:
            return None
        self._values.move_to_end(key)
        return cached[1]

    def outdated(self, key: K) -> tuple[int, V] | None:
        """Return a cached value and its version, whichever that is."""
        return self._values.get(key)

    def put(self, key: K, version: int, value: V) -> None:
        replaced = self._values.pop(key, None)
        self._length += _length(value) - (_length(replaced[1]) if replaced else 0)
        self._values[key] = version, value
        while self._length > self._most:
            _, (_, dropped) = self._values.popitem(last=False)
            self._length -= _length(dropped)


def _length(value: bytes | Order) -> int:
    # An entry costs memory even if it is empty.
    return len(value) + 64
