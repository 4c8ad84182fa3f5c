"""Restore users and their relations, groups, messages and chats as they were on another server, or earlier on this one.

No other operation can: an import adds friends in both directions, with the current time and without remarks, and users
answer friend requests. This one is for administrators, and stores what the records say. It is not an action of users,
so it asks no business server, raises no events, notifies no client and checks no limits. It does keep the invariants of
the data: each user and group that a record names exists, nobody is a friend of itself, and a request waits only if the
two users are not friends, neither has blacklisted the other, and no earlier request waits in the other direction. A
group that is not dismissed has one owner, and only its members, and who was one, have its conversation.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from itertools import islice
from typing import Final, NamedTuple

from amity.auth.service import NOTIFICATION_LEVEL
from amity.calls.call import Call
from amity.clock import SYSTEM_CLOCK, Clock
from amity.errors import Code, ImError
from amity.groups.stored import groups as stored_groups
from amity.moving.models import (
    MOST_RECORDS,
    RestoreRequest,
    RestoreResponse,
    UserRecord,
)
from amity.moving.restoring import groups_store, store
from amity.moving.restoring.chats import Chats, Numbers, chat_check, chat_key, message_check, message_key
from amity.moving.restoring.group_checks import (
    group_application_check,
    group_application_key,
    group_check,
    group_key,
    member_check,
    member_key,
)
from amity.moving.restoring.groups import Groups
from amity.moving.restoring.relations import (
    Relations,
    application_check,
    application_key,
    black_check,
    black_key,
    friend_check,
    friend_key,
)
from amity.moving.restoring.validating import Refused, Validator
from amity.storage import ROW_BYTES, Database, Transaction
from amity.sync.lists import lock_lists
from amity.timeline import restoring
from amity.timeline.models import Form, place_of
from amity.timeline.service import Timelines
from amity.users.directory import Directory
from amity.users.models import User
from amity.users.profile_observer import Affected, FaceObserver, ProfileObserver
from amity.users.rules import require_length, require_user_id
from amity.users.store import ROWS_OF_A_USER

_PORTION: Final = 5000
"""Names that are looked up in one turn of the loop. The records of a request have up to 200,000 of them."""
_NAMED_ALREADY = ".data: its clientMsgID is that of another message of sendID"
_IS_DISMISSED = ".groupID: the group is dismissed, and has no members"
_NO_MEMBER = ".ownerUserID: is no member of the group, and maxSeq names no message of it that came from another server"
_LISTS = (
    *("users", "friends", "applications", "blacks", "groups", "group_members", "group_applications", "messages"),
    "chats",
)


class _Records(NamedTuple):
    """The valid records of a request."""

    users: Sequence[UserRecord]
    relations: Relations
    groups: Groups
    chats: Chats

    @property
    def rows(self) -> int:
        """About how many rows they are."""
        relations, groups, chats = self.relations, self.groups, self.chats
        return (
            ROWS_OF_A_USER * len(self.users)
            + 2 * len(relations.friends)
            + len(relations.applications)
            + len(relations.blacks)
            + 3 * len(groups.groups)
            + 3 * len(groups.members)
            + 2 * len(groups.applications)
            + 2 * len(chats.messages)
            + 2 * len(chats.chats)
        )


class Restoring:
    """``POST /relation/restore``.

    ``profile_observer`` and ``face_observer`` are called for users whose profile has changed. ``log_out`` is called for
    accounts of the app, so that nobody stays logged in as a user that has become one. ``history_for_new``: whether new
    members of a group see what was written before where the group does not say.
    """

    def __init__(
        self,
        database: Database,
        directory: Directory,
        timelines: Timelines,
        profile_observer: ProfileObserver,
        face_observer: FaceObserver,
        log_out: Callable[[Sequence[str]], Awaitable[None]],
        clock: Clock = SYSTEM_CLOCK,
        *,
        history_for_new: bool = True,
    ) -> None:
        self._database = database
        self._directory = directory
        self._timelines = timelines
        self._profile_observer = profile_observer
        self._face_observer = face_observer
        self._log_out = log_out
        self._clock = clock
        self._history_for_new = history_for_new

    async def __call__(self, call: Call, request: RestoreRequest) -> RestoreResponse:
        """Store the records, in one transaction.

        Raises ``ImError``: 1001, 1004, 1203, 1204 or 1301 if a record is not valid, unless the request is partial and
        leaves it out; 90002.
        """
        count = sum(len(getattr(request, name) or ()) for name in _LISTS)
        if not 1 <= count <= MOST_RECORDS:
            raise ImError(Code.ARGS, f"{count} records in all, and 1 to {MOST_RECORDS} are allowed")
        validator = Validator(partial=request.partial is True)
        records, numbers = await self._valid(request, validator)

        async def write(tx: Transaction) -> tuple[dict[str, int], Affected, Refused]:
            # Groups before the lists of users: a user's row is the lock of its lists.
            groups = records.groups
            there = await groups_store.lock(
                tx, groups.group_ids | records.chats.group_ids, groups.new, is_shared=not groups
            )
            leaving = await groups.leaving(tx, there)
            put, changed = await store.put_users(tx, [_user(record) for record in records.users])
            affected = await self._profile_observer.record(tx, changed, "", call.operation_id)
            await self._face_observer.record(tx, changed, "", call.operation_id)
            everybody = Numbers(numbers | put, groups_store.numbers_of(there))
            refused = await self._put(tx, records, there, leaving, everybody, validator)
            return put, affected, refused

        refused: Refused = []
        if rows := records.rows:
            put, affected, refused = await self._database.write(write, rows=rows + len(call.body) // ROW_BYTES)
            self._directory.add(put)
            await self._profile_observer.finish(affected)
            validator.leave_out(refused)
        if accounts := [record.user_id for record in records.users if record.app_manger_level >= NOTIFICATION_LEVEL]:
            await self._log_out(accounts)
        without = [name for name, _, _ in refused]
        return RestoreResponse(
            users=len(records.users),
            friends=len(records.relations.friends),
            applications=len(records.relations.applications),
            blacks=len(records.relations.blacks),
            groups=len(records.groups.groups),
            group_members=len(records.groups.members) - without.count("groupMembers"),
            group_applications=len(records.groups.applications),
            messages=len(records.chats.messages) - without.count("messages"),
            chats=len(records.chats.chats) - without.count("chats"),
            skipped=validator.left_out,
        )

    async def _valid(self, request: RestoreRequest, validator: Validator) -> tuple[_Records, dict[str, int]]:
        """Return the valid records, and the numbers of the users whom they name and who were there before."""
        users = validator.valid("users", request.users, _require_user, lambda record: (record.user_id,))
        new = {record.user_id for record in users}
        numbers = await self._numbers(request, new)
        known = new | numbers.keys()
        groups = validator.valid("groups", request.groups, group_check(known), group_key)
        named = {each for each in _named_groups(request) if each} - {record.group_id for record in groups}
        # A group that is there stays, dismissed or not.
        known_groups = {record.group_id for record in groups}
        known_groups |= (await stored_groups.by_ids(self._database, list(named))).keys() if named else set()
        records = _Records(
            users,
            Relations(
                friends=validator.valid("friends", request.friends, friend_check(known), friend_key),
                applications=validator.valid(
                    "applications", request.applications, application_check(known), application_key
                ),
                blacks=validator.valid("blacks", request.blacks, black_check(known), black_key),
            ),
            Groups(
                groups,
                validator.valid("groupMembers", request.group_members, member_check(known, known_groups), member_key),
                validator.valid(
                    "groupApplications",
                    request.group_applications,
                    group_application_check(known, known_groups),
                    group_application_key,
                ),
            ),
            Chats(
                messages=validator.valid("messages", request.messages, message_check(known, known_groups), message_key),
                chats=validator.valid("chats", request.chats, chat_check(known, known_groups), chat_key),
            ),
        )
        return records, numbers

    async def _numbers(self, request: RestoreRequest, new: set[str]) -> dict[str, int]:
        """Return the number of each user whom a request names and who is there, but for the ``new`` ones."""
        numbers: dict[str, int] = {}
        named = _named(request)
        while portion := list(islice(named, _PORTION)):
            numbers |= await self._directory.numbers([each for each in set(portion) if each and each not in new])
            await asyncio.sleep(0)
        return numbers

    async def _put(
        self,
        tx: Transaction,
        records: _Records,
        there: dict[str, groups_store.GroupRow],
        leaving: dict[int, list[int]],
        numbers: Numbers,
        validator: Validator,
    ) -> Refused:
        """Store what names users and groups, and return what cannot be stored."""
        _, relations, groups, chats = records
        users = dict(numbers.users)
        named = relations.named(users) | groups.named(users) | chats.named(users)
        named |= {user for some in leaving.values() for user in some}
        await lock_lists(tx, list(named))
        await relations.put(tx, users)
        places = dict.fromkeys(groups.places(there)) | dict.fromkeys(chats.places(numbers))
        opened = await self._timelines.open(tx, places)
        bounds = await restoring.lock(tx, set(opened.values()))
        refused: Refused = []
        if groups:
            timelines = {
                group.seq: (opened[place], bounds[opened[place]])
                for group in there.values()
                if (place := place_of(Form.GROUP, group.seq)) in opened
            }
            members = await groups.put(tx, there, leaving, timelines, users, history_for_new=self._history_for_new)
            keys = [member_key(each) for each in members]
            refused += validator.refuse("groupMembers", keys, Code.GROUP_DISMISSED, _IS_DISMISSED)
        left_messages, left_chats = await chats.put(tx, self._timelines, numbers, self._clock.now_ms())
        keys = [message_key(each) for each in left_messages]
        refused += validator.refuse("messages", keys, Code.ARGS, _NAMED_ALREADY)
        keys = [chat_key(each) for each in left_chats]
        return refused + validator.refuse("chats", keys, Code.NOT_IN_GROUP, _NO_MEMBER)


def _named(request: RestoreRequest) -> Iterator[str]:
    """Yield the ids of all users whom a request names."""
    for message in request.messages or ():
        yield from (message.user_id1, message.user_id2, message.send_id)
        if message.marks is not None:
            yield message.marks.asked_id
            yield from message.marks.hidden_from
    for chat in request.chats or ():
        yield from (chat.owner_user_id, chat.user_id)
    for friend in request.friends or ():
        yield from (friend.owner_user_id, friend.friend_user_id, friend.operator_user_id)
    for application in request.applications or ():
        yield from (application.from_user_id, application.to_user_id, application.handler_user_id)
    for black in request.blacks or ():
        yield from (black.owner_user_id, black.black_user_id, black.operator_user_id)
    for group in request.groups or ():
        yield from (group.owner_user_id, group.creator_user_id, group.notification_user_id)
    for member in request.group_members or ():
        yield from (member.user_id, member.inviter_user_id, member.operator_user_id)
    for wish in request.group_applications or ():
        yield from (wish.user_id, wish.inviter_user_id, wish.handler_user_id)


def _named_groups(request: RestoreRequest) -> Iterator[str]:
    """Yield the ids of all groups that a request names, but those of the groups themselves."""
    for named in (request.group_members, request.group_applications, request.messages, request.chats):
        for each in named or ():
            yield each.group_id


def _require_user(record: UserRecord, field: str) -> None:
    require_user_id(record.user_id, f"{field}.userID")
    require_length(f"{field}.nickname", record.nickname)
    require_length(f"{field}.faceURL", record.face_url)
    require_length(f"{field}.ex", record.ex)


def _user(record: UserRecord) -> User:
    return User(
        user_id=record.user_id,
        nickname=record.nickname,
        face_url=record.face_url,
        ex=record.ex,
        create_time=record.create_time,
        app_manger_level=record.app_manger_level,
        global_recv_msg_opt=record.global_recv_msg_opt,
    )
