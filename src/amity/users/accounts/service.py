"""The operations of notification accounts.

Source: open-im-server 3.8 ``internal/rpc/user/user.go``. There an ordinary user's profile can be changed as an
account's, and nobody is told.
"""

import secrets
from collections.abc import Sequence
from typing import Final

from amity.calls.call import Call
from amity.calls.page import page_of
from amity.clock import SYSTEM_CLOCK, Clock
from amity.errors import Code, ImError
from amity.storage import Database, Transaction
from amity.users import store
from amity.users.accounts.models import (
    AddNotificationAccountRequest,
    GetNotificationAccountRequest,
    GetNotificationAccountResponse,
    NotificationAccount,
    SearchNotificationAccountRequest,
    SearchNotificationAccountResponse,
    UpdateNotificationAccountRequest,
)
from amity.users.accounts.store import LEAST_LEVEL, Found
from amity.users.directory import Directory
from amity.users.models import ProfileChange, User
from amity.users.rules import require_length, require_user_id
from amity.users.service import ADMIN_LEVEL, Users

_DIGITS: Final = 10
"""Digits of an id that the server makes, as OpenIM's has."""
_BY_KEYWORD: Final = ("user_id = $3", "nickname = $3")
_ALL: Final = "$3 = ''"


class Accounts:
    """Makes, changes and finds notification accounts."""

    def __init__(
        self,
        database: Database,
        directory: Directory,
        users: Users,
        admins: Sequence[str],
        clock: Clock = SYSTEM_CLOCK,
    ) -> None:
        self._database = database
        self._directory = directory
        self._users = users
        self._admins = admins
        self._clock = clock

    async def add(self, call: Call, request: AddNotificationAccountRequest) -> NotificationAccount:
        """Make an account. Raises ``ImError``, ``ARGS`` (1001): a level below 3, no nickname, an id that is used."""
        if request.user_id:
            require_user_id(request.user_id, "userID")
        if not request.nick_name:
            raise ImError(Code.ARGS, "nickName is empty")
        require_length("nickname", request.nick_name)
        require_length("faceURL", request.face_url)
        if request.app_manger_level < LEAST_LEVEL:
            raise ImError(
                Code.ARGS,
                f"appMangerLevel: app level not supported (at least {LEAST_LEVEL}, got {request.app_manger_level})",
            )
        account = User(
            user_id=request.user_id or _new_id(),
            nickname=request.nick_name,
            face_url=request.face_url,
            create_time=self._clock.now_ms(),
            app_manger_level=request.app_manger_level,
        )

        async def insert(tx: Transaction) -> dict[str, int]:
            new = await store.insert(tx, [account])
            if not new:
                raise ImError(Code.ARGS, f"userID: userID is used: {account.user_id}")
            return new

        self._directory.add(await self._database.write(insert, rows=store.ROWS_OF_A_USER))
        return _account_of(account)

    async def update(self, call: Call, request: UpdateNotificationAccountRequest) -> None:
        """Change an account's name or face, and tell who has it as a friend. Raises ``ImError``, ``ARGS`` (1001): no
        change, or no account of this id."""
        if not request.user_id:
            raise ImError(Code.ARGS, "userID is empty")
        if not request.nick_name and not request.face_url:
            raise ImError(Code.ARGS, "nickName: nickName and faceURL are empty")
        require_length("nickname", request.nick_name)
        require_length("faceURL", request.face_url)
        found = await store.by_ids(self._database, [request.user_id])
        if not found or found[0].app_manger_level < LEAST_LEVEL:
            raise ImError(Code.ARGS, f"userID: is no notification account: {request.user_id}")
        change = ProfileChange(
            user_id=request.user_id, nickname=request.nick_name or None, face_url=request.face_url or None
        )
        await self._users.change_profile(call, change, _record_nothing)

    async def search(self, call: Call, request: SearchNotificationAccountRequest) -> SearchNotificationAccountResponse:
        """Return one page of the accounts with this id, or if there is none of those with this nickname; of all if
        there is no keyword."""
        offset, limit = page_of(request.pagination)
        for condition in _BY_KEYWORD if request.keyword else (_ALL,):
            found = Found(condition, self._admins, request.app_manager_level or 0, request.keyword)
            total = await found.count(self._database)
            if total:
                accounts = await found.page(self._database, offset, limit)
                return SearchNotificationAccountResponse(
                    total=total, notification_accounts=[_account_of(account) for account in accounts]
                )
        return SearchNotificationAccountResponse(total=0, notification_accounts=[])

    async def get(self, call: Call, request: GetNotificationAccountRequest) -> GetNotificationAccountResponse:
        """Return who may send notifications as an account. Raises ``ImError``: 1001, 1101 for an unknown user, 1002 for
        an ordinary one."""
        if not request.user_id:
            raise ImError(Code.ARGS, "userID is empty")
        found = await store.by_ids(self._database, [request.user_id])
        if not found:
            raise ImError(Code.USER_ID_NOT_FOUND, f"userID: user not found: {request.user_id}")
        if found[0].app_manger_level < ADMIN_LEVEL:
            raise ImError(
                Code.NO_PERMISSION, f"userID: notification messages cannot be sent for this ID: {request.user_id}"
            )
        return GetNotificationAccountResponse(account=_account_of(found[0]))


async def _record_nothing(tx: Transaction) -> None:
    """No callback is told of accounts."""


def _new_id() -> str:
    return str(secrets.randbelow(9 * 10 ** (_DIGITS - 1)) + 10 ** (_DIGITS - 1))


def _account_of(user: User) -> NotificationAccount:
    return NotificationAccount(
        user_id=user.user_id,
        face_url=user.face_url,
        nick_name=user.nickname,
        app_manger_level=user.app_manger_level,
    )
