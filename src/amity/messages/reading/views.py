"""What a user may see of the conversations that it names."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from amity.conversations import positions
from amity.conversations.finding import Finding
from amity.conversations.positions import Position
from amity.storage import Database
from amity.timeline.models import Ends, Form
from amity.timeline.service import Timelines
from amity.users.directory import Directory
from amity.wire.conversation_ids import NOTIFICATIONS

_NOTHING: Final = Ends(1, 0, 0)


class View(NamedTuple):
    """A conversation of a user, by number, with what of it the user may see."""

    owner: int
    position: Position
    read_by_peer: int


class Views:
    """Finds conversations by their ids."""

    def __init__(self, database: Database, directory: Directory, timelines: Timelines, finding: Finding) -> None:
        self._database = database
        self._directory = directory
        self._timelines = timelines
        self._finding = finding

    async def of(self, owner_id: str, conversation_ids: Sequence[str]) -> dict[str, View]:
        """Return those of these conversations that a user has, by their ids."""
        owner = await self._directory.number(owner_id)
        if owner is None or not conversation_ids:
            return {}
        timelines = await self._finding.timelines(owner, owner_id, conversation_ids)
        numbers = list(timelines.values())
        if not numbers:
            return {}
        rows = await positions.some(self._database, owner, numbers)
        read = await positions.read_by_peers(self._database, owner, numbers)
        notices = [timeline for each, timeline in timelines.items() if each.startswith(NOTIFICATIONS)]
        ends = await self._timelines.ends(notices) if notices else {}
        found = {}
        for conversation_id, timeline in timelines.items():
            position = rows.get(timeline)
            if position is None and conversation_id.startswith(NOTIFICATIONS):
                # Nobody has a row of these, and all of them are for both users.
                position = _of_notices(timeline, ends.get(timeline, _NOTHING))
            if position is not None:
                found[conversation_id] = View(owner, position, read.get(timeline, 0))
        return found


def _of_notices(timeline: int, there: Ends) -> Position:
    return Position(
        timeline,
        peer_id="",
        peer=0,
        form=Form.NOTICES,
        read_seq=0,
        recv_msg_opt=0,
        is_pinned=False,
        first=there.oldest,
        last=there.newest,
        unread=0,
        oldest=there.oldest,
        newest=there.newest,
        last_at=there.last_at,
    )
