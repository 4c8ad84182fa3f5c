"""What has changed on a friend list since a client last asked."""

from collections.abc import Sequence
from functools import partial

from amity.api.operation import Call
from amity.relations import notices, store
from amity.relations.models import (
    GetFullFriendUserIdsRequest,
    GetFullFriendUserIdsResponse,
    GetIncrementalFriendsRequest,
    GetIncrementalFriendsResponse,
)
from amity.relations.parts import Parts
from amity.storage import Database
from amity.sync.lists import EMPTY_VERSION, MOST_CHANGES, changes_from, id_hash
from amity.users.directory import Directory
from amity.wire.notification import Push


class Increments:
    """Tells clients what they have missed. ``version_id`` is the ``versionID`` of this database's lists."""

    def __init__(self, database: Database, directory: Directory, version_id: str, push: Push) -> None:
        self._database = database
        self._directory = directory
        self._version_id = version_id
        self._push = push
        self._parts = Parts(push)

    async def get_incremental_friends(
        self, call: Call, request: GetIncrementalFriendsRequest
    ) -> GetIncrementalFriendsResponse:
        """Return what has changed on a list since the client's version, or ``full`` where it must fetch all.

        To a client on OpenIM's Go core a part of it, with the version that it has then; it is told of the rest.
        """
        call.require_own(request.user_id, "userID")
        owner = await self._directory.number(request.user_id)
        current = EMPTY_VERSION if owner is None else await store.list_version(self._database, owner)
        answer = GetIncrementalFriendsResponse(
            version=current, version_id=self._version_id, full=False, delete=[], insert=[], update=[], sort_version=0
        )
        since = changes_from(request.version_id, request.version, current_id=self._version_id, current=current)
        if since is None:
            answer.full = True
            return answer
        if owner is None or since == current:
            return answer
        left = await store.count_changes(self._database, owner, since, MOST_CHANGES + 1)
        if left > MOST_CHANGES:
            answer.full = True
            return answer
        room = self._parts.room(call, request.user_id)
        changes = await store.changes(self._database, owner, request.user_id, since, room) if room else []
        _fill(answer, changes, since)
        more = partial(self._tell_more, call, request.user_id, changes) if len(changes) < left else None
        self._parts.gave(call, request.user_id, len(changes), more)
        return answer

    async def get_full_friend_user_ids(
        self, call: Call, request: GetFullFriendUserIdsRequest
    ) -> GetFullFriendUserIdsResponse:
        """Return all ids of a list, or that the client's hash of them is still right."""
        call.require_own(request.user_id, "userID")
        owner = await self._directory.number(request.user_id)
        # The version first: ids that are newer than it are fetched once more, ids that are older would be missed.
        version = EMPTY_VERSION if owner is None else await store.list_version(self._database, owner)
        ids = [] if owner is None else await store.ids(self._database, owner)
        equal = id_hash(ids) == request.id_hash
        return GetFullFriendUserIdsResponse(
            version=version, version_id=self._version_id, equal=equal, user_ids=[] if equal else ids
        )

    def _tell_more(self, call: Call, owner: str, given: Sequence[store.Change]) -> None:
        last = given[-1].friend.friend_user if given else None
        notices.tell_more(self._push, owner, last.user_id if last else owner, call.platform_id, call.operation_id)


def _fill(answer: GetIncrementalFriendsResponse, changes: Sequence[store.Change], since: int) -> None:
    """Put changes into an answer, whose version becomes that of the last of them."""
    answer.version = changes[-1].version if changes else since
    for change in changes:
        if change.pinned_version > since:
            answer.sort_version = max(answer.sort_version, change.pinned_version)
        if not change.deleted:
            (answer.insert if change.added_version > since else answer.update).append(change.friend)
        elif change.friend.friend_user is not None:
            answer.delete.append(change.friend.friend_user.user_id)
