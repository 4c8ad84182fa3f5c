"""Who gets what from the operations of friends, friend requests, blacklists, and of moving all of it."""

from typing import Final

from tests.integration.access.matrix import ALICE, BOB, PAGE, Row, admins, own

FRIENDS: Final = {
    "/friend/import_friend": Row(
        expected=own(),
        body=lambda who, new: {"ownerUserID": who, "friendUserIDs": ["carol"]},
        crossed=(({"ownerUserID": BOB, "friendUserIDs": [ALICE]}, 1002),),
    ),
    "/friend/get_friend_list": Row(expected=own(), body=lambda who, new: {"userID": who, "pagination": PAGE}),
    "/friend/get_designated_friends": Row(
        expected=own(),
        body=lambda who, new: {"ownerUserID": who, "friendUserIDs": ["carol"]},
        crossed=(({"ownerUserID": BOB, "friendUserIDs": [ALICE]}, 1002),),
    ),
    "/friend/get_friend_id": Row(expected=own(), body=lambda who, new: {"userID": who}),
    "/friend/is_friend": Row(
        expected=own(),
        body=lambda who, new: {"userID1": who, "userID2": "carol"},
        # Of a pair, both may ask.
        crossed=(({"userID1": BOB, "userID2": ALICE}, 0), ({"userID1": "carol", "userID2": BOB}, 1002)),
    ),
    "/friend/get_specified_friends_info": Row(
        expected=own(),
        body=lambda who, new: {"ownerUserID": who, "userIDList": ["carol"]},
        crossed=(({"ownerUserID": BOB, "userIDList": [ALICE]}, 1002),),
    ),
    "/friend/delete_friend": Row(
        expected=own(),
        body=lambda who, new: {"ownerUserID": who, "friendUserID": "carol"},
        before=lambda who, new: [("/friend/import_friend", {"ownerUserID": who, "friendUserIDs": ["carol"]})],
        crossed=(({"ownerUserID": BOB, "friendUserID": ALICE}, 1002),),
    ),
    "/friend/update_friends": Row(
        expected=own(),
        body=lambda who, new: {"ownerUserID": who, "friendUserIDs": ["carol"], "ex": new},
        before=lambda who, new: [("/friend/import_friend", {"ownerUserID": who, "friendUserIDs": ["carol"]})],
        crossed=(({"ownerUserID": BOB, "friendUserIDs": [ALICE], "isPinned": True}, 1002),),
    ),
    "/friend/set_friend_remark": Row(
        expected=own(),
        body=lambda who, new: {"ownerUserID": who, "friendUserID": "carol", "remark": new},
        before=lambda who, new: [("/friend/import_friend", {"ownerUserID": who, "friendUserIDs": ["carol"]})],
        crossed=(({"ownerUserID": BOB, "friendUserID": ALICE, "remark": "mine"}, 1002),),
    ),
    "/friend/get_incremental_friends": Row(expected=own(nobody_named=1002), body=lambda who, new: {"userID": who}),
    "/friend/get_full_friend_user_ids": Row(expected=own(), body=lambda who, new: {"userID": who}),
}

REQUESTS: Final = {
    "/friend/add_friend": Row(
        expected=own(),
        body=lambda who, new: {"fromUserID": who, "toUserID": "dave"},
        crossed=(({"fromUserID": BOB, "toUserID": ALICE}, 1002),),
    ),
    "/friend/add_friend_response": Row(
        expected=own(),
        body=lambda who, new: {"fromUserID": "erin", "toUserID": who, "handleResult": -1},
        before=lambda who, new: [("/friend/add_friend", {"fromUserID": "erin", "toUserID": who})],
        # Nobody agrees to a request of one's own.
        crossed=(({"fromUserID": ALICE, "toUserID": BOB, "handleResult": 1}, 1002),),
    ),
    "/friend/get_friend_apply_list": Row(expected=own(), body=lambda who, new: {"userID": who, "pagination": PAGE}),
    "/friend/get_self_friend_apply_list": Row(
        expected=own(),
        body=lambda who, new: {"userID": who, "pagination": PAGE},
    ),
    "/friend/get_designated_friend_apply": Row(
        expected=own(),
        body=lambda who, new: {"fromUserID": who, "toUserID": "carol"},
        crossed=(({"fromUserID": BOB, "toUserID": ALICE}, 0), ({"fromUserID": "carol", "toUserID": BOB}, 1002)),
    ),
    "/friend/get_self_unhandled_apply_count": Row(
        expected=own(nobody_named=1002), body=lambda who, new: {"userID": who}
    ),
}

BLACKS: Final = {
    "/friend/add_black": Row(
        expected=own(),
        body=lambda who, new: {"ownerUserID": who, "blackUserID": "mallory"},
        crossed=(({"ownerUserID": BOB, "blackUserID": ALICE}, 1002),),
    ),
    "/friend/remove_black": Row(
        expected=own(),
        body=lambda who, new: {"ownerUserID": who, "blackUserID": "mallory"},
        before=lambda who, new: [("/friend/add_black", {"ownerUserID": who, "blackUserID": "mallory"})],
        crossed=(({"ownerUserID": BOB, "blackUserID": ALICE}, 1002),),
    ),
    "/friend/get_black_list": Row(expected=own(), body=lambda who, new: {"userID": who, "pagination": PAGE}),
    "/friend/get_specified_blacks": Row(
        expected=own(nobody_named=1002),
        body=lambda who, new: {"ownerUserID": who, "userIDList": ["mallory"]},
        crossed=(({"ownerUserID": BOB, "userIDList": [ALICE]}, 1002),),
    ),
    "/friend/get_incremental_blacks": Row(expected=own(nobody_named=1002), body=lambda who, new: {"userID": who}),
}

MOVING: Final = {
    "/relation/restore": Row(
        expected=admins(),
        body=lambda who, new: {"users": [{"userID": new, "nickname": "New", "createTime": 1_600_000_000_000}]},
        crossed=(({"users": [{"userID": ALICE, "nickname": "Alice", "appMangerLevel": 2}]}, 1002),),
    ),
    "/relation/export": Row(expected=admins(), body=lambda who, new: {}),
}
