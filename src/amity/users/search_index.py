"""By what users are found: their ids and nicknames, folded, in an index that changes with them.

Only ordinary users are in it. Whoever inserts or changes users calls ``index`` in the same transaction, as
``users/store.py`` does. Users who are there before the index is, or were folded by an earlier version of Unicode, are
folded by ``search_filling.py``.
"""

from collections.abc import Mapping
from typing import Final

from amity.storage import Database, Transaction
from amity.storage.substrings import Query, Substrings, Texts
from amity.users.folding import fold
from amity.users.models import User

MOST_FOUND: Final = 10_000
"""Users that a search finds: more are neither counted nor shown."""
ORDINARY: Final = (0, 1)
"""The ``appMangerLevel`` of users who are found."""

_texts = Substrings("user_texts", "user_seq", ("user_id", "nickname"))


async def index(tx: Transaction, users: Mapping[int, User]) -> None:
    """Have users found as they are now, by their numbers. The transaction has inserted or locked them."""
    found = [
        Texts(number, (fold(user.user_id), fold(user.nickname)))
        for number, user in users.items()
        if user.app_manger_level in ORDINARY
    ]
    if found:
        await _texts.put(tx, found)
    if len(found) < len(users):
        hidden = [number for number, user in users.items() if user.app_manger_level not in ORDINARY]
        await _texts.remove(tx, hidden)


async def settle(database: Database) -> None:
    """Keep searches quick after users were added or changed (``Substrings.settle``). Raises 90002."""
    await _texts.settle(database)


def containing(database: Database, user_id: str, nickname: str) -> Query | None:
    """Return the query for the numbers of the first ``MOST_FOUND`` users who have a text in their id, or another in
    their nickname; ``None`` if both texts are empty when folded."""
    asked = {"user_id": fold(user_id), "nickname": fold(nickname)}
    asked = {field: text for field, text in asked.items() if text}
    return _texts.containing(database, asked, MOST_FOUND) if asked else None
