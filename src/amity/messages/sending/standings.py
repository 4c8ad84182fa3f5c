"""How the senders of messages stand with whom they write to, and whether they may."""

from collections.abc import Mapping, Sequence

from amity.clock import SYSTEM_CLOCK, Clock
from amity.groups.stored import groups
from amity.groups.stored.groups import Group
from amity.messages.sending import store
from amity.messages.sending.outgoing import Outgoing
from amity.messages.sending.store import Pair, Standing
from amity.messages.sending.to_groups import standing as to_groups
from amity.messages.sending.to_groups.permission import require_may_write
from amity.messages.sending.to_groups.standing import GroupStanding, Writer
from amity.messages.sending.welcome import require_welcome
from amity.storage import Database, Transaction
from amity.timeline.service import Timelines


class Standings:
    """Looks up how senders stand, and refuses those who may not send.

    ``friend_verify``: the receiver's friend list must have the sender.
    """

    def __init__(self, timelines: Timelines, *, friend_verify: bool, clock: Clock = SYSTEM_CLOCK) -> None:
        self._timelines = timelines
        self._friend_verify = friend_verify
        self._clock = clock

    async def of(
        self,
        reader: Database | Transaction,
        batch: Sequence[Outgoing],
        known_groups: Mapping[int, Group] | None = None,
    ) -> list[Standing | GroupStanding]:
        """Return how the sender of each message stands with its receiver, or in its group. ``known_groups`` has all
        these groups by their numbers, if the caller knows them."""
        places = await self._timelines.known(reader, dict.fromkeys([each.draft.place for each in batch]))
        pairs: list[Pair] = []
        writers: list[Writer] = []
        for each in batch:
            timeline = places.get(each.draft.place, 0)
            if each.group:
                writers.append(Writer(each.draft.sender, each.group, timeline))
            else:
                pairs.append(Pair(each.draft.sender, each.receiver, timeline))
        if not writers:
            return list(await store.standings(reader, pairs))
        if known_groups is None:
            known_groups = await groups.by_seqs(reader, sorted({writer.group for writer in writers}))
        of_groups = iter(await to_groups.standings(reader, writers, known_groups))
        of_users = iter(await store.standings(reader, pairs) if pairs else ())
        return [next(of_groups) if each.group else next(of_users) for each in batch]

    def require(self, outgoing: Outgoing, standing: Standing | GroupStanding) -> None:
        """Raise ``ImError`` if a message may not be sent: what ``require_welcome`` raises, in a group what
        ``require_may_write`` raises. The message gets what the server sets by the standing."""
        is_admin, keeps_name = outgoing.is_admin, outgoing.is_changed
        if isinstance(standing, GroupStanding):
            now = self._clock.now_ms()
            require_may_write(outgoing.message, standing, now, is_admin=is_admin, keeps_name=keeps_name)
        else:
            require_welcome(
                outgoing.message,
                standing,
                is_admin=is_admin,
                friend_verify=self._friend_verify,
                keeps_name=keeps_name,
            )
