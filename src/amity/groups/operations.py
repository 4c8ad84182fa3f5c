"""The HTTP operations of groups."""

from amity.calls.operation import Operation
from amity.groups.joining.inviting import Inviting
from amity.groups.joining.joining import Joining
from amity.groups.joining.leaving import Leaving
from amity.groups.making.creating import Creating


def operations(creating: Creating, inviting: Inviting, joining: Joining, leaving: Leaving) -> list[Operation]:
    """Declare the operations that make groups, and by which users come in and leave."""
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
    ]
