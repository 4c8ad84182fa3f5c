"""Which timeline a user means by the id of a conversation."""

from collections.abc import Sequence

from amity.timeline.models import Form, place_of
from amity.timeline.service import Timelines
from amity.users.directory import Directory
from amity.wire.conversation_ids import NOTIFICATIONS, peers_in

MOST_NAMED = 10_000
"""Conversations that one request may name."""


class Finding:
    """Finds timelines for a user, by ids that clients make themselves."""

    def __init__(self, directory: Directory, timelines: Timelines) -> None:
        self._directory = directory
        self._timelines = timelines

    async def timeline(self, owner: int, owner_id: str, conversation_id: str) -> int | None:
        """Return the number of the timeline of a user's conversation, or of its notifications; ``None`` for one that
        has no message, is another's, or could be of two pairs that both have one."""
        form = form_of(conversation_id)
        found = []
        for peer_id in peers_in(conversation_id, owner_id):
            peer = await self._directory.number(peer_id)
            if peer is None:
                continue
            timeline = await self._timelines.number(place_of(form, owner, peer))
            if timeline is not None:
                found.append(timeline)
        return found[0] if len(found) == 1 else None

    async def timelines(self, owner: int, owner_id: str, conversation_ids: Sequence[str]) -> dict[str, int]:
        """Return the timelines of those of a user's conversations that have one, by their ids."""
        peers = {each: peers_in(each, owner_id) for each in dict.fromkeys(conversation_ids)}
        # In one query: to ask for thousands that nobody has one by one takes seconds.
        known = await self._directory.numbers(sorted({peer for some in peers.values() for peer in some}))
        found = {}
        for conversation_id, some in peers.items():
            if any(peer in known for peer in some):
                timeline = await self.timeline(owner, owner_id, conversation_id)
                if timeline is not None:
                    found[conversation_id] = timeline
        return found


def form_of(conversation_id: str) -> Form:
    """Return whether an id of two users is of their chat, or of their notifications."""
    return Form.NOTICES if conversation_id.startswith(NOTIFICATIONS) else Form.CHAT
