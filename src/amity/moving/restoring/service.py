"""Restore users, friends, friend requests, blacklists, messages and chats as they were on another server, or earlier
on this one.

No other operation can: an import adds friends in both directions, with the current time and without remarks, and users
answer friend requests. This one is for administrators, and stores what the records say. It is not an action of users,
so it asks no business server, raises no events, notifies no client and checks no limits. It does keep the invariants of
the data: each user that a record names exists, nobody is a friend of itself, and a request waits only if the two users
are not friends, neither has blacklisted the other, and no earlier request waits in the other direction.
"""

from collections.abc import Awaitable, Callable, Collection, Sequence
from typing import TypeVar

from amity.auth.service import NOTIFICATION_LEVEL
from amity.calls.call import Call
from amity.clock import SYSTEM_CLOCK, Clock
from amity.errors import Code, ImError
from amity.moving.models import (
    ApplicationRecord,
    BlackRecord,
    ChatRecord,
    FriendRecord,
    LeftOut,
    MessageRecord,
    RestoreRequest,
    RestoreResponse,
    UserRecord,
)
from amity.moving.restoring import store
from amity.moving.restoring.chats import Chats, chat_check, chat_key, message_check, message_key
from amity.moving.restoring.store import ApplicationRow, BlackRow, FriendRow
from amity.storage import ROW_BYTES, Database, Transaction
from amity.sync.lists import lock_lists
from amity.timeline.service import Timelines
from amity.users.directory import Directory
from amity.users.models import User
from amity.users.profile_observer import Affected, ProfileObserver
from amity.users.rules import require_length, require_user_id
from amity.users.store import ROWS_OF_A_USER

MOST_RECORDS = 1000
R = TypeVar("R", UserRecord, FriendRecord, ApplicationRecord, BlackRecord, MessageRecord, ChatRecord)


class Restoring:
    """``POST /relation/restore``.

    ``profile_observer`` is called for users whose profile has changed. ``log_out`` is called for accounts of the app,
    so that nobody stays logged in as a user that has become one.
    """

    def __init__(
        self,
        database: Database,
        directory: Directory,
        timelines: Timelines,
        profile_observer: ProfileObserver,
        log_out: Callable[[Sequence[str]], Awaitable[None]],
        clock: Clock = SYSTEM_CLOCK,
    ) -> None:
        self._database = database
        self._directory = directory
        self._timelines = timelines
        self._profile_observer = profile_observer
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
        validator = _Validator(partial=request.partial is True)
        users = validator.valid("users", request.users, _require_user, lambda record: (record.user_id,))
        new = {record.user_id for record in users}
        numbers = await self._directory.numbers([each for each in _named(request) if each and each not in new])
        known = new | numbers.keys()
        relations = _Relations(
            friends=validator.valid("friends", request.friends, _friend_check(known), _friend_key),
            applications=validator.valid(
                "applications", request.applications, _application_check(known), _application_key
            ),
            blacks=validator.valid("blacks", request.blacks, _black_check(known), _black_key),
        )
        chats = Chats(
            messages=validator.valid("messages", request.messages, message_check(known), message_key),
            chats=validator.valid("chats", request.chats, chat_check(known), chat_key),
        )

        async def write(tx: Transaction) -> tuple[dict[str, int], Affected]:
            put, changed = await store.put_users(tx, [_user(record) for record in users])
            affected = await self._profile_observer.record(tx, changed, "", call.operation_id)
            everybody = numbers | put
            if named := relations.named(everybody) | chats.named(everybody):
                await lock_lists(tx, list(named))
                await relations.put(tx, everybody)
                await chats.put(tx, self._timelines, everybody, self._clock.now_ms())
            return put, affected

        rows = (
            ROWS_OF_A_USER * len(users)
            + 2 * len(relations.friends)
            + len(relations.applications)
            + len(relations.blacks)
            + 2 * len(chats.messages)
            + 2 * len(chats.chats)
        )
        if rows:
            put, affected = await self._database.write(write, rows=rows + len(call.body) // ROW_BYTES)
            self._directory.add(put)
            await self._profile_observer.finish(affected)
        if accounts := [record.user_id for record in users if record.app_manger_level >= NOTIFICATION_LEVEL]:
            await self._log_out(accounts)
        return RestoreResponse(
            users=len(users),
            friends=len(relations.friends),
            applications=len(relations.applications),
            blacks=len(relations.blacks),
            messages=len(chats.messages),
            chats=len(chats.chats),
            skipped=validator.left_out,
        )


class _Validator:
    """Separates valid records from others. If not ``partial``, the first other record raises ``ImError``."""

    def __init__(self, *, partial: bool) -> None:
        self._partial = partial
        self.left_out: list[LeftOut] = []

    def valid(
        self,
        name: str,
        records: Sequence[R] | None,
        require: Callable[[R, str], None],
        key: Callable[[R], tuple[str, ...]],
    ) -> list[R]:
        """Return the records that ``require`` accepts, each key once, and add the others to ``left_out``."""
        valid: dict[tuple[str, ...], R] = {}
        for index, record in enumerate(records or ()):
            field = f"{name}[{index}]"
            try:
                require(record, field)
                if key(record) in valid:
                    raise ImError(Code.ARGS, f"{field}: repeated: {' '.join(key(record))}")
            except ImError as error:
                if not self._partial:
                    raise
                self.left_out.append(
                    LeftOut(list=name, index=index, err_code=error.code, err_msg=error.message, err_dlt=error.detail)
                )
            else:
                valid[key(record)] = record
        return list(valid.values())


class _Relations:
    """Valid records about two users."""

    def __init__(
        self,
        *,
        friends: Sequence[FriendRecord],
        applications: Sequence[ApplicationRecord],
        blacks: Sequence[BlackRecord],
    ) -> None:
        self.friends = friends
        self.applications = applications
        self.blacks = blacks

    def named(self, numbers: dict[str, int]) -> set[int]:
        """Return the numbers of all users whom the records name. ``numbers`` has that of each who exists."""
        ids = {user for each in self.friends for user in (each.owner_user_id, each.friend_user_id)}
        ids |= {user for each in self.applications for user in (each.from_user_id, each.to_user_id)}
        ids |= {user for each in self.blacks for user in (each.owner_user_id, each.black_user_id)}
        return {numbers[user] for user in ids}

    async def put(self, tx: Transaction, numbers: dict[str, int]) -> None:
        """Store the records. The transaction must have locked the lists of who is named."""
        if self.friends:
            await store.put_friends(tx, [_friend_row(record, numbers) for record in self.friends])
        if self.blacks:
            await store.put_blacks(tx, [_black_row(record, numbers) for record in self.blacks])
        if self.applications:
            await store.put_applications(tx, [_application_row(record, numbers) for record in self.applications])
        if named := self.named(numbers):
            await store.answer_requests(tx, list(named))


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


def _require_known(known: Collection[str], field: str, first: str, first_id: str, second: str, second_id: str) -> None:
    for name, user_id in ((first, first_id), (second, second_id)):
        if not user_id:
            raise ImError(Code.ARGS, f"{field}.{name} is empty")
        if user_id not in known:
            raise ImError(Code.RECORD_NOT_FOUND, f"{field}.{name}: user not found: {user_id[:140]}")


def _require_two(field: str, first: str, first_id: str, second: str, second_id: str) -> None:
    if first_id == second_id:
        raise ImError(Code.CANNOT_ADD_YOURSELF, f"{field}: {first} and {second} are the same user: {first_id}")


def _friend_check(known: Collection[str]) -> Callable[[FriendRecord, str], None]:
    def require(record: FriendRecord, field: str) -> None:
        owner, friend = record.owner_user_id, record.friend_user_id
        _require_known(known, field, "ownerUserID", owner, "friendUserID", friend)
        _require_two(field, "ownerUserID", owner, "friendUserID", friend)
        require_length(f"{field}.remark", record.remark)
        require_length(f"{field}.ex", record.ex)

    return require


def _application_check(known: Collection[str]) -> Callable[[ApplicationRecord, str], None]:
    def require(record: ApplicationRecord, field: str) -> None:
        _require_known(known, field, "fromUserID", record.from_user_id, "toUserID", record.to_user_id)
        _require_two(field, "fromUserID", record.from_user_id, "toUserID", record.to_user_id)
        require_length(f"{field}.reqMsg", record.req_msg)
        require_length(f"{field}.handleMsg", record.handle_msg)
        require_length(f"{field}.ex", record.ex)

    return require


def _black_check(known: Collection[str]) -> Callable[[BlackRecord, str], None]:
    def require(record: BlackRecord, field: str) -> None:
        _require_known(known, field, "ownerUserID", record.owner_user_id, "blackUserID", record.black_user_id)
        require_length(f"{field}.ex", record.ex)

    return require


def _friend_key(record: FriendRecord) -> tuple[str, ...]:
    return record.owner_user_id, record.friend_user_id


def _application_key(record: ApplicationRecord) -> tuple[str, ...]:
    return record.from_user_id, record.to_user_id


def _black_key(record: BlackRecord) -> tuple[str, ...]:
    return record.owner_user_id, record.black_user_id


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


def _friend_row(record: FriendRecord, numbers: dict[str, int]) -> FriendRow:
    return FriendRow(
        owner=numbers[record.owner_user_id],
        friend=numbers[record.friend_user_id],
        is_pinned=int(record.is_pinned),
        created_at=record.create_time,
        add_source=record.add_source,
        operator=numbers.get(record.operator_user_id, 0),
        remark=record.remark,
        ex=record.ex,
    )


def _application_row(record: ApplicationRecord, numbers: dict[str, int]) -> ApplicationRow:
    return ApplicationRow(
        applicant=numbers[record.from_user_id],
        to=numbers[record.to_user_id],
        handle_result=record.handle_result,
        created_at=record.create_time,
        handled_at=record.handle_time,
        handler=numbers.get(record.handler_user_id, 0),
        req_msg=record.req_msg,
        handle_msg=record.handle_msg,
        ex=record.ex,
    )


def _black_row(record: BlackRecord, numbers: dict[str, int]) -> BlackRow:
    return BlackRow(
        owner=numbers[record.owner_user_id],
        black=numbers[record.black_user_id],
        created_at=record.create_time,
        add_source=record.add_source,
        operator=numbers.get(record.operator_user_id, 0),
        ex=record.ex,
    )
