"""The HTTP operations of users."""

from amity.calls.operation import Access, Operation
from amity.users.models import (
    AccountCheckRequest,
    AccountCheckResponse,
    GetAllUsersUidRequest,
    GetAllUsersUidResponse,
    GetUsersInfoRequest,
    GetUsersInfoResponse,
    GetUsersRequest,
    GetUsersResponse,
    UpdateUserInfoExRequest,
    UpdateUserInfoRequest,
    UserRegisterRequest,
    UserRegisterResponse,
)
from amity.users.search import Search
from amity.users.service import Users


def operations(users: Users, search: Search) -> list[Operation]:
    """Declare what callers may ask of users."""
    return [
        Operation(
            path="/user/user_register",
            request=UserRegisterRequest,
            response=UserRegisterResponse,
            access=Access.ADMIN,
            handler=users.register,
            summary="Register users",
            description=(
                "All of them or none. Asks `beforeUserRegister`, which may allow, reject or replace the list; raises "
                "`afterUserRegister`. `data` is there only where the business server left somebody out: these are in "
                "`skipped`, with `errCode` 80000."
            ),
        ),
        Operation(
            path="/user/get_users_info",
            request=GetUsersInfoRequest,
            response=GetUsersInfoResponse,
            access=Access.CALLER,
            handler=users.get_users_info,
            summary="Get the profiles of users",
            description="Unknown ids are left out.",
        ),
        Operation(
            path="/user/get_users",
            request=GetUsersRequest,
            response=GetUsersResponse,
            access=Access.CALLER,
            handler=search.get_users,
            summary="Search users, page by page",
            description="By a text in the id or in the nickname, up to 10,000; all ordinary users if both are empty.",
        ),
        Operation(
            path="/user/get_all_users_uid",
            request=GetAllUsersUidRequest,
            response=GetAllUsersUidResponse,
            access=Access.CALLER,
            handler=search.get_all_users_uid,
            summary="List the ids of all users, page by page",
        ),
        Operation(
            path="/user/account_check",
            request=AccountCheckRequest,
            response=AccountCheckResponse,
            access=Access.ADMIN,
            handler=users.account_check,
            summary="Say which ids are registered",
        ),
        Operation(
            path="/user/update_user_info",
            request=UpdateUserInfoRequest,
            response=None,
            access=Access.CALLER,
            handler=users.update_user_info,
            summary="Change a profile (fields that are not empty)",
            description="Asks `beforeUpdateUserInfo`, raises `afterUpdateUserInfo`.",
        ),
        Operation(
            path="/user/update_user_info_ex",
            request=UpdateUserInfoExRequest,
            response=None,
            access=Access.CALLER,
            handler=users.update_user_info_ex,
            summary="Change a profile (fields that are present)",
            description="Asks `beforeUpdateUserInfoEx`, raises `afterUpdateUserInfoEx`.",
        ),
    ]
