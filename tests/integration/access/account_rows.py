"""Who gets what from the operations of tokens, users, devices and callbacks."""

from typing import Final

from tests.integration.access.matrix import ALICE, PAGE, TOKEN, Row, Step, admins, anyone, own, shared
from tests.support.rest import ADMIN, SECRET

_COMMAND: Final = {"type": 1, "value": "kept"}


def _command(who: str, new: str) -> Step:
    return "/user/process_user_command_add", {"userID": who, "uuid": new, **_COMMAND}


def _account(who: str, new: str) -> list[Step]:
    return [("/user/add_notification_account", {"userID": new, "nickName": "Shop", "appMangerLevel": 3})]


AUTH: Final = {
    "/auth/get_admin_token": Row(
        expected=anyone(nobody_named=1001),
        body=lambda who, new: {"secret": SECRET, "userID": ADMIN},
        crossed=(
            ({"secret": SECRET, "userID": ALICE}, 1001),
            ({"secret": SECRET[:-1], "userID": ADMIN}, 1002),
            ({"secret": "", "userID": ADMIN}, 1002),
        ),
    ),
    "/auth/get_user_token": Row(
        expected=admins(),
        body=lambda who, new: {"userID": who, "platformID": 8},
    ),
    "/auth/parse_token": Row(
        expected=anyone(nobody_named=1001),
        body=lambda who, new: {"token": TOKEN},
    ),
    "/auth/count_tokens": Row(
        expected=admins(),
        body=lambda who, new: {"userID": who},
    ),
    "/auth/force_logout": Row(
        expected=admins(nobody_named=1001),
        body=lambda who, new: {"userID": who, "platformID": 9},
    ),
}

USERS: Final = {
    "/user/user_register": Row(
        expected=admins(),
        body=lambda who, new: {"users": [{"userID": new, "nickname": "New"}]},
    ),
    "/user/add_notification_account": Row(
        expected=admins(),
        body=lambda who, new: {"userID": new, "nickName": "Shop", "appMangerLevel": 3},
    ),
    "/user/update_notification_account": Row(
        expected=admins(),
        body=lambda who, new: {"userID": new, "nickName": "Market"},
        before=_account,
    ),
    "/user/search_notification_account": Row(
        expected=admins(),
        body=lambda who, new: {"keyword": new, "pagination": PAGE},
    ),
    "/user/get_notification_account": Row(
        expected=admins(),
        body=lambda who, new: {"userID": new},
        before=_account,
    ),
    "/user/get_users_info": Row(expected=shared(), body=lambda who, new: {"userIDs": [who]}),
    "/user/get_users": Row(expected=shared(), body=lambda who, new: {"userID": who, "pagination": PAGE}),
    "/user/get_all_users_uid": Row(expected=shared(), body=lambda who, new: {"pagination": PAGE}),
    "/user/account_check": Row(expected=admins(), body=lambda who, new: {"checkUserIDs": [who]}),
    "/user/update_user_info": Row(
        expected=own(),
        body=lambda who, new: {"userInfo": {"userID": who, "nickname": new}},
    ),
    "/user/update_user_info_ex": Row(
        expected=own(),
        body=lambda who, new: {"userInfo": {"userID": who, "ex": new}},
    ),
    "/user/set_global_msg_recv_opt": Row(
        expected=own(),
        body=lambda who, new: {"userID": who, "globalRecvMsgOpt": 1},
    ),
    "/user/process_user_command_add": Row(expected=own(), body=lambda who, new: _command(who, new)[1]),
    "/user/process_user_command_delete": Row(
        expected=own(),
        body=lambda who, new: {"userID": who, "type": 1, "uuid": new},
        before=lambda who, new: [_command(who, new)],
    ),
    "/user/process_user_command_update": Row(
        expected=own(),
        body=lambda who, new: {"userID": who, "type": 1, "uuid": new, "value": "changed"},
        before=lambda who, new: [_command(who, new)],
    ),
    "/user/process_user_command_get": Row(expected=own(), body=lambda who, new: {"userID": who, "type": 1}),
    "/user/process_user_command_get_all": Row(expected=own(), body=lambda who, new: {"userID": who}),
    "/user/get_user_client_config": Row(
        # Without a user it is what holds for everybody.
        expected=own(nobody_named=0),
        body=lambda who, new: {"userID": who},
    ),
    "/user/set_user_client_config": Row(
        expected=admins(),
        body=lambda who, new: {"userID": who, "configs": {"theme": "dark"}},
        crossed=(({"configs": {"theme": "dark"}}, 1002),),
    ),
    "/user/del_user_client_config": Row(
        expected=admins(),
        body=lambda who, new: {"userID": who, "keys": ["theme"]},
        crossed=(({"keys": ["theme"]}, 1002),),
    ),
    "/user/page_user_client_config": Row(
        expected=admins(),
        body=lambda who, new: {"userID": who, "pagination": PAGE},
        crossed=(({"pagination": PAGE}, 1002),),
    ),
    "/user/erase_user": Row(expected=admins(), body=lambda who, new: {"userID": who, "dryRun": True}),
    "/user/get_erasures": Row(expected=admins(), body=lambda who, new: {"userIDs": [who], "pagination": PAGE}),
    "/user/get_users_online_status": Row(expected=admins(), body=lambda who, new: {"userIDs": [who]}),
    "/user/get_users_online_token_detail": Row(expected=admins(), body=lambda who, new: {"userIDs": [who]}),
    "/user/get_users_status": Row(expected=shared(), body=lambda who, new: {"userIDs": [who]}),
    "/user/subscribe_users_status": Row(
        expected=own(),
        body=lambda who, new: {"userID": who, "userIDs": ["carol"], "genre": 1},
    ),
    "/user/get_subscribe_users_status": Row(expected=shared(), body=lambda who, new: {"userID": who}),
}

DEVICES: Final = {
    "/third/fcm_update_token": Row(
        expected=own(),
        body=lambda who, new: {"account": who, "platformID": 1, "fcmToken": new},
    ),
    "/third/set_app_badge": Row(expected=own(), body=lambda who, new: {"userID": who, "appUnreadCount": 1}),
    "/third/logs/upload": Row(
        expected=shared(),
        body=lambda who, new: {"fileURLs": [{"filename": new, "URL": "https://files.example/log"}]},
    ),
}

CALLBACKS: Final = {
    "/callback/list": Row(expected=admins(), body=lambda who, new: {"pagination": PAGE}),
    "/callback/show": Row(expected=admins(1004), body=lambda who, new: {"eventID": new}),
    "/callback/replay": Row(expected=admins(), body=lambda who, new: {"all": True}),
    "/callback/discard": Row(expected=admins(), body=lambda who, new: {"allDead": True}),
    "/callback/statistics": Row(expected=admins(), body=lambda who, new: {}),
    "/callback/log": Row(expected=admins(), body=lambda who, new: {"pagination": PAGE}),
    "/friend/get_import_log": Row(expected=admins(), body=lambda who, new: {"pagination": PAGE}),
    "/callback/log_entry": Row(expected=admins(1004), body=lambda who, new: {"seq": 0}),
    "/callback/settings": Row(expected=admins(), body=lambda who, new: {}),
    "/callback/try": Row(expected=admins(1001), body=lambda who, new: {"callbackCommand": new}),
}
