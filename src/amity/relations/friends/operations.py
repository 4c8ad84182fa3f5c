"""The HTTP operations of friends."""

from amity.calls.operation import Access, Operation
from amity.relations.friends.history.service import ImportHistory
from amity.relations.friends.importing import ImportFriends
from amity.relations.friends.increments import Increments
from amity.relations.friends.service import Friends


def operations(
    import_friends: ImportFriends, history: ImportHistory, friends: Friends, increments: Increments
) -> list[Operation]:
    """Declare the operations of friends."""
    return [
        Operation(
            "/friend/import_friend",
            import_friends,
            "Import friends",
            description=(
                "Makes friends of the owner and 1 to 1000 others, both ways, all or nothing. Administrators import for "
                "anyone, users for themselves where `clientImport` allows it. Asks `beforeImportFriends`, which may "
                "allow, reject or replace the list; raises `afterImportFriends`. Clients that are connected are told: "
                "the owner's once, each friend's once, nobody's with `notify: false`. `partial: true` imports what is "
                "valid and reports the rest in `skipped`. Whom the business server leaves out is there too, with "
                "`errCode` 80000; whom it adds is in `imported` or `existing`. The header `Idempotency-Key` makes a "
                "repeated call answer what the first one answered, for 24 hours."
            ),
            once_by_key=True,
        ),
        Operation(
            "/friend/get_import_log",
            history.get_import_log,
            "Show what became of imports, newest first, page by page",
            description=(
                "By owner and verdict; the newest ten thousand calls of `/friend/import_friend`. A busy server keeps "
                "all that was modified, rejected or failed, and some of what was allowed. Of imports of files by the "
                "console it keeps some of what was not allowed: their reports have all. Of what a user imports for "
                "itself it takes ten entries a minute at most."
            ),
            access=Access.ADMIN,
        ),
        Operation(
            "/friend/get_friend_list",
            friends.get_friend_list,
            "List friends, page by page",
            description="Pinned ones first, then the oldest.",
        ),
        Operation(
            "/friend/get_designated_friends",
            friends.get_designated_friends,
            "Get some friends by their ids",
            description="Users who are no friends are left out.",
        ),
        Operation(
            "/friend/get_friend_id",
            friends.get_friend_id,
            "List the ids of all friends",
        ),
        Operation(
            "/friend/is_friend",
            friends.is_friend,
            "Say whether two users are on each other's lists",
        ),
        Operation(
            "/friend/get_specified_friends_info",
            friends.get_specified_friends_info,
            "Get users with what they are to the owner",
        ),
        Operation(
            "/friend/delete_friend",
            friends.delete_friend,
            "Take a friend from the owner's list",
            description="The owner stays on the friend's list, as in OpenIM. Raises `afterDeleteFriend`.",
        ),
        Operation(
            "/friend/update_friends",
            friends.update_friends,
            "Pin friends, set their remark or ex",
        ),
        Operation(
            "/friend/set_friend_remark",
            friends.set_friend_remark,
            "Set how the owner calls a friend",
            description="Asks `beforeSetFriendRemark`, raises `afterSetFriendRemark`.",
        ),
        Operation(
            "/friend/get_incremental_friends",
            increments.get_incremental_friends,
            "Get what has changed on a friend list",
            description=(
                "Since the client's version; `full` says that it must fetch the whole list. A connected client on "
                "OpenIM's Go core gets at most 200 changes at once, and a notification where there are more."
            ),
        ),
        Operation(
            "/friend/get_full_friend_user_ids",
            increments.get_full_friend_user_ids,
            "Compare or fetch all ids of a friend list",
        ),
    ]
