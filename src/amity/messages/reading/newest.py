"""The newest message of each of a user's conversations that the user is shown."""

from collections.abc import Mapping

from amity.conversations.positions import Window
from amity.storage import Database
from amity.timeline import taking_back
from amity.timeline.models import Message


async def newest_of_each(database: Database, owner: int, windows: Mapping[int, Window]) -> dict[int, Message]:
    """Return the newest message that a user is shown of each of these timelines, by their numbers. One that has none is
    left out."""
    if not windows:
        return {}
    # Nearly always it is the last one that there is, and one statement finds it for all.
    found = await taking_back.last_not_hidden(database, owner, list(windows))
    for timeline, seen in windows.items():
        message = found.get(timeline)
        if message is None or message.seq > seen.last:
            found.pop(timeline, None)
            older = await taking_back.newest_shown(database, timeline, owner, seen.first, seen.last)
            if older is not None:
                found[timeline] = older
        elif message.seq < seen.first:
            del found[timeline]
    return found
