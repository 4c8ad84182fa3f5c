"""Which timeline a user means by the id of a conversation."""

from collections.abc import Sequence
from typing import NamedTuple

from amity.conversations import group_rows
from amity.conversations.naming import FORMS, form_of
from amity.storage import Database
from amity.timeline.models import Form, place_of
from amity.timeline.service import Timelines
from amity.users.directory import Directory
from amity.wire.conversation_ids import GROUP, NOTIFICATIONS, is_told_to_group, pairs_in, peers_in, peers_in_each, twins

MOST_NAMED = 10_000
"""Conversations that one request may name."""


class Chat(NamedTuple):
    """A conversation of two users that has a message, one of whom it is asked for; the other may be a notification
    account."""

    timeline: int
    form: Form
    owner: int
    owner_id: str
    peer: int
    peer_id: str


class Finding:
    """Finds timelines for a user, by ids that clients make themselves."""

    def __init__(self, database: Database, directory: Directory, timelines: Timelines) -> None:
        self._database = database
        self._directory = directory
        self._timelines = timelines

    async def chat(self, owner_id: str, conversation_id: str) -> Chat | None:
        """Return a user's chat, or its conversation with a notification account; ``None`` where ``timeline`` returns
        that, and for what is neither."""
        peers = peers_in(conversation_id, owner_id)
        return await self._only(conversation_id, [(owner_id, peer_id) for peer_id in peers])

    async def anybodys_chat(self, conversation_id: str) -> Chat | None:
        """Return the chat of any two users, as ``chat`` does; ``None`` for one that has no message, or could be of two
        pairs that both have one."""
        return await self._only(conversation_id, pairs_in(conversation_id))

    async def _only(self, conversation_id: str, pairs: Sequence[tuple[str, str]]) -> Chat | None:
        form = form_of(conversation_id)
        if form is None or form is Form.NOTICES:
            return None
        numbers = await self._directory.numbers_of_all(sorted({user for pair in pairs for user in pair}))
        found = []
        for one, other in pairs:
            if one in numbers and other in numbers:
                timeline = await self._timelines.number(place_of(form, numbers[one], numbers[other]))
                if timeline is not None:
                    found.append(Chat(timeline, form, numbers[one], one, numbers[other], other))
        return found[0] if len(found) == 1 else None

    async def timeline(self, owner: int, owner_id: str, conversation_id: str) -> int | None:
        """Return the number of the timeline of a user's conversation, or of its notifications; ``None`` for one that
        has no message, is another's, or could be of two pairs that both have one."""
        return (await self.timelines(owner, owner_id, [conversation_id])).get(conversation_id)

    async def ambiguous(self, owner: int, owner_id: str) -> list[int]:
        """Return the timelines of those of a user's conversations that have one id with another one: ``timeline`` finds
        none of them, and no list may have them. Nearly nobody has any."""
        found: list[int] = []
        for twin in twins(owner_id):
            peers = (await self._directory.numbers_of_all(twin)).values()
            for form in (Form.CHAT, Form.ACCOUNT):
                numbers = [await self._timelines.number(place_of(form, owner, peer)) for peer in peers]
                there = [number for number in numbers if number is not None]
                if len(there) > 1:
                    found += there
        return found

    async def timelines(self, owner: int, owner_id: str, conversation_ids: Sequence[str]) -> dict[str, int]:
        """Return the timelines of those of a user's conversations that have one, by their ids."""
        meant = peers_in_each(dict.fromkeys(conversation_ids), owner_id)
        # In few queries: to ask for thousands one by one takes seconds.
        known = await self._directory.numbers_of_all(list({peer for _, _, peer in meant}))
        places = [(each, place_of(FORMS[prefix], owner, known[peer])) for prefix, each, peer in meant if peer in known]
        numbers = await self._timelines.numbers_of(owner, [place for _, place in places])
        found: dict[str, int] = {}
        twice: set[str] = set()
        for conversation_id, place in places:
            if (number := numbers.get(place)) is not None:
                if conversation_id in found:
                    twice.add(conversation_id)
                found[conversation_id] = number
        groups = {each.removeprefix(GROUP): each for each in conversation_ids if each.startswith(GROUP)}
        if groups:
            there = await group_rows.timelines_of(self._database, owner, list(groups))
            found |= {groups[group_id]: number for group_id, number in there.items()}
        told = {each.removeprefix(NOTIFICATIONS): each for each in conversation_ids if is_told_to_group(each, owner_id)}
        if told:
            notices = await group_rows.notices_of(self._database, owner, list(told))
            found |= {told[each.group_id]: each.timeline for each in notices}
        return {each: number for each, number in found.items() if each not in twice} if twice else found
