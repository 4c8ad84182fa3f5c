"""The search index of users: their folded ids and nicknames.

Only ordinary users who were not erased are in it. Code that inserts or changes users calls ``index`` in the same
transaction, as ``users/store.py`` does. ``search/filling.py`` adds users who are older than the index, or were folded
with an earlier version of Unicode.
"""

from collections.abc import Mapping
from typing import Final

from amity.storage import Database, Transaction
from amity.storage.substrings import Query, Substrings, Texts
from amity.users.folding import fold
from amity.users.models import User

MOST_FOUND: Final = 10_000
"""The most users that a search finds. More are neither counted nor shown."""
ORDINARY: Final = (0, 1)
"""The ``appMangerLevel`` of users who are found."""

_PORTION: Final = 250
"""Users whose texts are folded at a time: a thousand of the longest ids take 50 ms. On PostgreSQL others have their
turn between two portions."""
_texts = Substrings("user_texts", "user_seq", ("user_id", "nickname"))


async def index(tx: Transaction, users: Mapping[int, User]) -> None:
    """Update the index for users, given by their numbers. The transaction has inserted or locked them."""
    found = [(number, user) for number, user in users.items() if user.app_manger_level in ORDINARY]
    for begin in range(0, len(found), _PORTION):
        portion = found[begin : begin + _PORTION]
        texts = [Texts(number, (fold(user.user_id), fold(user.nickname))) for number, user in portion]
        await _texts.put(tx, texts)
    if len(found) < len(users):
        hidden = [number for number, user in users.items() if user.app_manger_level not in ORDINARY]
        await _texts.remove(tx, hidden)


async def remove(tx: Transaction, number: int) -> None:
    """Remove a user from the index. The transaction has locked the user."""
    await _texts.remove(tx, [number])


async def settle(database: Database) -> None:
    """Settle additions and changes, so that searches stay fast (``Substrings.settle``). Raises ``ImError``,
    ``DATABASE`` (90002)."""
    await _texts.settle(database)


def containing(database: Database, user_id: str, nickname: str) -> Query | None:
    """Return the query for the numbers of the first ``MOST_FOUND`` users whose id contains one text, or whose nickname
    contains the other; ``None`` if both texts are empty when folded."""
    asked = {"user_id": fold(user_id), "nickname": fold(nickname)}
    asked = {field: text for field, text in asked.items() if text}
    return _texts.containing(database, asked, MOST_FOUND) if asked else None
