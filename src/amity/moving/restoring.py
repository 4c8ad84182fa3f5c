"""Bringing in users, friends, friend requests and blacklists as they were elsewhere: on another server, or before.

No other operation can: an import makes pairs both ways, of today, without remarks; people decide about applications.
This one is an administrator's, and sets what the records say: it asks no business server and raises no events, tells no
client and knows no limits, for it is not a thing that people do. What it keeps to is what holds of the data at all:
whom a record names is there, nobody is a friend of itself, and a request waits only between users who are not friends,
of whom neither has blacklisted the other, and of whom only one asks.
"""

from collections.abc import Awaitable, Callable, Collection, Sequence
from typing import TypeVar

from amity.auth.service import NOTIFICATION_LEVEL
from amity.calls.call import Call
from amity.errors import Code, ImError
from amity.moving import restoring_store as store
from amity.moving.models import (
    ApplicationRecord,
    BlackRecord,
    FriendRecord,
    LeftOut,
    RestoreRequest,
    RestoreResponse,
    UserRecord,
)
from amity.moving.restoring_store import ApplicationRow, BlackRow, FriendRow
from amity.storage import ROW_BYTES, Database, Transaction
from amity.sync.lists import lock_lists
from amity.users.directory import Directory
from amity.users.models import User
from amity.users.rules import require_length, require_user_id
from amity.users.shown import ProfileShown, Shown
from amity.users.store import ROWS_OF_A_USER

MOST_RECORDS = 1000
R = TypeVar("R", UserRecord, FriendRecord, ApplicationRecord, BlackRecord)


class Restoring:
    """``POST /relation/restore``. ``profile_shown`` is told of whom others now see something else, ``log_out`` of whose
    accounts belong to the app, so that nobody is logged in as one who was a user before."""

    def __init__(
        self,
        database: Database,
        directory: Directory,
        profile_shown: ProfileShown,
        log_out: Callable[[Sequence[str]], Awaitable[None]],
    ) -> None:
        self._database = database
        self._directory = directory
        self._profile_shown = profile_shown
        self._log_out = log_out

    async def __call__(self, call: Call, request: RestoreRequest) -> RestoreResponse:
        """Make everything what the records say, in one transaction. Raises 1001, 1004 and 1301 where one is not valid,
        unless it is left out, and 90002."""
        records = (request.users, request.friends, request.applications, request.blacks)
        count = sum(len(each or ()) for each in records)
        if not 1 <= count <= MOST_RECORDS:
            raise ImError(Code.ARGS, f"{count} records in all, and 1 to {MOST_RECORDS} are allowed")
        sieve = _Sieve(partial=request.partial is True)
        users = sieve.take("users", request.users, _require_user, lambda record: (record.user_id,))
        new = {record.user_id for record in users}
        numbers = await self._directory.numbers([each for each in _named(request) if each and each not in new])
        known = new | numbers.keys()
        relations = _Relations(
            friends=sieve.take("friends", request.friends, _friend_check(known), _friend_key),
            applications=sieve.take("applications", request.applications, _application_check(known), _application_key),
            blacks=sieve.take("blacks", request.blacks, _black_check(known), _black_key),
        )

        async def write(tx: Transaction) -> tuple[dict[str, int], Shown]:
            put, changed = await store.put_users(tx, [_user(record) for record in users])
            shown = await self._profile_shown.record(tx, changed, "", call.operation_id)
            await relations.put(tx, numbers | put)
            return put, shown

        rows = (
            ROWS_OF_A_USER * len(users)
            + 2 * len(relations.friends)
            + len(relations.applications)
            + len(relations.blacks)
        )
        if rows:
            put, shown = await self._database.write(write, rows=rows + len(call.body) // ROW_BYTES)
            self._directory.learn(put)
            await self._profile_shown.finish(shown)
        if accounts := [record.user_id for record in users if record.app_manger_level >= NOTIFICATION_LEVEL]:
            await self._log_out(accounts)
        return RestoreResponse(
            users=len(users),
            friends=len(relations.friends),
            applications=len(relations.applications),
            blacks=len(relations.blacks),
            skipped=sieve.left_out,
        )


class _Sieve:
    """Lets valid records through. Another is left out, or refuses all."""

    def __init__(self, *, partial: bool) -> None:
        self._partial = partial
        self.left_out: list[LeftOut] = []

    def take(
        self,
        name: str,
        records: Sequence[R] | None,
        require: Callable[[R, str], None],
        key: Callable[[R], tuple[str, ...]],
    ) -> list[R]:
        """Return those records that ``require`` lets pass, each key once."""
        taken: dict[tuple[str, ...], R] = {}
        for index, record in enumerate(records or ()):
            field = f"{name}[{index}]"
            try:
                require(record, field)
                if key(record) in taken:
                    raise ImError(Code.ARGS, f"{field}: repeated: {' '.join(key(record))}")
            except ImError as error:
                if not self._partial:
                    raise
                self.left_out.append(
                    LeftOut(list=name, index=index, err_code=error.code, err_msg=error.message, err_dlt=error.detail)
                )
            else:
                taken[key(record)] = record
        return list(taken.values())


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

    async def put(self, tx: Transaction, numbers: dict[str, int]) -> None:
        """Store them; ``numbers`` has everybody who is named and exists."""
        friends = [_friend_row(record, numbers) for record in self.friends]
        applications = [_application_row(record, numbers) for record in self.applications]
        blacks = [_black_row(record, numbers) for record in self.blacks]
        named = {number for friend in friends for number in (friend.owner, friend.friend)}
        named |= {number for application in applications for number in (application.applicant, application.to)}
        named |= {number for black in blacks for number in (black.owner, black.black)}
        if not named:
            return
        await lock_lists(tx, list(named))
        if friends:
            await store.put_friends(tx, friends)
        if blacks:
            await store.put_blacks(tx, blacks)
        if applications:
            await store.put_applications(tx, applications)
        await store.settle(tx, list(named))


def _named(request: RestoreRequest) -> set[str]:
    named: set[str] = set()
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
