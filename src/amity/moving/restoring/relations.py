"""Restore friends, friend requests and blacklists: what makes a record one, and how it is stored."""

from collections.abc import Callable, Collection, Sequence

from amity.errors import Code, ImError
from amity.moving.models import ApplicationRecord, BlackRecord, FriendRecord
from amity.moving.restoring import store
from amity.moving.restoring.store import ApplicationRow, BlackRow, FriendRow
from amity.storage import Transaction
from amity.users.rules import require_length


class Relations:
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


def _require_known(known: Collection[str], field: str, first: str, first_id: str, second: str, second_id: str) -> None:
    for name, user_id in ((first, first_id), (second, second_id)):
        if not user_id:
            raise ImError(Code.ARGS, f"{field}.{name} is empty")
        if user_id not in known:
            raise ImError(Code.RECORD_NOT_FOUND, f"{field}.{name}: user not found: {user_id[:140]}")


def _require_two(field: str, first: str, first_id: str, second: str, second_id: str) -> None:
    if first_id == second_id:
        raise ImError(Code.CANNOT_ADD_YOURSELF, f"{field}: {first} and {second} are the same user: {first_id}")


def friend_check(known: Collection[str]) -> Callable[[FriendRecord, str], None]:
    def require(record: FriendRecord, field: str) -> None:
        owner, friend = record.owner_user_id, record.friend_user_id
        _require_known(known, field, "ownerUserID", owner, "friendUserID", friend)
        _require_two(field, "ownerUserID", owner, "friendUserID", friend)
        require_length(f"{field}.remark", record.remark)
        require_length(f"{field}.ex", record.ex)

    return require


def application_check(known: Collection[str]) -> Callable[[ApplicationRecord, str], None]:
    def require(record: ApplicationRecord, field: str) -> None:
        _require_known(known, field, "fromUserID", record.from_user_id, "toUserID", record.to_user_id)
        _require_two(field, "fromUserID", record.from_user_id, "toUserID", record.to_user_id)
        require_length(f"{field}.reqMsg", record.req_msg)
        require_length(f"{field}.handleMsg", record.handle_msg)
        require_length(f"{field}.ex", record.ex)

    return require


def black_check(known: Collection[str]) -> Callable[[BlackRecord, str], None]:
    def require(record: BlackRecord, field: str) -> None:
        _require_known(known, field, "ownerUserID", record.owner_user_id, "blackUserID", record.black_user_id)
        require_length(f"{field}.ex", record.ex)

    return require


def friend_key(record: FriendRecord) -> tuple[str, ...]:
    return record.owner_user_id, record.friend_user_id


def application_key(record: ApplicationRecord) -> tuple[str, ...]:
    return record.from_user_id, record.to_user_id


def black_key(record: BlackRecord) -> tuple[str, ...]:
    return record.owner_user_id, record.black_user_id


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
