"""What has changed on a friend list since a client last asked: to OpenIM's Go core in parts.

The core puts two commands into a queue of 1,000 for each friend that is new to it, while it is what empties that
queue: with more than 500 at once it waits for itself, ten seconds for each command, and hears nothing meanwhile. So it
is given a part and told that there is more. What it is told stands in the same queue, behind most of the last part's
commands; and as it is told once for each time that it fetches, there are never those of more than two parts in it.

Source: openim-sdk-core 3.8.3 ``internal/relation`` and ``pkg/common``, and what became of released clients.
"""

from collections.abc import Sequence
from typing import Final

from amity.api.operation import Call
from amity.errors import Code, ImError
from amity.relations import notices, store
from amity.relations.models import (
    GetFullFriendUserIdsRequest,
    GetFullFriendUserIdsResponse,
    GetIncrementalFriendsRequest,
    GetIncrementalFriendsResponse,
)
from amity.storage import Database
from amity.sync.lists import EMPTY_VERSION, MOST_CHANGES, changes_from, id_hash
from amity.users.directory import Directory
from amity.wire.notification import Push

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
            self._push.fetched(request.user_id, call.platform_id)
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
        most = PART if in_parts else MOST_CHANGES
        try:
            changes = await store.changes(self._database, owner, request.user_id, since, most)
        except ImError as error:
            if error.code != Code.ARGS:
                raise
            # Too large for one answer: the client fetches the list page by page instead.
            answer.full = True
            return answer
        has_more = len(changes) < left
        _fill(answer, changes, since, has_more=has_more)
        if in_parts and has_more:
            notices.tell_more(self._push, request.user_id, call.platform_id, call.operation_id)
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


def _fill(
    answer: GetIncrementalFriendsResponse, changes: Sequence[store.Change], since: int, *, has_more: bool
) -> None:
    """Put changes into an answer, whose version becomes that of the last of them. Of a part the client has what was
    added or changed up to its last row: what a row became after it was added is answered once more the next time."""
    answer.version = since
    for change in changes:
        is_new = change.added_version > since
        answer.version = max(answer.version, change.added_version if is_new and has_more else change.version)
        if change.pinned_version > since:
            answer.sort_version = max(answer.sort_version, change.pinned_version)
        if not change.deleted:
            (answer.insert if is_new else answer.update).append(change.friend)
        elif change.friend.friend_user is not None:
            answer.delete.append(change.friend.friend_user.user_id)
