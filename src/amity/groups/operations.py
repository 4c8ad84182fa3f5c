"""The HTTP operations of groups."""

from amity.calls.operation import Operation
from amity.groups.joining.inviting import Inviting
from amity.groups.joining.joining import Joining
from amity.groups.joining.leaving import Leaving
from amity.groups.lists.service import Groups
from amity.groups.making.creating import Creating

_NOTHING_YET = "There are no groups yet: making them is not built."
_NO_MEMBER = f"1002 for a group that the user is not in, to an administrator 1004. {_NOTHING_YET}"


def operations(
    groups: Groups, creating: Creating, inviting: Inviting, joining: Joining, leaving: Leaving
) -> list[Operation]:
    """Declare the operations of groups."""
    return [
        Operation(
            "/group/create_group",
            creating.create_group,
            "Make a group with its first members",
            description="Up to 1,000 members, and as many administrators, in one transaction. `groupType` is 2. Users"
            " make groups of their own, administrators anybody's.",
            once_by_key=True,
        ),
        Operation(
            "/group/invite_user_to_group",
            inviting.invite_user_to_group,
            "Bring users into a group",
            description="All of them, in one transaction; who is a member is left out. Where the group wants it"
            " (`needVerification` 1), and the caller is an ordinary member, they wait for its managers.",
        ),
        Operation(
            "/group/join_group",
            joining.join_group,
            "Join a group, or ask its managers",
            description="At once where `needVerification` is 2. `inviterUserID` is who joins: OpenIM's name.",
        ),
        Operation(
            "/group/group_application_response",
            joining.group_application_response,
            "Agree to a wish to join a group, or refuse it",
            description="`handleResult`: 1 agrees, -1 refuses. For who manages the group.",
        ),
        Operation(
            "/group/quit_group",
            leaving.quit_group,
            "Leave a group",
            description="Not its owner, who transfers it first.",
        ),
        Operation(
            "/group/kick_group",
            leaving.kick_group,
            "Remove members from a group",
            description="All of them, in one transaction. The owner removes anybody, administrators ordinary members.",
        ),
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
