"""Who gets what from the operations of groups.

A group that is named is one that the user whom the body is about owns, with carol in it. So who asks about somebody
else is a stranger there.
"""

from collections.abc import Callable
from typing import Final

from tests.integration.access.matrix import PAGE, Body, Expected, Row, Step, by_token, own, shared

CAROL: Final = "carol"
ERIN: Final = "erin"


def _made(group: str, owner: str, member: str) -> list[Step]:
    info = {"groupID": group, "groupName": group, "groupType": 2}
    return [("/group/create_group", {"groupInfo": info, "ownerUserID": owner, "memberUserIDs": [member]})]


def _applied(group: str, user: str) -> Step:
    return "/group/join_group", {"groupID": group, "joinSource": 3, "inviterUserID": user}


def _managers(stranger: int = 1002) -> Expected:
    """For who manages the group, and for administrators."""
    return by_token(own=0, other=stranger, nobody_named=1001, admin=0)


def _in_group(expected: Expected, body: Callable[[str, str], Body]) -> Row:
    return Row(
        expected=expected,
        body=lambda who, new: {"groupID": new, **body(who, new)},
        before=lambda who, new: _made(new, who, CAROL),
    )


_LISTS: Final = {
    "/group/get_incremental_join_groups": Row(expected=own(nobody_named=1002), body=lambda who, new: {"userID": who}),
    "/group/get_joined_group_list": Row(
        expected=own(),
        body=lambda who, new: {"fromUserID": who, "pagination": PAGE},
    ),
    "/group/get_full_join_group_ids": Row(expected=own(), body=lambda who, new: {"userID": who}),
    # A group is shown to whoever knows its id, and found by its members alone: to others there is none.
    "/group/get_groups_info": Row(expected=shared(), body=lambda who, new: {"groupIDs": ["club"]}),
    "/group/get_groups": _in_group(shared(), lambda who, new: {"pagination": PAGE}),
    "/group/get_group_abstract_info": Row(
        expected=own(),
        body=lambda who, new: {"groupIDs": [new]},
        before=lambda who, new: _made(new, who, CAROL),
    ),
    "/group/get_group_member_list": _in_group(own(), lambda who, new: {"pagination": PAGE}),
    "/group/get_group_members_info": _in_group(own(), lambda who, new: {"userIDs": [CAROL]}),
    "/group/get_group_member_user_id": _in_group(own(), lambda who, new: {}),
    "/group/get_full_group_member_user_ids": _in_group(own(), lambda who, new: {}),
    "/group/get_incremental_group_members": _in_group(own(nobody_named=1002), lambda who, new: {}),
    # Every group is answered, one of others as one in which nothing has changed; the user named is not looked at.
    "/group/get_incremental_group_members_batch": Row(
        expected=shared(nobody_named=0),
        body=lambda who, new: {"userID": who, "reqList": [{"groupID": new}]},
        before=lambda who, new: _made(new, who, CAROL),
    ),
    "/group/get_group_application_unhandled_count": Row(
        expected=own(nobody_named=1002), body=lambda who, new: {"userID": who}
    ),
    "/group/get_recv_group_applicationList": Row(
        expected=own(),
        body=lambda who, new: {"fromUserID": who, "pagination": PAGE},
    ),
    "/group/get_user_req_group_applicationList": Row(
        expected=own(),
        body=lambda who, new: {"userID": who, "pagination": PAGE},
    ),
    "/group/get_group_users_req_application_list": _in_group(_managers(), lambda who, new: {"userIDs": [ERIN]}),
    "/group/get_specified_user_group_request_info": _in_group(own(nobody_named=1002), lambda who, new: {"userID": who}),
}

_COMING_AND_GOING: Final = {
    "/group/create_group": Row(
        expected=own(),
        body=lambda who, new: {
            "groupInfo": {"groupID": new, "groupName": new, "groupType": 2},
            "ownerUserID": who,
        },
    ),
    "/group/invite_user_to_group": _in_group(_managers(), lambda who, new: {"invitedUserIDs": [ERIN]}),
    "/group/join_group": Row(
        expected=own(),
        body=lambda who, new: _applied(new, who)[1],
        before=lambda who, new: _made(new, CAROL, ERIN),
    ),
    "/group/group_application_response": Row(
        expected=_managers(1004),
        body=lambda who, new: {"groupID": new, "fromUserID": ERIN, "handleResult": -1},
        before=lambda who, new: [*_made(new, who, CAROL), _applied(new, ERIN)],
    ),
    "/group/quit_group": Row(
        expected=own(),
        body=lambda who, new: {"groupID": new, "userID": who},
        before=lambda who, new: _made(new, CAROL, who),
    ),
    "/group/kick_group": _in_group(_managers(), lambda who, new: {"kickedUserIDs": [CAROL]}),
}

_MANAGING: Final = {
    "/group/set_group_info": Row(
        expected=_managers(1004),
        body=lambda who, new: {"groupInfoForSet": {"groupID": new, "introduction": new}},
        before=lambda who, new: _made(new, who, CAROL),
    ),
    "/group/set_group_info_ex": _in_group(_managers(1004), lambda who, new: {"introduction": new}),
    "/group/set_group_member_info": Row(
        expected=_managers(),
        body=lambda who, new: {"members": [{"groupID": new, "userID": CAROL, "nickname": new}]},
        before=lambda who, new: _made(new, who, CAROL),
    ),
    "/group/transfer_group": _in_group(_managers(), lambda who, new: {"oldOwnerUserID": who, "newOwnerUserID": CAROL}),
    "/group/dismiss_group": _in_group(_managers(), lambda who, new: {}),
    "/group/mute_group_member": _in_group(_managers(1004), lambda who, new: {"userID": CAROL, "mutedSeconds": 60}),
    "/group/cancel_mute_group_member": _in_group(_managers(1004), lambda who, new: {"userID": CAROL}),
    "/group/mute_group": _in_group(_managers(), lambda who, new: {}),
    "/group/cancel_mute_group": _in_group(_managers(), lambda who, new: {}),
}

GROUPS: Final = {**_LISTS, **_COMING_AND_GOING, **_MANAGING}
