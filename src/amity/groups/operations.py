"""The HTTP operations of groups."""

from amity.calls.operation import Operation
from amity.groups.service import Groups

_NOTHING_YET = "There are no groups yet: making them is not built."
_NO_MEMBER = f"1002 for a group that the user is not in, to an administrator 1004. {_NOTHING_YET}"


def operations(groups: Groups) -> list[Operation]:
    """Declare the operations of groups."""
    return [
        Operation(
            "/group/get_incremental_join_groups",
            groups.get_incremental_join_groups,
            "Get what has changed in the list of a user's groups",
            description=f"Since a version. `full`: fetch the whole list. {_NOTHING_YET}",
        ),
        Operation(
            "/group/get_joined_group_list",
            groups.get_joined_group_list,
            "List a user's groups, page by page",
            description=_NOTHING_YET,
        ),
        Operation(
            "/group/get_full_join_group_ids",
            groups.get_full_join_group_ids,
            "List the ids of all of a user's groups",
            description=f"Left out where `idHash` is that of the list: `equal`. {_NOTHING_YET}",
        ),
        Operation(
            "/group/get_groups_info",
            groups.get_groups_info,
            "Get groups by their ids",
            description=f"Unknown ids are left out. {_NOTHING_YET}",
        ),
        Operation(
            "/group/get_incremental_group_members_batch",
            groups.get_incremental_group_members_batch,
            "Get what has changed in the lists of groups' members",
            description=_NO_MEMBER,
        ),
        Operation(
            "/group/get_full_group_member_user_ids",
            groups.get_full_group_member_user_ids,
            "List the ids of all members of a group",
            description=_NO_MEMBER,
        ),
        Operation(
            "/group/get_group_application_unhandled_count",
            groups.get_group_application_unhandled_count,
            "Count the wishes to join a user's groups that wait",
            description=_NOTHING_YET,
        ),
        Operation(
            "/group/get_recv_group_applicationList",
            groups.get_recv_group_application_list,
            "List the wishes to join a user's groups, page by page",
            description=_NOTHING_YET,
        ),
        Operation(
            "/group/get_user_req_group_applicationList",
            groups.get_user_req_group_application_list,
            "List a user's own wishes to join groups, page by page",
            description=_NOTHING_YET,
        ),
    ]
