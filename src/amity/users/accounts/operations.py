"""The HTTP operations of notification accounts."""

from amity.calls.operation import Access, Operation
from amity.users.accounts.service import Accounts


def operations(accounts: Accounts) -> list[Operation]:
    """Declare the operations of notification accounts."""
    return [
        Operation(
            "/user/add_notification_account",
            accounts.add,
            "Make a notification account",
            description="1001 for an id that is used, and for a level below 3.",
            access=Access.ADMIN,
        ),
        Operation(
            "/user/update_notification_account",
            accounts.update,
            "Change a notification account (fields that are not empty)",
            description="1001 for whoever is no notification account.",
            access=Access.ADMIN,
        ),
        Operation(
            "/user/search_notification_account",
            accounts.search,
            "Search notification accounts, page by page",
            description="By id, and if there is none by nickname; all without a `keyword`.",
            access=Access.ADMIN,
        ),
        Operation(
            "/user/get_notification_account",
            accounts.get,
            "Get who may send notifications as an account",
            description="Administrators too. 1101 for an unknown user, 1002 for an ordinary one.",
            access=Access.ADMIN,
        ),
    ]
