"""The HTTP operations of users."""

from amity.calls.operation import Access, Operation
from amity.users.search.service import Search
from amity.users.service import Users


def operations(users: Users, search: Search) -> list[Operation]:
    """Declare the operations of users."""
    return [
        Operation(
            "/user/user_register",
            users.register,
            "Register users",
            description=(
                "All of them or none. Asks `beforeUserRegister`, which may allow, reject or replace the list; raises "
                "`afterUserRegister`. `data` is there only where the business server left somebody out: these are in "
                "`skipped`, with `errCode` 80000."
            ),
            access=Access.ADMIN,
        ),
        Operation(
            "/user/get_users_info",
            users.get_users_info,
            "Get the profiles of users",
            description="Unknown ids are left out.",
        ),
        Operation(
            "/user/get_users",
            search.get_users,
            "Search users, page by page",
            description="By a text in the id or in the nickname, up to 10,000; all ordinary users if both are empty.",
        ),
        Operation(
            "/user/get_all_users_uid",
            search.get_all_users_uid,
            "List the ids of all users, page by page",
        ),
        Operation(
            "/user/account_check",
            users.account_check,
            "Say which ids are registered",
            access=Access.ADMIN,
        ),
        Operation(
            "/user/update_user_info",
            users.update_user_info,
            "Change a profile (fields that are not empty)",
            description="Asks `beforeUpdateUserInfo`, raises `afterUpdateUserInfo`.",
        ),
        Operation(
            "/user/update_user_info_ex",
            users.update_user_info_ex,
            "Change a profile (fields that are present)",
            description=(
                "Asks `beforeUpdateUserInfoEx`, raises `afterUpdateUserInfoEx`. With `seen`, which is amity's own, the "
                "profile is changed only if it still has these values: 1363 otherwise."
            ),
        ),
    ]
