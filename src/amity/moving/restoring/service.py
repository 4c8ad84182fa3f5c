"""Restore users, friends, friend requests, blacklists, messages and chats as they were on another server, or earlier
on this one.

No other operation can: an import adds friends in both directions, with the current time and without remarks, and users
answer friend requests. This one is for administrators, and stores what the records say. It is not an action of users,
so it asks no business server, raises no events, notifies no client and checks no limits. It does keep the invariants of
the data: each user that a record names exists, nobody is a friend of itself, and a request waits only if the two users
are not friends, neither has blacklisted the other, and no earlier request waits in the other direction.
"""

from collections.abc import Awaitable, Callable, Sequence

from amity.auth.service import NOTIFICATION_LEVEL
from amity.calls.call import Call
from amity.clock import SYSTEM_CLOCK, Clock
from amity.errors import Code, ImError
from amity.moving.models import (
    RestoreRequest,
    RestoreResponse,
    UserRecord,
)
from amity.moving.restoring import store
from amity.moving.restoring.chats import Chats, chat_check, chat_key, message_check, message_key
from amity.moving.restoring.relations import (
    Relations,
    application_check,
    application_key,
    black_check,
    black_key,
    friend_check,
    friend_key,
)
from amity.moving.restoring.validating import Validator
from amity.storage import ROW_BYTES, Database, Transaction
from amity.sync.lists import lock_lists
from amity.timeline.service import Timelines
from amity.users.directory import Directory
from amity.users.models import User
from amity.users.profile_observer import Affected, FaceObserver, ProfileObserver
from amity.users.rules import require_length, require_user_id
from amity.users.store import ROWS_OF_A_USER

MOST_RECORDS = 1000
_NAMED_ALREADY = ".data: its clientMsgID is that of another message of sendID"
_Refused = list[tuple[int, ImError]]


class Restoring:
    """``POST /relation/restore``.

    ``profile_observer`` and ``face_observer`` are called for users whose profile has changed. ``log_out`` is called for
    accounts of the app, so that nobody stays logged in as a user that has become one.
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
    ) -> None:
        self._database = database
        self._directory = directory
        self._timelines = timelines
        self._profile_observer = profile_observer
        self._face_observer = face_observer
        self._log_out = log_out
        self._clock = clock

    async def __call__(self, call: Call, request: RestoreRequest) -> RestoreResponse:
        """Store the records, in one transaction.

        Raises ``ImError``: 1001, 1004 or 1301 if a record is not valid, unless the request is partial and leaves it
        out; 90002.
        """
        records = (
            request.users,
            request.friends,
            request.applications,
            request.blacks,
            request.messages,
            request.chats,
        )
        count = sum(len(each or ()) for each in records)
        if not 1 <= count <= MOST_RECORDS:
            raise ImError(Code.ARGS, f"{count} records in all, and 1 to {MOST_RECORDS} are allowed")
        validator = Validator(partial=request.partial is True)
        users = validator.valid("users", request.users, _require_user, lambda record: (record.user_id,))
        new = {record.user_id for record in users}
        numbers = await self._directory.numbers([each for each in _named(request) if each and each not in new])
        known = new | numbers.keys()
        relations = Relations(
            friends=validator.valid("friends", request.friends, friend_check(known), friend_key),
            applications=validator.valid(
                "applications", request.applications, application_check(known), application_key
            ),
            blacks=validator.valid("blacks", request.blacks, black_check(known), black_key),
        )
        chats = Chats(
            messages=validator.valid("messages", request.messages, message_check(known), message_key),
            chats=validator.valid("chats", request.chats, chat_check(known), chat_key),
        )

        async def write(tx: Transaction) -> tuple[dict[str, int], Affected, _Refused]:
            put, changed = await store.put_users(tx, [_user(record) for record in users])
            affected = await self._profile_observer.record(tx, changed, "", call.operation_id)
            await self._face_observer.record(tx, changed, "", call.operation_id)
            everybody = numbers | put
            refused: _Refused = []
            if named := relations.named(everybody) | chats.named(everybody):
                await lock_lists(tx, list(named))
                await relations.put(tx, everybody)
                left_out = await chats.put(tx, self._timelines, everybody, self._clock.now_ms())
                refused = validator.refuse("messages", [message_key(each) for each in left_out], _NAMED_ALREADY)
            return put, affected, refused

        rows = (
            ROWS_OF_A_USER * len(users)
            + 2 * len(relations.friends)
            + len(relations.applications)
            + len(relations.blacks)
            + 2 * len(chats.messages)
            + 2 * len(chats.chats)
        )
        refused: _Refused = []
        if rows:
            put, affected, refused = await self._database.write(write, rows=rows + len(call.body) // ROW_BYTES)
            self._directory.add(put)
            await self._profile_observer.finish(affected)
            validator.leave_out("messages", refused)
        if accounts := [record.user_id for record in users if record.app_manger_level >= NOTIFICATION_LEVEL]:
            await self._log_out(accounts)
        return RestoreResponse(
            users=len(users),
            friends=len(relations.friends),
            applications=len(relations.applications),
            blacks=len(relations.blacks),
            messages=len(chats.messages) - len(refused),
            chats=len(chats.chats),
            skipped=validator.left_out,
        )


def _named(request: RestoreRequest) -> set[str]:
    named: set[str] = set()
    for message in request.messages or ():
        named |= {message.user_id1, message.user_id2, message.send_id}
        if message.marks is not None:
            named.add(message.marks.asked_id)
    for chat in request.chats or ():
        named |= {chat.owner_user_id, chat.user_id}
    for friend in request.friends or ():
        named |= {friend.owner_user_id, friend.friend_user_id, friend.operator_user_id}
    for application in request.applications or ():
        named |= {application.from_user_id, application.to_user_id, application.handler_user_id}
    for black in request.blacks or ():
        named |= {black.owner_user_id, black.black_user_id, black.operator_user_id}
    return named


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
