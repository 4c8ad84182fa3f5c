"""Who gets what from the operations of conversations and messages.

Nobody has written to anybody: what may be asked, and is not there, is 1004, or 1001 where a number is beyond the last.
"""

from typing import Final

from tests.integration.access.matrix import PAGE, Row, admins, by_token, own, shared

CONVERSATIONS: Final = {
    "/conversation/get_incremental_conversations": Row(
        expected=own(nobody_named=1002), body=lambda who, new: {"userID": who}
    ),
    "/conversation/get_owner_conversation": Row(
        expected=own(nobody_named=1002),
        body=lambda who, new: {"userID": who, "pagination": PAGE},
    ),
    "/conversation/get_full_conversation_ids": Row(
        expected=own(nobody_named=1002), body=lambda who, new: {"userID": who}
    ),
    "/conversation/get_all_conversations": Row(expected=own(), body=lambda who, new: {"ownerUserID": who}),
    "/conversation/get_conversations": Row(
        expected=own(),
        body=lambda who, new: {"ownerUserID": who, "conversationIDs": [f"si_{who}_carol"]},
    ),
    "/conversation/get_conversation": Row(
        expected=own(1004),
        body=lambda who, new: {"ownerUserID": who, "conversationID": f"si_{who}_carol"},
    ),
    "/conversation/get_sorted_conversation_list": Row(
        expected=own(),
        body=lambda who, new: {"userID": who, "pagination": PAGE},
    ),
    "/conversation/get_not_notify_conversation_ids": Row(
        expected=own(nobody_named=1002), body=lambda who, new: {"userID": who}
    ),
    "/conversation/get_pinned_conversation_ids": Row(
        expected=own(nobody_named=1002), body=lambda who, new: {"userID": who}
    ),
    "/conversation/set_conversations": Row(
        expected=own(),
        body=lambda who, new: {
            "userIDs": [who],
            "conversation": {
                "conversationID": "si_" + "_".join(sorted((who, "carol"))),
                "conversationType": 1,
                "userID": "carol",
                "ex": new,
            },
        },
    ),
    "/conversation/delete_conversations": Row(
        expected=own(nobody_named=1002),
        body=lambda who, new: {"ownerUserID": who, "conversationIDs": [f"si_{who}_carol"]},
    ),
    # What others have about a user is theirs, and not the user's.
    "/conversation/update_conversations_by_user": Row(
        expected=by_token(own=1002, other=1002, nobody_named=1002, admin=0),
        body=lambda who, new: {"userID": who, "ex": new},
    ),
    # They answer the caller of itself, whoever is named: as OpenIM's.
    "/jssdk/get_active_conversations": Row(
        expected=shared(nobody_named=0),
        body=lambda who, new: {"ownerUserID": who, "count": 10},
    ),
    "/jssdk/get_conversations": Row(
        expected=shared(nobody_named=0),
        body=lambda who, new: {"ownerUserID": who, "conversationIDs": [f"si_{who}_carol"]},
    ),
}

MESSAGES: Final = {
    "/msg/newest_seq": Row(expected=own(nobody_named=1002), body=lambda who, new: {"userID": who}),
    "/msg/pull_msg_by_seq": Row(
        expected=own(nobody_named=1002),
        body=lambda who, new: {"userID": who, "seqRanges": [{"conversationID": f"si_{who}_carol", "end": 9, "num": 9}]},
    ),
    "/msg/get_conversations_has_read_and_max_seq": Row(expected=own(), body=lambda who, new: {"userID": who}),
    "/msg/mark_conversation_as_read": Row(
        expected=own(1004),
        body=lambda who, new: {"userID": who, "conversationID": f"si_{who}_carol", "hasReadSeq": 1},
    ),
    "/msg/mark_msgs_as_read": Row(
        expected=own(1001),
        body=lambda who, new: {"userID": who, "conversationID": f"si_{who}_carol", "seqs": [1]},
    ),
    "/msg/set_conversation_has_read_seq": Row(
        expected=own(1001),
        body=lambda who, new: {"userID": who, "conversationID": f"si_{who}_carol", "hasReadSeq": 1},
    ),
    "/msg/get_read_state": Row(
        expected=own(1004),
        body=lambda who, new: {"userID": who, "conversationID": f"si_{who}_carol", "seq": 1, "pagination": PAGE},
    ),
    "/msg/send_msg": Row(
        expected=by_token(own=1002, other=1002, nobody_named=1001, admin=0),
        body=lambda who, new: {
            "sendID": who,
            "recvID": "carol",
            "contentType": 101,
            "sessionType": 1,
            "content": {"content": "hello"},
        },
    ),
    "/msg/batch_send_msg": Row(
        expected=by_token(own=1002, other=1002, nobody_named=1001, admin=0),
        body=lambda who, new: {
            "sendID": who,
            "recvIDs": ["carol"],
            "contentType": 101,
            "sessionType": 1,
            "content": {"content": "hello"},
        },
    ),
    # Who may answer is in the key, which these requests have not.
    "/msg/send_simple_msg": Row(
        expected=by_token(own=1001, other=1001, nobody_named=1001, admin=1001),
        body=lambda who, new: {"sendID": who, "content": "hello"},
    ),
    "/msg/check_msg_is_send_success": Row(expected=shared(nobody_named=0), body=lambda who, new: {}),
    "/msg/search_msg": Row(expected=admins(), body=lambda who, new: {"sendID": who, "pagination": PAGE}),
    "/msg/find_msgs": Row(expected=admins(), body=lambda who, new: {"sendID": who}),
    "/msg/get_conversation_msgs": Row(
        expected=admins(1004), body=lambda who, new: {"userID": who, "conversationID": "sg_nobodys"}
    ),
    "/msg/import_messages": Row(
        expected=admins(),
        body=lambda who, new: {
            "messages": [
                {"sendID": who, "recvID": "carol", "sendTime": 1, "contentType": 101, "content": {"content": "hello"}}
            ]
        },
    ),
    "/msg/send_business_notification": Row(
        expected=by_token(own=1002, other=1002, nobody_named=1002, admin=0),
        body=lambda who, new: {"key": "k", "data": "d", "sendUserID": who, "recvUserID": "carol"},
    ),
    "/msg/revoke_msg": Row(
        expected=own(1004),
        body=lambda who, new: {"userID": who, "conversationID": f"si_{who}_nobody", "seq": 1},
    ),
    "/msg/delete_msgs": Row(
        expected=own(),
        body=lambda who, new: {"userID": who, "conversationID": f"si_{who}_nobody", "seqs": [1]},
    ),
    "/msg/clear_conversation_msg": Row(
        expected=own(), body=lambda who, new: {"userID": who, "conversationIDs": [f"si_{who}_nobody"]}
    ),
    "/msg/user_clear_all_msg": Row(expected=own(), body=lambda who, new: {"userID": who}),
    "/msg/delete_msg_phsical_by_seq": Row(
        expected=by_token(own=1002, other=1002, nobody_named=1002, admin=0),
        body=lambda who, new: {"conversationID": f"si_{who}_nobody", "seqs": [1]},
    ),
    "/msg/delete_msg_physical": Row(
        expected=by_token(own=1002, other=1002, nobody_named=1002, admin=0),
        body=lambda who, new: {"conversationIDs": [f"si_{who}_nobody"], "timestamp": 1},
    ),
    "/msg/get_server_time": Row(expected=shared(nobody_named=0), body=lambda who, new: {}),
}
