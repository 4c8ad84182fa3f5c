"""What has changed on a friend list since a client last asked: to OpenIM's Go core in parts.

The core puts two commands into a queue of 1,000 for each friend that is new to it, while it is what empties that
queue: with more than 500 at once it waits for itself, ten seconds for each command, and hears nothing meanwhile. So it
is given a part and told that there is more. What it is told stands in the same queue, behind most of the last part's
commands; and as it is told once for each time that it fetches, there are never those of more than two parts in it.

Source: openim-sdk-core 3.8.3 ``internal/relation`` and ``pkg/common``, and what became of released clients.
"""

from typing import Final

from amity.calls.call import Call
from amity.delivery.push import Push
from amity.relations.friends import notices, store
from amity.relations.friends.models import (
    Friend,
    GetFullFriendUserIdsRequest,
    GetFullFriendUserIdsResponse,
    GetIncrementalFriendsRequest,
    GetIncrementalFriendsResponse,
)
from amity.relations.pair.lists import FRIENDS
from amity.storage import Database
from amity.sync.lists import EMPTY_VERSION, MOST_CHANGES, id_hash
from amity.sync.versioned_list import Change
from amity.users.directory import Directory

PART: Final = 200
"""Changes in one answer to a Go core at most."""


class Increments:
    """Tells clients what they have missed. ``version_id`` is the ``versionID`` of this database's lists."""

    def __init__(self, database: Database, directory: Directory, version_id: str, push: Push) -> None:
        self._database = database
        self._directory = directory
        self._version_id = version_id
        self._push = push

    async def get_incremental_friends(
        self, call: Call, request: GetIncrementalFriendsRequest
    ) -> GetIncrementalFriendsResponse:
        """Return what has changed on a list since the client's version, or ``full`` where it must fetch all.

        To a client on OpenIM's Go core a part of it, with the version that it has then; it is told of the rest.
        """
        call.require_allowed(request.user_id, "userID")
        in_parts = call.user_id == request.user_id and self._push.has_core(request.user_id, call.platform_id)
        if in_parts:
            self._push.fetched(request.user_id, call.platform_id, FRIENDS.name)
        owner = await self._directory.number(request.user_id)

        async def read(since: int, most: int) -> list[Change[Friend]]:
            return await store.changes(self._database, owner or 0, request.user_id, since, most)

        increment = await FRIENDS.increment(
            self._database,
            owner,
            (request.version_id, request.version),
            self._version_id,
            read,
            PART if in_parts else MOST_CHANGES,
        )
        if in_parts and increment.has_more:
            notices.tell_more(self._push, request.user_id, call.platform_id, call.operation_id)
        return GetIncrementalFriendsResponse(
            version=increment.version,
            version_id=self._version_id,
            full=increment.full,
            delete=increment.delete,
            insert=increment.insert,
            update=increment.update,
            sort_version=increment.sort_version,
        )

    async def get_full_friend_user_ids(
        self, call: Call, request: GetFullFriendUserIdsRequest
    ) -> GetFullFriendUserIdsResponse:
        """Return all ids of a list, or that the client's hash of them is still right."""
        call.require_own(request.user_id, "userID")
        owner = await self._directory.number(request.user_id)
        # The version first: ids that are newer than it are fetched once more, ids that are older would be missed.
        version = EMPTY_VERSION if owner is None else await FRIENDS.version(self._database, owner)
        ids = [] if owner is None else await store.ids(self._database, owner)
        equal = id_hash(ids) == request.id_hash
        return GetFullFriendUserIdsResponse(
            version=version, version_id=self._version_id, equal=equal, user_ids=[] if equal else ids
        )
