"""The changes of a friend list since a client's version. OpenIM's Go core gets them in parts.

For each friend that is new to it, the core puts two commands into a queue of 1,000. The same loop empties that queue:
with more than 500 new friends at once it blocks on itself, ten seconds for each command, and reads nothing meanwhile.
So it gets a part, and a notification that there is more. The notification goes through the same queue, after most of
the commands of the last part. The core is notified once for each fetch, so the queue never holds the commands of more
than two parts.

Source: openim-sdk-core 3.8.3 ``internal/relation`` and ``pkg/common``, and the behaviour of released clients.
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
"""The most changes in one answer to a Go core."""


class Increments:
    """The operations by which clients sync friend lists. ``version_id`` is the ``versionID`` of this database's
    lists."""

    def __init__(self, database: Database, directory: Directory, version_id: str, push: Push) -> None:
        self._database = database
        self._directory = directory
        self._version_id = version_id
        self._push = push

    async def get_incremental_friends(
        self, call: Call, request: GetIncrementalFriendsRequest
    ) -> GetIncrementalFriendsResponse:
        """Return the changes of a list since the client's version, or ``full`` if the client must fetch the whole list.

        A client on OpenIM's Go core gets a part of the changes, with the version that it then has, and a notification
        if there are more.
        """
        call.require_allowed(request.user_id, "userID")
        in_parts = call.user_id == request.user_id and await self._push.has_core(request.user_id, call.platform_id)
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
            notices.notify_more(self._push, request.user_id, call.platform_id, call.operation_id)
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
        """Return all ids of a list, or ``equal`` if the client's hash of them matches."""
        call.require_own(request.user_id, "userID")
        owner = await self._directory.number(request.user_id)
        # The version is read first: ids that are newer than it are fetched again, ids that are older would be missed.
        version = EMPTY_VERSION if owner is None else await FRIENDS.version(self._database, owner)
        ids = [] if owner is None else await store.ids(self._database, owner)
        equal = id_hash(ids) == request.id_hash
        return GetFullFriendUserIdsResponse(
            version=version, version_id=self._version_id, equal=equal, user_ids=[] if equal else ids
        )
