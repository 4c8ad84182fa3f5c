"""What a user may see of the conversations that it names."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from amity.conversations import group_rows, positions
from amity.conversations.finding import Finding
from amity.conversations.positions import Bounds
from amity.storage import Database
from amity.timeline.models import Ends
from amity.timeline.service import Timelines
from amity.users.directory import Directory
from amity.wire.conversation_ids import NOTIFICATIONS, is_told_to_group

_NOTHING: Final = Ends(1, 0, 0)


class View(NamedTuple):
    """A conversation of a user, by number, with what of it the user may see."""

    owner: int
    bounds: Bounds


class Views:
    """Finds conversations by their ids."""

    def __init__(self, database: Database, directory: Directory, timelines: Timelines, finding: Finding) -> None:
        self._database = database
        self._directory = directory
        self._timelines = timelines
        self._finding = finding

    async def of(self, owner_id: str, conversation_ids: Sequence[str], *, of_peers: bool = True) -> dict[str, View]:
        """Return those of these conversations that a user has, by their ids. Without ``of_peers`` nothing is said of
        how far the other users have read."""
        owner = await self._directory.number(owner_id)
        if owner is None or not conversation_ids:
            return {}
        timelines = await self._finding.timelines(owner, owner_id, conversation_ids)
        numbers = list(timelines.values())
        if not numbers:
            return {}
        bounds = await positions.bounds(self._database, owner, numbers, of_peers=of_peers)
        # Those of groups are looked up below: of a group that the user has left meanwhile there is nothing to see.
        groups, notices = [], []
        for each, timeline in timelines.items():
            if is_told_to_group(each, owner_id):
                groups.append(each.removeprefix(NOTIFICATIONS))
            elif each.startswith(NOTIFICATIONS):
                notices.append(timeline)
        ends = await self._timelines.ends(notices) if notices else {}
        if groups:
            ends |= {
                each.timeline: Ends(each.first, each.last, each.last_at)
                for each in await group_rows.notices_of(self._database, owner, groups)
            }
        found = {}
        for conversation_id, timeline in timelines.items():
            there = bounds.get(timeline)
            if there is None and conversation_id.startswith(NOTIFICATIONS):
                # Nobody has a row of these. Those of two users are all for both.
                there = _of_notices(timeline, ends.get(timeline, _NOTHING))
            if there is not None:
                found[conversation_id] = View(owner, there)
        return found


def _of_notices(timeline: int, there: Ends) -> Bounds:
    return Bounds(
        timeline,
        peer=0,
        read_seq=0,
        first=there.oldest,
        last=there.newest,
        oldest=there.oldest,
        read_by_peer=0,
    )
