"""The HTTP operations that read groups."""

from amity.calls.operation import Operation
from amity.groups.lists.applications import Applications
from amity.groups.lists.finding import Finding
from amity.groups.lists.increments import MOST_CHANGES, Increments
from amity.groups.lists.joined import JoinedGroups
from amity.groups.lists.members import MemberLists

_MEMBERS = "For members of the group and administrators."
_MANAGERS = "For the owner and the administrators of the group, and administrators."


def operations(
    finding: Finding, joined: JoinedGroups, members: MemberLists, increments: Increments, applications: Applications
) -> list[Operation]:
    """Declare the operations that read groups."""
    return [
        Operation(
            "/group/get_groups_info",
            finding.get_groups_info,
            "Get groups by their ids",
            description="Up to 1,000. Unknown ids are left out. Anybody may ask, as clients show a group before its"
            " user joins it; without the announcement, its time and its author for who is not in the group.",
        ),
        Operation(
            "/group/get_groups",
            finding.get_groups,
            "Find groups by name or id, page by page",
            description="A user finds its own groups, an administrator all, the newest first. A name is found by a part"
            " of it, whatever the letter case: it is no regular expression.",
        ),
        Operation(
            "/group/get_group_abstract_info",
            finding.get_group_abstract_info,
            "Get the number of groups' members, and a hash that changes with them",
            description=f"Up to 1,000. {_MEMBERS} The hash says only whether members have changed.",
        ),
        Operation(
            "/group/get_joined_group_list",
            joined.get_joined_group_list,
            "List a user's groups, page by page",
            description="In the order of names, then the oldest first.",
        ),
        Operation(
            "/group/get_incremental_join_groups",
            joined.get_incremental_join_groups,
            "Get what has changed in the list of a user's groups",
            description="Since a version. `full`: fetch the whole list.",
        ),
        Operation(
            "/group/get_full_join_group_ids",
            joined.get_full_join_group_ids,
            "List the ids of all of a user's groups",
            description="Left out where `idHash` is that of the list: `equal`.",
        ),
        Operation(
            "/group/get_group_member_list",
            members.get_group_member_list,
            "List a group's members, page by page",
            description=f"{_MEMBERS} The highest role first, then the longest there, then by id.",
        ),
        Operation(
            "/group/get_group_members_info",
            members.get_group_members_info,
            "Get members of a group by their ids",
            description=f"Up to 1,000. {_MEMBERS} Who is no member is left out.",
        ),
        Operation(
            "/group/get_group_member_user_id",
            members.get_group_member_user_id,
            "List the ids of a group's members",
            description=f"{_MEMBERS} In the order of the members.",
        ),
        Operation(
            "/group/get_full_group_member_user_ids",
            members.get_full_group_member_user_ids,
            "List the ids of all members of a group, with the list's version",
            description=f"{_MEMBERS} Left out where `idHash` is that of the list: `equal`.",
        ),
        Operation(
            "/group/get_incremental_group_members",
            increments.get_incremental_group_members,
            "Get what has changed in a group and among its members",
            description=f"{_MEMBERS} Since a version. `full`: fetch the whole list.",
        ),
        Operation(
            "/group/get_incremental_group_members_batch",
            increments.get_incremental_group_members_batch,
            "Get what has changed in groups and among their members",
            description=f"Up to 500 groups, each of which is answered: one that the caller may not see, or"
            f" that has ended, as one in which nothing has changed. Above {MOST_CHANGES} changes in all, those that"
            " remain are `full`.",
        ),
        Operation(
            "/group/get_recv_group_applicationList",
            applications.get_recv_group_application_list,
            "List the applications to the groups that a user manages, page by page",
            description=f"The newest first. {_MANAGERS}",
        ),
        Operation(
            "/group/get_user_req_group_applicationList",
            applications.get_user_req_group_application_list,
            "List a user's own applications to join groups, page by page",
            description="The newest first.",
        ),
        Operation(
            "/group/get_group_users_req_application_list",
            applications.get_group_users_req_application_list,
            "Get users' applications to a group",
            description=f"Up to 1,000 users. {_MANAGERS}",
        ),
        Operation(
            "/group/get_specified_user_group_request_info",
            applications.get_specified_user_group_request_info,
            "Get a user's application to a group",
            description="For the user, the owner and the administrators of the group, and administrators.",
        ),
        Operation(
            "/group/get_group_application_unhandled_count",
            applications.get_group_application_unhandled_count,
            "Count the applications that wait for who manages groups",
        ),
    ]
