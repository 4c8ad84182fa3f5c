"""What goes over the wire: every event's body as OpenIM 3.8 sends it, byte for byte, and what of it is read."""

import json
from typing import Any

import msgspec
import pytest

from amity.business import events
from amity.wire.events.catalogue import EVENTS, parse, payload
from amity.wire.events.event import Event
from tests.support.recorded_callbacks import recorded_requests
from tests.unit.callbacks.group_bodies import GROUP_BODIES

# Source: open-im-server 3.8, pkg/callbackstruct/{friend,user,message,common,group}.go and the code that fills them:
# internal/rpc/{relation,user}/callback.go, internal/msggateway/callback.go. Fields stand in the order of the structs.
USER = events.UserProfile(user_id="ann", nickname="Ann")
USER_JSON = (
    '{"userID":"ann","nickname":"Ann","faceURL":"","ex":"","createTime":0,"appMangerLevel":0,"globalRecvMsgOpt":0}'
)
SEEN: dict[str, Any] = {
    "operation_id": "op",
    "platform_id": 5,
    "platform": "Web",
    "user_id": "ann",
    "seq": 1700000000000,
}
SEEN_JSON = '"operationID":"op","platformID":5,"platform":"Web","userID":"ann","seq":1700000000000'
# Those of messages, pushes and conversations: internal/rpc/{msg,conversation}/callback.go, internal/push/callback.go.
MESSAGE: dict[str, Any] = {
    "send_id": "ann",
    "server_msg_id": "s1",
    "client_msg_id": "c1",
    "operation_id": "op",
    "sender_platform_id": 5,
    "sender_nickname": "Ann",
    "session_type": 1,
    "msg_from": 100,
    "content_type": 101,
    "status": 2,
    "send_time": 1700000000000,
    "create_time": 1700000000001,
    "content": "{}",
    "seq": 3,
    "at_user_list": None,
    "face_url": "",
    "ex": "e",
}
MESSAGE_JSON = (
    '"sendID":"ann","serverMsgID":"s1","clientMsgID":"c1","operationID":"op","senderPlatformID":5,'
    '"senderNickname":"Ann","sessionType":1,"msgFrom":100,"contentType":101,"status":2,"sendTime":1700000000000,'
    '"createTime":1700000000001,"content":"{}","seq":3,"atUserList":null,"faceURL":"","ex":"e"'
)
PUSH: dict[str, Any] = {
    "operation_id": "op",
    "platform_id": 5,
    "platform": "Web",
    "user_ids": ("bob",),
    "client_msg_id": "c1",
    "send_id": "ann",
    "group_id": "",
    "content_type": 101,
    "session_type": 1,
    "at_user_id_list": ("bob",),
    "content": "{}",
}
PUSH_JSON = (
    '"operationID":"op","platformID":5,"platform":"Web","userIDList":["bob"],"clientMsgID":"c1","sendID":"ann",'
    '"groupID":"","contentType":101,"sessionType":1,"atUserIDList":["bob"],"content":"{}"'
)
CHAT: dict[str, Any] = {
    "owner_user_id": "bob",
    "conversation_id": "si_ann_bob",
    "conversation_type": 1,
    "user_id": "ann",
    "recv_msg_opt": 0,
    "is_pinned": False,
    "is_private_chat": False,
    "burn_duration": 0,
    "group_at_type": 0,
    "attached_info": "",
    "ex": "",
}
CHAT_JSON = (
    '"ownerUserId":"bob","conversationId":"si_ann_bob","conversationType":1,"userId":"ann","recvMsgOpt":0,'
    '"isPinned":false,"isPrivateChat":false,"burnDuration":0,"groupAtType":0,"attachedInfo":"","ex":""'
)
GROUP_PUSH = {name: value for name, value in PUSH.items() if name != "user_ids"} | {"group_id": "g1", "session_type": 3}
BODIES: list[tuple[Event, str]] = [
    (events.BeforeUserRegister(users=[USER]), f'"callbackBeforeUserRegisterCommand","users":[{USER_JSON}]'),
    (events.AfterUserRegister(users=[USER]), f'"callbackAfterUserRegisterCommand","users":[{USER_JSON}]'),
    (
        events.BeforeUpdateUserInfo(user_id="ann", nick_name="Ann", face_url=""),
        '"callbackBeforeUpdateUserInfoCommand","userID":"ann","nickName":"Ann","faceURL":"","ex":null',
    ),
    (
        events.AfterUpdateUserInfo(user_id="ann", nick_name="Ann", face_url="", ex=""),
        '"callbackAfterUpdateUserInfoCommand","userID":"ann","nickName":"Ann","faceURL":"","ex":""',
    ),
    (
        events.BeforeUpdateUserInfoEx(user_id="ann", nick_name="Ann"),
        '"callbackBeforeUpdateUserInfoExCommand","userID":"ann","nickName":"Ann","faceURL":null,"ex":null',
    ),
    (
        events.AfterUpdateUserInfoEx(user_id="ann", nick_name="Ann"),
        '"callbackAfterUpdateUserInfoExCommand","userID":"ann","nickName":"Ann","faceURL":null,"ex":null',
    ),
    (
        events.BeforeImportFriends(owner_user_id="ann", friend_user_ids=["bob", "cy"]),
        '"callbackBeforeImportFriendsCommand","ownerUserID":"ann","friendUserIDs":["bob","cy"]',
    ),
    (
        events.AfterImportFriends(owner_user_id="ann", friend_user_ids=["bob", "cy"]),
        '"callbackAfterImportFriendsCommand","ownerUserID":"ann","friendUserIDs":["bob","cy"]',
    ),
    (
        events.AfterDeleteFriend(owner_user_id="ann", friend_user_id="bob"),
        '"callbackAfterDeleteFriendCommand","ownerUserID":"ann","friendUserID":"bob"',
    ),
    (
        events.BeforeSetFriendRemark(owner_user_id="ann", friend_user_id="bob", remark=""),
        '"callbackBeforeSetFriendRemarkCommand","ownerUserID":"ann","friendUserID":"bob","remark":""',
    ),
    (
        events.AfterSetFriendRemark(owner_user_id="ann", friend_user_id="bob", remark=""),
        '"callbackAfterSetFriendRemarkCommand","ownerUserID":"ann","friendUserID":"bob","remark":""',
    ),
    (
        events.BeforeAddFriend(from_user_id="ann", to_user_id="bob", req_msg="", ex=""),
        '"callbackBeforeAddFriendCommand","fromUserID":"ann","toUserID":"bob","reqMsg":"","ex":""',
    ),
    (
        events.AfterAddFriend(from_user_id="ann", to_user_id="bob", req_msg=""),
        '"callbackAfterAddFriendCommand","fromUserID":"ann","toUserID":"bob","reqMsg":""',
    ),
    (
        events.BeforeAddFriendAgree(from_user_id="ann", to_user_id="bob", handle_result=1, handle_msg=""),
        '"callbackBeforeAddFriendAgreeCommand","fromUserID":"ann","blackUserID":"bob","HandleResult":1,"HandleMsg":""',
    ),
    (
        events.AfterAddFriendAgree(from_user_id="ann", to_user_id="bob", handle_result=1, handle_msg=""),
        '"callbackAfterAddFriendAgreeCommand","fromUserID":"ann","blackUserID":"bob","HandleResult":1,"HandleMsg":""',
    ),
    (
        events.BeforeAddBlack(owner_user_id="ann", black_user_id="bob"),
        '"callbackBeforeAddBlackCommand","ownerUserID":"ann","blackUserID":"bob"',
    ),
    (
        events.AfterAddBlack(owner_user_id="ann", black_user_id="bob"),
        '"callbackAfterAddBlackCommand","ownerUserID":"ann","blackUserID":"bob"',
    ),
    (
        events.AfterRemoveBlack(owner_user_id="ann", black_user_id="bob"),
        '"callbackAfterRemoveBlackCommand","ownerUserID":"ann","blackUserID":"bob"',
    ),
    (
        events.AfterUserOnline(**SEEN, is_app_background=False, conn_id="c1"),
        f'"callbackAfterUserOnlineCommand",{SEEN_JSON},"isAppBackground":false,"connID":"c1"',
    ),
    (
        events.AfterUserOffline(**SEEN, conn_id="c1"),
        f'"callbackAfterUserOfflineCommand",{SEEN_JSON},"connID":"c1"',
    ),
    (events.AfterUserKickOff(**SEEN), f'"callbackAfterUserKickOffCommand",{SEEN_JSON}'),
    (
        events.BeforeSendSingleMsg(**MESSAGE, recv_id="bob"),
        f'"callbackBeforeSendSingleMsgCommand",{MESSAGE_JSON},"recvID":"bob"',
    ),
    (
        events.AfterSendSingleMsg(**MESSAGE, recv_id="bob"),
        f'"callbackAfterSendSingleMsgCommand",{MESSAGE_JSON},"recvID":"bob"',
    ),
    (
        events.BeforeSendGroupMsg(**MESSAGE, group_id="g1"),
        f'"callbackBeforeSendGroupMsgCommand",{MESSAGE_JSON},"groupID":"g1"',
    ),
    (
        events.AfterSendGroupMsg(**MESSAGE, group_id="g1"),
        f'"callbackAfterSendGroupMsgCommand",{MESSAGE_JSON},"groupID":"g1"',
    ),
    (events.BeforeMsgModify(**MESSAGE), f'"callbackBeforeMsgModifyCommand",{MESSAGE_JSON}'),
    (
        events.AfterMsgSaveDB(**MESSAGE, recv_id="bob", group_id=""),
        f'"callbackAfterMsgSaveDBCommand",{MESSAGE_JSON},"recvID":"bob","groupID":""',
    ),
    (
        events.AfterSingleMsgRead(conversation_id="si_ann_bob", user_id="bob", seqs=[1, 2], content_type=1),
        '"callbackAfterSingleMsgReadCommand","conversationID":"si_ann_bob","userID":"bob","Seqs":[1,2],"contentType":1',
    ),
    (
        events.AfterGroupMsgRead(send_id="bob", receive_id="g1", unread_msg_num=0, content_type=3),
        '"callbackAfterGroupMsgReadCommand","sendID":"bob","receiveID":"g1","unreadMsgNum":0,"contentType":3',
    ),
    (
        events.AfterRevokeMsg(conversation_id="si_ann_bob", seq=7, user_id="ann"),
        '"callbackBeforeAfterMsgCommand","conversationID":"si_ann_bob","seq":7,"userID":"ann"',
    ),
    (events.BeforeOnlinePush(**PUSH), f'"callbackBeforeOnlinePushCommand",{PUSH_JSON}'),
    (
        events.BeforeGroupOnlinePush(**GROUP_PUSH, seq=7),
        (
            '"callbackBeforeGroupOnlinePushCommand","operationID":"op","platformID":5,"platform":"Web","clientMsgID":"c1",'
            '"sendID":"ann","groupID":"g1","contentType":101,"sessionType":3,"atUserIDList":["bob"],"content":"{}","seq":7'
        ),
    ),
    (
        events.BeforeOfflinePush(**PUSH, title="t", ios_badge_count=True),
        f'"callbackBeforeOfflinePushCommand",{PUSH_JSON},"title":"t","iOSBadgeCount":true',
    ),
    (
        events.AfterOfflinePush(
            operation_id="op",
            receivers=[
                events.PushReceiver(
                    user_id="bob",
                    badge=3,
                    devices=[events.PushDevice(platform_id=2, token="t", expire_time=0)],
                )
            ],
            title="t",
            desc="d",
            ex="e",
            ios_push_sound="s",
            ios_badge_count=True,
            conversation_id="si_ann_bob",
            client_msg_id="c",
            server_msg_id="s",
            seq=7,
            send_id="ann",
            sender_nickname="Ann",
            group_id="",
            content_type=101,
            session_type=1,
            send_time=5,
        ),
        (
            '"callbackAfterOfflinePushCommand","operationID":"op","receivers":[{"userID":"bob","badge":3,"devices":'
            '[{"platformID":2,"token":"t","expireTime":0}]}],"title":"t","desc":"d","ex":"e","iOSPushSound":"s",'
            '"iOSBadgeCount":true,"conversationID":"si_ann_bob","clientMsgID":"c","serverMsgID":"s","seq":7,'
            '"sendID":"ann","senderNickname":"Ann","groupID":"","contentType":101,"sessionType":1,"sendTime":5'
        ),
    ),
    (
        events.BeforeCreateSingleChatConversations(**CHAT),
        f'"callbackBeforeCreateSingleChatConversationsCommand",{CHAT_JSON}',
    ),
    (
        events.AfterCreateSingleChatConversations(**CHAT),
        f'"callbackAfterCreateSingleChatConversationsCommand",{CHAT_JSON}',
    ),
    *GROUP_BODIES,
]
AGREEMENTS = (events.BeforeAddFriendAgree, events.AfterAddFriendAgree)
every_agreement = pytest.mark.parametrize("kind", AGREEMENTS, ids=lambda kind: kind.__name__)


@pytest.mark.parametrize(("event", "fields"), BODIES, ids=[type(event).__name__ for event, _ in BODIES])
def test_an_event_is_sent_as_openim_sends_it(event, fields):
    body = f'{{"callbackCommand":{fields}}}'.encode()
    assert payload(event) == body
    assert parse(event.command, body) == event


@pytest.mark.parametrize("request_", recorded_requests(), ids=lambda request: request.command)
def test_every_recorded_body_is_read_whole(request_):
    written = json.loads(payload(parse(request_.command, request_.body)))
    # Of the texts for devices that are offline, empty ones are left out.
    assert written == {name: value for name, value in request_.fields.items() if name in written or value != ""}
    assert written.keys() >= request_.fields.keys() - {"signalInfo"}


def test_every_event_is_held_to_what_openim_sends():
    assert tuple(type(event) for event, _ in BODIES) == EVENTS


# Documented names --------------------------------------------------------------------------------------------------


@every_agreement
def test_the_documented_names_go_out_beside_those_of_openim_s_server(kind):
    event = kind(from_user_id="ann", to_user_id="bob", handle_result=1, handle_msg="wélcome")
    assert (
        payload(event, documented_names=True)
        == (
            f'{{"callbackCommand":"{kind.command}","fromUserID":"ann","blackUserID":"bob","HandleResult":1,'
            '"HandleMsg":"wélcome","toUserID":"bob","handleResult":1,"handleMsg":"wélcome"}'
        ).encode()
    )


def test_the_numbers_that_were_read_have_two_names_too():
    event = events.AfterSingleMsgRead(conversation_id="si_ann_bob", user_id="bob", seqs=[1], content_type=1)
    assert payload(event, documented_names=True).endswith(b'"Seqs":[1],"contentType":1,"seqs":[1]}')
    assert parse(event.command, payload(event, documented_names=True).replace(b'"Seqs":[1],', b"")) == event


def test_all_other_events_have_one_name_for_every_field():
    for event, _ in BODIES:
        if not isinstance(event, (*AGREEMENTS, events.AfterSingleMsgRead)):
            assert event.documented == {}
            assert payload(event, documented_names=True) == payload(event)


@every_agreement
@pytest.mark.parametrize(
    "fields",
    [
        {"blackUserID": "bob", "HandleResult": 1, "HandleMsg": "hi"},
        {"toUserID": "bob", "handleResult": 1, "handleMsg": "hi"},
        {"toUserID": "bob", "HandleResult": 1, "handleMsg": "hi", "added": {"later": [1]}},
        {"toUserID": "bob", "blackUserID": "bob", "HandleResult": 1, "handleResult": 1, "HandleMsg": "hi"},
        {"blackUserID": "bob", "HandleResult": 1, "HandleMsg": "hi", "toUserID": 5, "handleResult": None},
    ],
    ids=["as sent", "as documented", "mixed", "both", "as sent beside something else"],
)
def test_either_name_is_read_and_the_one_that_openim_sends_counts(kind, fields):
    body = json.dumps({"callbackCommand": kind.command, "fromUserID": "ann"} | fields).encode()
    event = kind(from_user_id="ann", to_user_id="bob", handle_result=1, handle_msg="hi")
    assert parse(kind.command, body) == event


@every_agreement
def test_what_is_sent_under_both_names_is_read_as_one_event(kind):
    event = kind(from_user_id="ann", to_user_id="bob", handle_result=1, handle_msg="")
    assert parse(kind.command, payload(event, documented_names=True)) == event


@every_agreement
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b'"toUserID"',
        b"{",
        b'{"fromUserID":"ann","HandleResult":1,"HandleMsg":""}',
        b'{"fromUserID":"ann","toUserID":null,"HandleResult":1,"HandleMsg":""}',
        b'{"fromUserID":"ann","toUserID":"bob","handleResult":"1","HandleMsg":""}',
        b'{"fromUserID":"ann","toUserID":"\xff","handleResult":1,"HandleMsg":""}',
    ],
)
def test_a_body_that_does_not_fit_is_refused_under_either_name(kind, body):
    with pytest.raises((msgspec.DecodeError, UnicodeDecodeError)):
        parse(kind.command, body)


def test_an_application_without_ex_is_read():
    # OpenIM's documentation has a sample without it.
    body = b'{"callbackCommand":"callbackBeforeAddFriendCommand","fromUserID":"a","toUserID":"b","reqMsg":"hi"}'
    event = events.BeforeAddFriend(from_user_id="a", to_user_id="b", req_msg="hi", ex="")
    assert parse(events.BeforeAddFriend.command, body) == event


# Order -------------------------------------------------------------------------------------------------------------


def test_an_agreement_keeps_its_order_with_the_application_that_it_answers():
    asked = events.AfterAddFriend(from_user_id="ann", to_user_id="bob", req_msg="")
    for kind in AGREEMENTS:
        assert kind(from_user_id="ann", to_user_id="bob", handle_result=1, handle_msg="").owner() == asked.owner()
    assert asked.owner() == "ann"


def test_what_is_told_of_a_conversation_keeps_its_order():
    told = (
        events.AfterSendSingleMsg(**MESSAGE, recv_id="bob"),
        events.AfterMsgSaveDB(**MESSAGE, recv_id="bob", group_id=""),
        events.AfterSingleMsgRead(conversation_id="si_ann_bob", user_id="bob", seqs=[1], content_type=1),
        events.AfterCreateSingleChatConversations(**CHAT),
    )
    assert {event.owner() for event in told} == {"si_ann_bob"}
    assert events.AfterMsgSaveDB(**MESSAGE, recv_id="", group_id="g1").owner() == "sg_g1"


def test_what_becomes_of_a_blacklist_keeps_the_order_of_its_owner():
    for kind in (events.BeforeAddBlack, events.AfterAddBlack, events.AfterRemoveBlack):
        assert kind(owner_user_id="ann", black_user_id="bob").owner() == "ann"
