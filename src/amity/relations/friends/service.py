"""The operations of friend lists, except the import and the sync: reading, remarks, pins, deletion."""

import msgspec

from amity.callbacks.asking.before import Before
from amity.callbacks.telling.outbox import Outbox
from amity.calls.call import Call
from amity.calls.page import page_of
from amity.delivery.push import Push
from amity.errors import Code, ImError
from amity.relations.friends import notices, store
from amity.relations.friends.models import (
    DeleteFriendRequest,
    Friend,
    GetDesignatedFriendsRequest,
    GetDesignatedFriendsResponse,
    GetFriendIdRequest,
    GetFriendIdResponse,
    GetFriendListRequest,
    GetFriendListResponse,
    GetSpecifiedFriendsInfoRequest,
    GetSpecifiedFriendsInfoResponse,
    IsFriendRequest,
    IsFriendResponse,
    SetFriendRemarkRequest,
    SpecifiedFriend,
    UpdateFriendsRequest,
)
from amity.relations.friends.pages import FriendPages
from amity.relations.pair import store as pair_store
from amity.relations.pair.models import Black
from amity.storage import Database, Transaction
from amity.sync.lists import lock_lists
from amity.users import store as users_store
from amity.users.directory import Directory
from amity.users.rules import require_distinct, require_few, require_length, require_some
from amity.wire.events.friends import AfterDeleteFriend, AfterSetFriendRemark, BeforeSetFriendRemark


class Friends:
    """The operations that read and change friend lists."""

    def __init__(
        self,
        database: Database,
        directory: Directory,
        before: Before,
        outbox: Outbox,
        push: Push,
    ) -> None:
        self._database = database
        self._directory = directory
        self._before = before
        self._outbox = outbox
        self._push = push
        self._pages = FriendPages(database)

    async def get_friend_list(self, call: Call, request: GetFriendListRequest) -> GetFriendListResponse | msgspec.Raw:
        """Return one page of a user's friends, and their number."""
        offset, limit = page_of(request.pagination)
        owner = await self._own(call, request.user_id, "userID")
        if owner is None:
            return GetFriendListResponse(friends_info=[], total=0)
        return await self._pages.page(owner, request.user_id, offset, limit)

    async def get_designated_friends(
        self, call: Call, request: GetDesignatedFriendsRequest
    ) -> GetDesignatedFriendsResponse:
        """Return the owner's friends among the named users; nobody for an empty list."""
        asked = request.friend_user_ids
        if asked is None:
            raise ImError(Code.ARGS, "friendUserIDs: is missing")
        require_few("friendUserIDs", asked)
        owner = await self._own(call, request.owner_user_id, "ownerUserID")
        require_distinct("friendUserIDs", asked)
        if owner is None or not asked:
            return GetDesignatedFriendsResponse(friends_info=[])
        numbers = await self._directory.numbers(sorted(asked))
        found = await store.in_this_order(self._database, owner, request.owner_user_id, list(numbers.values()))
        return GetDesignatedFriendsResponse(friends_info=found)

    async def get_friend_id(self, call: Call, request: GetFriendIdRequest) -> GetFriendIdResponse:
        """Return the ids of all friends of a user."""
        owner = await self._own(call, request.user_id, "userID")
        return GetFriendIdResponse(friend_ids=[] if owner is None else await store.ids(self._database, owner))

    async def is_friend(self, call: Call, request: IsFriendRequest) -> IsFriendResponse:
        """Return of two users whether each is on the other's list."""
        for field, user_id in (("userID1", request.user_id1), ("userID2", request.user_id2)):
            if not user_id:
                raise ImError(Code.ARGS, f"{field} is empty")
        if not call.is_admin and call.user_id not in (request.user_id1, request.user_id2):
            raise ImError(Code.NO_PERMISSION, f"user {call.user_id} is neither userID1 nor userID2")
        numbers = await self._directory.numbers([request.user_id1, request.user_id2])
        first, second = numbers.get(request.user_id1), numbers.get(request.user_id2)
        if first is None or second is None:
            return IsFriendResponse(in_user1_friends=False, in_user2_friends=False)
        return IsFriendResponse(
            in_user1_friends=await store.has(self._database, first, second),
            in_user2_friends=await store.has(self._database, second, first),
        )

    async def get_specified_friends_info(
        self, call: Call, request: GetSpecifiedFriendsInfoRequest
    ) -> GetSpecifiedFriendsInfoResponse:
        """Return users with their relation to the owner: friend, on the blacklist, both or neither."""
        asked = require_some("userIDList", request.user_id_list)
        require_distinct("userIDList", asked)
        owner = await self._own(call, request.owner_user_id, "ownerUserID")
        numbers = await self._directory.numbers(asked)
        profiles = {user.user_id: user for user in await users_store.by_ids(self._database, asked)}
        friends: dict[str, Friend] = {}
        blacks: dict[str, Black] = {}
        if owner is not None:
            found = await store.in_this_order(self._database, owner, request.owner_user_id, list(numbers.values()))
            friends = {friend.friend_user.user_id: friend for friend in found if friend.friend_user}
            blacks = await pair_store.blocked_of(self._database, owner, request.owner_user_id, list(numbers.values()))
        for friend in friends.values():
            # As in OpenIM: only here milliseconds, and no profile inside.
            friend.create_time *= 1000
            friend.friend_user = None
        for black in blacks.values():
            black.black_user_info = None
        return GetSpecifiedFriendsInfoResponse(
            infos=[
                SpecifiedFriend(
                    user_info=profiles[user_id],
                    friend_info=friends.get(user_id),
                    black_info=blacks.get(user_id),
                )
                for user_id in asked
                if user_id in profiles
            ]
        )

    async def delete_friend(self, call: Call, request: DeleteFriendRequest) -> None:
        """Remove a friend from the owner's list. The owner stays on the friend's list. Users who are not friends are
        ignored."""
        owner_id, friend_id = request.owner_user_id, request.friend_user_id
        owner = await self._own(call, owner_id, "ownerUserID")
        if not friend_id:
            raise ImError(Code.ARGS, "friendUserID is empty")
        friend = await self._directory.number(friend_id)
        if owner is None or friend is None:
            return

        async def write(tx: Transaction) -> bool:
            await lock_lists(tx, [owner])
            deleted = await store.delete(tx, owner, friend)
            if deleted:
                event = AfterDeleteFriend(owner_user_id=owner_id, friend_user_id=friend_id)
                await self._outbox.record(tx, event, call.operation_id)
            return deleted

        if await self._database.write(write):
            call.after_answer(notices.notify_deleted, self._push, owner_id, friend_id, call.operation_id)

    async def update_friends(self, call: Call, request: UpdateFriendsRequest) -> None:
        """Set pin, remark or ex of several friends. Users who are not friends are ignored."""
        asked = require_some("friendUserIDs", request.friend_user_ids)
        require_distinct("friendUserIDs", asked)
        require_length("remark", request.remark)
        require_length("ex", request.ex)
        owner = await self._own(call, request.owner_user_id, "ownerUserID")
        if owner is None or (request.remark is None and request.ex is None and request.is_pinned is None):
            return
        numbers = await self._directory.numbers(asked)

        async def write(tx: Transaction) -> set[int]:
            await lock_lists(tx, [owner])
            return await store.update(
                tx, owner, list(numbers.values()), remark=request.remark, ex=request.ex, is_pinned=request.is_pinned
            )

        if updated := await self._database.write(write, rows=len(numbers)):
            friends = [friend for friend, number in numbers.items() if number in updated]
            notify = notices.notify_friends_updated
            call.after_answer(notify, self._push, request.owner_user_id, friends, call.operation_id)

    async def set_friend_remark(self, call: Call, request: SetFriendRemarkRequest) -> None:
        """Set a friend's remark, which may be empty. Raises ``ImError``, ``RECORD_NOT_FOUND`` (1004), if the user is
        not on the owner's list."""
        owner_id, friend_id = request.owner_user_id, request.friend_user_id
        if not owner_id:
            raise ImError(Code.ARGS, "ownerUserID is empty")
        if not friend_id:
            raise ImError(Code.ARGS, "friendUserID is empty")
        call.require_self_or_admin(owner_id)
        require_length("remark", request.remark)
        numbers = await self._directory.numbers([owner_id, friend_id])
        owner, friend = numbers.get(owner_id), numbers.get(friend_id)
        stranger = ImError(Code.RECORD_NOT_FOUND, f"friendUserID: {friend_id} is no friend of {owner_id}")
        if owner is None or friend is None or not await store.has(self._database, owner, friend):
            raise stranger
        remark = request.remark
        asking = BeforeSetFriendRemark(owner_user_id=owner_id, friend_user_id=friend_id, remark=remark)
        async with self._before.judged(asking, call.operation_id) as answer:
            if answer.change is not None and answer.change.remark is not None:
                remark = answer.change.remark
                require_length("remark", remark)

        async def write(tx: Transaction) -> None:
            await lock_lists(tx, [owner])
            if not await store.update(tx, owner, [friend], remark=remark):
                raise stranger
            event = AfterSetFriendRemark(owner_user_id=owner_id, friend_user_id=friend_id, remark=remark)
            await self._outbox.record(tx, event, call.operation_id)

        await self._database.write(write)
        call.after_answer(notices.notify_remark_set, self._push, owner_id, friend_id, call.operation_id)

    async def _own(self, call: Call, user_id: str, field: str) -> int | None:
        """Return the number of the list's owner, or ``None`` if the user is unknown. Raises ``ImError`` unless the
        caller may access the list."""
        if not user_id:
            raise ImError(Code.ARGS, f"{field} is empty")
        call.require_self_or_admin(user_id)
        return await self._directory.number(user_id)
