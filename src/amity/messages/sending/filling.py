"""What another process accepted and has not told of in time: read, and pushed to whom it is for.

Only messages of the last minutes are read: what is older was told long ago, or found by a pull. The clocks of processes
may differ by two minutes, so that two more are read.
"""

from collections.abc import Sequence
from typing import Final

from amity.clock import FUTURE_SECONDS, SYSTEM_CLOCK, Clock
from amity.delivery.ascending import Gap, Missing
from amity.groups.stored import groups
from amity.groups.stored.membership import Memberships
from amity.messages.options import is_on
from amity.storage import Database
from amity.storage.over_rows import OverRows
from amity.timeline.taking_back import EVERYBODY, REVOKED
from amity.wire.conversation_ids import group_notices_id, users_of_pairs
from amity.wire.message_bytes import numbered
from amity.wire.message_kinds import GROUP_CHAT
from amity.wire.proto.sdkws_pb2 import MsgData

WITHIN_MS: Final = 60_000 + int(FUTURE_SECONDS * 1000)
NEW_MS: Final = 5_000
"""Milliseconds in which a message is new."""
MOST_BYTES: Final = 16_384
"""Bytes of a message up to which it is read here. Who is not pushed a longer one finds it by pulling."""

# The gaps as rows: the timeline, its lowest and highest number, and since when.
_READ: Final = OverRows(
    "select v.column1, m.seq, m.body from (ROWS) as v join messages as m on m.timeline = v.column1"
    f" and m.seq between v.column2 and v.column3 and m.sent_at > v.column4 and length(m.body) <= {MOST_BYTES}"
    " where not exists (select 1 from hidden_messages as h where h.timeline = m.timeline and h.seq = m.seq"
    f" and h.owner_seq in ({EVERYBODY}, {REVOKED})) order by m.timeline, m.seq",
    *["integer"] * 4,
)


class Filling:
    """Reads what is missing between messages that were pushed."""

    def __init__(self, database: Database, memberships: Memberships, clock: Clock = SYSTEM_CLOCK) -> None:
        self._database = database
        self._memberships = memberships
        self._clock = clock

    async def read(self, gaps: Sequence[Gap]) -> list[list[Missing]]:
        """Return what of each gap was sent lately and not taken back, oldest first. Raises ``ImError``, ``DATABASE``
        (90002)."""
        now = self._clock.now_ms()
        since = now - WITHIN_MS
        rows = await _READ.fetch(self._database, [(*gap, since) for gap in dict.fromkeys(gaps)])
        found: dict[int, list[Missing]] = {}
        members: dict[str, frozenset[str]] = {}
        for timeline, seq, body in rows:
            message = MsgData.FromString(body)
            if message.sessionType == GROUP_CHAT and message.groupID not in members:
                members[message.groupID] = await self._members(message.groupID)
            users = _receivers(message, members.get(message.groupID, frozenset()))
            found.setdefault(timeline, []).append(
                Missing(seq, users, numbered(body, seq), message.sendTime > now - NEW_MS)
            )
        return [[each for each in found.get(gap.timeline, ()) if gap.low <= each.seq <= gap.high] for gap in gaps]

    async def _members(self, group_id: str) -> frozenset[str]:
        group = await groups.by_id(self._database, group_id)
        return frozenset() if group is None else (await self._memberships.at(self._database, group)).ids


def _receivers(message: MsgData, members: frozenset[str]) -> Sequence[str] | frozenset[str]:
    """Return who is pushed a message; ``members`` are those of its group."""
    if message.sessionType == GROUP_CHAT:
        if is_on(message.options, "isNotNotification"):
            return members
        return members - users_of_pairs(group_notices_id(message.groupID))
    users = [message.recvID]
    if is_on(message.options, "senderSync") and message.sendID != message.recvID:
        users.append(message.sendID)
    return users
