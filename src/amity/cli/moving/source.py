"""Read all data of a running OpenIM server, or of another server that speaks its API."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import NamedTuple, TypeVar

from amity.cli.importing.failures import ServerRefused
from amity.cli.moving.journal import Skip
from amity.cli.moving.records import Key, key_of
from amity.client import AmityClient
from amity.client.moving import Record
from amity.client.page import Page
from amity.client.types.moving import ApplicationRecord, BlackRecord, FriendRecord, UserRecord
from amity.client.types.relations.friends import Friend
from amity.client.types.relations.pair import Black, FriendRequest
from amity.client.types.users import User
from amity.errors import ImError
from amity.http.url import shown
from amity.importing.people import ABOUT_THE_CALLER
from amity.importing.retrying import Retrying, Unreachable

T = TypeVar("T")
_MOST_READS = 3
"""How often a list is read at most, if it changes while it is read."""


class UsersPage(NamedTuple):
    """A page of users: the number of all users, the ids on the page, their records, and the ids without a record."""

    total: int
    ids: list[str]
    records: list[Record]
    missing: list[str]


class OpenImSource:
    """Reads a server, ``page_size`` entries at a time. Raises ``Unreachable``, and ``ServerRefused`` if this caller may
    not read."""

    def __init__(self, client: AmityClient, retrying: Retrying, page_size: int) -> None:
        self.client = client
        self._retrying = retrying
        self.page_size = page_size

    async def count(self) -> int:
        """Return the number of users."""
        try:
            return (await self.ask(lambda: self.client.get_all_user_ids(1, 1))).total
        except ImError as error:
            raise ServerRefused(self.client, error) from None

    async def users(self, page: int) -> UsersPage:
        """Read a page of all users, administrators included."""
        try:
            ids = await self.ask(lambda: self.client.get_all_user_ids(page, self.page_size))
        except ImError as error:
            raise ServerRefused(self.client, error) from None
        known = await self.profiles(ids.entries)
        # In OpenIM users have no order, so that a page may have a user twice.
        entries = list(dict.fromkeys(ids.entries))
        missing = [each for each in entries if each not in known]
        return UsersPage(ids.total, entries, [known[each] for each in entries if each in known], missing)

    async def profiles(self, ids: Sequence[str]) -> dict[str, Record]:
        """Read the users with these ids; return them by id."""
        if not ids:
            return {}
        try:
            found = await self.ask(lambda: self.client.get_users_info(ids))
        except ImError as error:
            raise ServerRefused(self.client, error) from None
        return {user.user_id: _user(user) for user in found}

    async def relations(self, user_id: str) -> AsyncIterator[Record | Skip]:
        """Yield the records of a user's lists and of the requests to that user; a ``Skip`` for each unreadable list."""
        client, size = self.client, self.page_size
        friends = self.listed(
            Key("friend", user_id, ""),
            lambda page: client.get_friend_list(user_id, page, size),
            lambda entry: _friend(user_id, entry),
        )
        applications = self.listed(
            Key("application", user_id, ""),
            lambda page: client.get_friend_requests(user_id, page, size),
            lambda entry: _application(user_id, entry),
        )
        blacks = self.listed(
            Key("black", user_id, ""),
            lambda page: client.get_black_list(user_id, page, size),
            lambda entry: _black(user_id, entry),
        )
        for entries in (friends, applications, blacks):
            async for entry in entries:
                yield entry

    async def listed(
        self, whole: Key, read: Callable[[int], Awaitable[Page[T]]], record_of: Callable[[T], Record]
    ) -> AsyncIterator[Record | Skip]:
        """Yield the records of a list, and a ``Skip`` with the key ``whole`` if it cannot be read, or not all of it."""
        try:
            async for entry in self._listed(whole, read, record_of):
                yield entry
        except ImError as error:
            if error.code in ABOUT_THE_CALLER:
                raise ServerRefused(self.client, error) from None
            reason = f"the list cannot be read: {error.detail or error.message}"
            yield Skip(*whole, error.code, error.message, reason)

    async def _listed(
        self, whole: Key, read: Callable[[int], Awaitable[Page[T]]], record_of: Callable[[T], Record]
    ) -> AsyncIterator[Record | Skip]:
        """Read one list. Added and removed entries shift its pages, so it is read again if entries are missing."""
        seen: set[Key] = set()
        total = 0
        for _ in range(_MOST_READS):
            page = 1
            while True:
                answer = await self.ask(lambda page=page: read(page))  # type: ignore[misc]
                total = answer.total
                for entry in answer.entries:
                    record = record_of(entry)
                    key = key_of(record)
                    if key not in seen:
                        seen.add(key)
                        yield record
                if len(answer.entries) < self.page_size:
                    break
                page += 1
            if len(seen) >= total:
                return
        reason = f"the list changed while it was read: {len(seen)} of {total} entries were there"
        yield Skip(*whole, 0, "", reason)

    async def ask(self, question: Callable[[], Awaitable[T]]) -> T:
        """Ask the server, and again while it fails."""
        try:
            return await self._retrying.call(question)
        except Unreachable as problem:
            raise Unreachable(f"{shown(self.client.url)}: {problem}") from None


def _user(user: User) -> UserRecord:
    return UserRecord(
        user_id=user.user_id,
        nickname=user.nickname,
        face_url=user.face_url,
        ex=user.ex,
        create_time=max(0, user.create_time),
        app_manger_level=user.app_manger_level,
        global_recv_msg_opt=user.global_recv_msg_opt,
    )


def _friend(owner: str, friend: Friend) -> FriendRecord:
    return FriendRecord(
        owner_user_id=owner,
        friend_user_id=friend.friend_user.user_id if friend.friend_user else "",
        remark=friend.remark,
        # In seconds. OpenIM gives a time long before 1970 if it has none.
        create_time=max(0, friend.create_time) * 1000,
        add_source=friend.add_source,
        operator_user_id=friend.operator_user_id,
        ex=friend.ex,
        is_pinned=friend.is_pinned,
    )


def _application(to: str, request: FriendRequest) -> ApplicationRecord:
    return ApplicationRecord(
        from_user_id=request.from_user_id,
        to_user_id=to,
        handle_result=request.handle_result,
        req_msg=request.req_msg,
        create_time=max(0, request.create_time),
        handler_user_id=request.handler_user_id,
        handle_msg=request.handle_msg,
        handle_time=max(0, request.handle_time),
        ex=request.ex,
    )


def _black(owner: str, black: Black) -> BlackRecord:
    return BlackRecord(
        owner_user_id=owner,
        black_user_id=black.black_user_info.user_id if black.black_user_info else "",
        create_time=max(0, black.create_time) * 1000,
        add_source=black.add_source,
        operator_user_id=black.operator_user_id,
        ex=black.ex,
    )
