"""The client with the operations of the REST API as methods."""

from collections.abc import Sequence
from typing import Self

from amity.client.callbacks import CallbackOperations
from amity.client.erasing import ErasingOperations
from amity.client.friends import FriendOperations
from amity.client.groups import GroupOperations
from amity.client.moving import MovingOperations
from amity.client.page import PAGE, Page, pagination
from amity.client.preferences import PreferenceOperations
from amity.client.relations import RelationOperations
from amity.client.types import auth, users


class AmityClient(
    CallbackOperations,
    ErasingOperations,
    FriendOperations,
    GroupOperations,
    MovingOperations,
    PreferenceOperations,
    RelationOperations,
):
    """The client of an administrator or a user. See ``Connection`` for the arguments. Pages count from 1.

    Every method raises ``ImError`` with the server's code, and ``HttpFailure`` if no answer came or it does not fit.
    Call an operation without a method by its name in ``types/``: ``await client.call(GROUP_QUIT_GROUP,
    QuitGroupRequest(group_id="1"))``.
    """

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    # Auth --------------------------------------------------------------------------------------------------------

    async def get_admin_token(self, secret: str, user_id: str) -> auth.TokenResponse:
        """Fetch an administrator's token. The client fetches its own token itself."""
        return await self.call(auth.AUTH_GET_ADMIN_TOKEN, auth.GetAdminTokenRequest(secret=secret, user_id=user_id))

    async def get_user_token(self, user_id: str, platform_id: int) -> auth.TokenResponse:
        """Fetch a user's token for a platform."""
        request = auth.GetUserTokenRequest(user_id=user_id, platform_id=platform_id)
        return await self.call(auth.AUTH_GET_USER_TOKEN, request)

    async def parse_token(self, token: str) -> auth.ParseTokenResponse:
        """Check a token; return its user, platform and expiry."""
        return await self.call(auth.AUTH_PARSE_TOKEN, auth.ParseTokenRequest(token=token))

    async def force_logout(self, user_id: str, platform_id: int) -> None:
        """End a user's tokens for a platform, and disconnect the clients there."""
        request = auth.ForceLogoutRequest(user_id=user_id, platform_id=platform_id)
        await self.call(auth.AUTH_FORCE_LOGOUT, request)

    # Users -------------------------------------------------------------------------------------------------------

    async def register_users(self, new: Sequence[users.NewUser]) -> users.UserRegisterResponse:
        """Register users, all or none. The answer has the users that the business server left out."""
        return await self.call(users.USER_USER_REGISTER, users.UserRegisterRequest(users=list(new)))

    async def get_users_info(self, user_ids: Sequence[str]) -> list[users.User]:
        """Read users. Unknown ones are left out."""
        request = users.GetUsersInfoRequest(user_ids=list(user_ids))
        return (await self.call(users.USER_GET_USERS_INFO, request)).users_info

    async def get_users(
        self, page: int = 1, size: int = PAGE, *, user_id: str = "", nickname: str = ""
    ) -> Page[users.User]:
        """Read a page of the users that match the given filters, administrators left out."""
        request = users.GetUsersRequest(pagination=pagination(page, size), user_id=user_id, nick_name=nickname)
        answer = await self.call(users.USER_GET_USERS, request)
        return Page(answer.total, answer.users)

    async def get_all_user_ids(self, page: int = 1, size: int = PAGE) -> Page[str]:
        """Read a page of all ids, those of administrators included."""
        request = users.GetAllUsersUidRequest(pagination=pagination(page, size))
        answer = await self.call(users.USER_GET_ALL_USERS_UID, request)
        return Page(answer.total, answer.user_ids)

    async def registered(self, user_ids: Sequence[str]) -> set[str]:
        """Return those ids that are registered (``/user/account_check``). The given ids must be distinct."""
        request = users.AccountCheckRequest(check_user_ids=list(user_ids))
        answer = await self.call(users.USER_ACCOUNT_CHECK, request)
        return {result.user_id for result in answer.results if result.account_status == 1}

    async def update_user_info(self, user: users.NewUser) -> None:
        """Set a user's fields to those of ``user`` that are not empty."""
        await self.call(users.USER_UPDATE_USER_INFO, users.UpdateUserInfoRequest(user_info=user))

    async def update_user_info_ex(self, change: users.ProfileChange, *, seen: users.SeenProfile | None = None) -> None:
        """Set a user's fields to those of ``change`` that are not ``None``. An empty text is set too. With ``seen``
        only if the profile still is so: raises ``ImError``, ``PROFILE_CHANGED`` (1363), otherwise."""
        request = users.UpdateUserInfoExRequest(user_info=change, seen=seen)
        await self.call(users.USER_UPDATE_USER_INFO_EX, request)
