"""What has changed of groups and their members since a client's version.

OpenIM's Go core asks for up to 500 groups at once. It asks again for a group that is missing in the answer, and can do
nothing with a call that fails, so every group is answered. One that is not the caller's, or has ended, is answered as
one in which nothing has changed: the list of joined groups tells the client that it is gone.

The core sends commands for each change to a queue that it empties itself, and blocks on it above some 500. So above
that the remaining groups are answered ``full``, of which it reads pages without an event.

Source: open-im-server 3.8 ``internal/rpc/group/sync.go``; openim-sdk-core 3.8.3 ``internal/group`` and ``pkg/syncer``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import msgspec

from amity.calls.call import Call
from amity.groups.lists.models import (
    GetIncrementalGroupMembersBatchRequest,
    GetIncrementalGroupMembersBatchResponse,
    GetIncrementalGroupMembersRequest,
    GetIncrementalGroupMembersResponse,
)
from amity.groups.lists.seeing import Seeing
from amity.groups.models import GroupMember
from amity.groups.permission import require_open
from amity.groups.stored import groups, members
from amity.groups.stored.groups import Group
from amity.groups.stored.members import MEMBERS, Member
from amity.storage import Database
from amity.sync.versioned_list import Change, Increment

MOST_CHANGES: Final = 500
"""Changes in an answer above which the remaining groups are answered ``full``."""
MOST_BYTES: Final = 2 * 1024 * 1024
"""Bytes of an answer above which the remaining groups are answered ``full``."""
_PORTION: Final = 8
"""Groups that are read at a time, and encoded in one turn of the loop: with the longest texts 200 KB each."""

_encode = msgspec.json.Encoder().encode


@dataclass(slots=True)
class _Room:
    """What an answer may still hold."""

    changes: int = MOST_CHANGES
    bytes: int = MOST_BYTES

    @property
    def is_left(self) -> bool:
        return self.changes > 0 and self.bytes > 0


class Increments:
    """The operations by which clients sync members. ``version_id`` is the ``versionID`` of this database's lists."""

    def __init__(self, database: Database, seeing: Seeing, version_id: str) -> None:
        self._database = database
        self._seeing = seeing
        self._version_id = version_id

    async def get_incremental_group_members(
        self, call: Call, request: GetIncrementalGroupMembersRequest
    ) -> GetIncrementalGroupMembersResponse | msgspec.Raw:
        """Return what has changed in a group since the client's version.

        Raises ``ImError``, the first that applies of: 1002, 1004, 1204.
        """
        group = await self._seeing.group(call, request.group_id)
        require_open(group)
        return await self._answer(group, request, _Room())

    async def get_incremental_group_members_batch(
        self, call: Call, request: GetIncrementalGroupMembersBatchRequest
    ) -> GetIncrementalGroupMembersBatchResponse | msgspec.Raw:
        """Return what has changed in groups since the client's versions, for each of them. No group raises anything."""
        asked = {each.group_id: each for each in request.req_list or ()}
        answers = {group_id: _unchanged(each) for group_id, each in asked.items()}
        changed = await self._changed(call, asked)
        room = _Room()
        for begin in range(0, len(changed), _PORTION):
            portion = changed[begin : begin + _PORTION]
            found = await groups.by_seqs(self._database, portion)
            for group in [found[seq] for seq in portion if not found[seq].is_dismissed]:
                answers[group.group_id] = await self._answer(group, asked[group.group_id], room)
        return msgspec.Raw(_encode({"respList": answers}))

    async def _changed(self, call: Call, asked: dict[str, GetIncrementalGroupMembersRequest]) -> list[int]:
        """Return the numbers of those groups that the caller may see and whose versions are not the client's."""
        heads = await groups.heads(self._database, list(asked))
        roles = await self._seeing.roles(call, [head.seq for head in heads.values()])
        return [
            heads[group_id].seq
            for group_id, each in asked.items()
            if group_id in heads
            and heads[group_id].seq in roles
            and not heads[group_id].is_dismissed
            and (each.version_id, each.version) != (self._version_id, heads[group_id].version)
        ]

    async def _answer(self, group: Group, asked: GetIncrementalGroupMembersRequest, room: _Room) -> msgspec.Raw:
        increment = await self._increment(group, asked, room)
        if increment.version > group.version:
            # It has changed meanwhile. What is shown of it must not be older than the version of the answer.
            group = (await groups.by_seqs(self._database, [group.seq]))[group.seq]
        # With ``update`` alone only if somebody has come in, who was then changed: the group has one member more.
        has_moved = increment.is_longer or increment.delete
        is_shown = increment.full or group.info_version > asked.version or has_moved
        answer = GetIncrementalGroupMembersResponse(
            version=increment.version,
            version_id=self._version_id,
            full=increment.full,
            delete=increment.delete,
            insert=_infos(group, increment.insert) or None,
            update=_infos(group, increment.update) or None,
            group=group.info() if is_shown else None,
            sort_version=group.sort_version if not increment.full and group.sort_version > asked.version else 0,
        )
        encoded = _encode(answer)
        if len(encoded) > room.bytes:
            room.bytes = 0
            encoded = _encode(_empty(increment.version, self._version_id, full=True))
        room.bytes = max(0, room.bytes - len(encoded))
        room.changes -= len(increment.insert) + len(increment.update) + len(increment.delete)
        return msgspec.Raw(encoded)

    async def _increment(
        self, group: Group, asked: GetIncrementalGroupMembersRequest, room: _Room
    ) -> Increment[Member]:
        if not room.is_left:
            return Increment(version=group.version, full=True)

        async def read(since: int, most: int) -> list[Change[Member]]:
            return await members.changes(self._database, group.seq, since, most)

        versions = (asked.version_id, asked.version)
        return await MEMBERS.increment(
            self._database, group.seq, versions, self._version_id, read, version=group.version
        )


def _infos(group: Group, found: Sequence[Member]) -> list[GroupMember]:
    return [member.info(group.group_id) for member in found]


def _unchanged(asked: GetIncrementalGroupMembersRequest) -> msgspec.Raw:
    return msgspec.Raw(_encode(_empty(asked.version, asked.version_id, full=False)))


def _empty(version: int, version_id: str, *, full: bool) -> GetIncrementalGroupMembersResponse:
    return GetIncrementalGroupMembersResponse(
        version=version,
        version_id=version_id,
        full=full,
        delete=[],
        insert=None,
        update=None,
        group=None,
        sort_version=0,
    )
