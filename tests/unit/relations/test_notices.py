"""The notifications of relations: the JSON, letter by letter as OpenIM sends it, and who gets them."""

import json

import pytest

from amity.relations.blacks.notices import notify_black_added, notify_black_removed
from amity.relations.friends import notices
from amity.relations.pair.models import FriendRequest
from amity.relations.pair.notices import notify_agreed
from amity.relations.requests.notices import notify_applied, notify_refused
from tests.support.recording_push import RecordingPush


@pytest.fixture
def push():
    return RecordingPush()


def test_an_import_of_one_friend_notifies_both_users(push):
    notices.notify_imported(push, "ann", ["bob"], "op-1")
    assert push.received() == [
        (
            ["ann", "bob"],
            "n_ann_bob",
            1201,
            (
                '{"fromToUserID":{"fromUserID":"ann","toUserID":"bob"},"handleMsg":"","friendVersion":0,'
                '"friendVersionID":"","request":null}'
            ),
        )
    ]


def test_the_notification_of_an_import_comes_from_the_friend_as_if_it_had_accepted(push):
    notices.notify_imported(push, "ann", ["bob"], "op-1")
    (only,) = push.notified
    assert (only.notification.send_id, only.notification.recv_id) == ("bob", "ann")


def test_an_import_of_many_notifies_the_owner_once_and_each_friend_once(push):
    friends = [f"friend{number}" for number in range(1000)]
    notices.notify_imported(push, "ann", friends, "op-1")
    told_users = [user for each in push.notified for user in each.users]
    assert sorted(told_users) == sorted(["ann", *friends])


def test_each_friend_is_notified_of_its_own_pair_only(push):
    notices.notify_imported(push, "ann", ["bob", "cy", "dee"], "op-1")
    for users, conversation, _, detail in push.received():
        friend = users[-1]
        assert conversation == f"n_ann_{friend}"
        assert json.loads(detail)["fromToUserID"] == {"fromUserID": "ann", "toUserID": friend}


@pytest.mark.parametrize(
    ("connected", "expected"),
    [
        ([], []),
        (["ann"], [["ann", "bob"]]),
        (["bob"], [["ann", "bob"]]),
        (["dee"], [["dee"]]),
        (["ann", "dee"], [["ann", "bob"], ["dee"]]),
    ],
)
def test_no_notification_is_made_for_users_who_are_not_connected(connected, expected):
    push = RecordingPush(connected)
    notices.notify_imported(push, "ann", ["bob", "cy", "dee"], "op-1")
    assert [each.users for each in push.notified] == expected


def test_a_deletion_notifies_the_owner_and_not_the_deleted_friend(push):
    notices.notify_deleted(push, "bob", "ann", "op-1")
    assert push.received() == [
        (
            ["bob"],
            "n_ann_bob",
            1205,
            '{"fromToUserID":{"fromUserID":"bob","toUserID":"ann"},"friendVersion":0,"friendVersionID":""}',
        )
    ]


def test_a_remark_notifies_the_owner_and_not_the_friend(push):
    notices.notify_remark_set(push, "ann", "bob", "op-1")
    assert push.received() == [
        (
            ["ann"],
            "n_ann_bob",
            1206,
            (
                '{"fromToUserID":{"fromUserID":"ann","toUserID":"bob"},"friendVersion":0,"friendVersionID":"",'
                '"friendSortVersion":0}'
            ),
        )
    ]


def test_an_update_of_several_notifies_the_owner_once(push):
    notices.notify_friends_updated(push, "ann", ["bob", "cy"], "op-1")
    assert push.received() == [
        (
            ["ann"],
            "n_ann_ann",
            1210,
            (
                '{"fromToUserID":{"fromUserID":"","toUserID":"ann"},"friendIDs":["bob","cy"],"friendVersion":0,'
                '"friendVersionID":""}'
            ),
        )
    ]


def test_all_notifications_have_the_callers_operation_id(push):
    notices.notify_imported(push, "ann", ["bob", "cy"], "op-1")
    notices.notify_deleted(push, "ann", "bob", "op-1")
    notices.notify_remark_set(push, "ann", "bob", "op-1")
    notices.notify_friends_updated(push, "ann", ["bob"], "op-1")
    assert {each.operation_id for each in push.notified} == {"op-1"}


REQUEST = FriendRequest(
    from_user_id="ann",
    from_nickname="Ann",
    from_face_url="",
    to_user_id="bob",
    to_nickname="Bob",
    to_face_url="b.png",
    handle_result=1,
    req_msg="hi",
    create_time=1700000000123,
    handler_user_id="bob",
    handle_msg="ok",
    handle_time=1700000000456,
    ex="x",
)
REQUEST_JSON = (
    '{"fromUserID":"ann","fromNickname":"Ann","fromFaceURL":"","toUserID":"bob","toNickname":"Bob",'
    '"toFaceURL":"b.png","handleResult":1,"reqMsg":"hi","createTime":1700000000123,"handlerUserID":"bob",'
    '"handleMsg":"ok","handleTime":1700000000456,"ex":"x"}'
)
PAIR_JSON = '"fromToUserID":{"fromUserID":"ann","toUserID":"bob"}'


@pytest.mark.parametrize(
    ("notify", "kind", "sender", "detail"),
    [
        (notify_applied, 1203, "ann", f'{{{PAIR_JSON},"request":{REQUEST_JSON}}}'),
        (notify_refused, 1202, "bob", f'{{{PAIR_JSON},"handleMsg":"ok","request":{REQUEST_JSON}}}'),
        (
            notify_agreed,
            1201,
            "bob",
            f'{{{PAIR_JSON},"handleMsg":"ok","friendVersion":0,"friendVersionID":"","request":{REQUEST_JSON}}}',
        ),
    ],
    ids=["asked", "refused", "agreed"],
)
def test_a_friend_request_and_its_answer_notify_both_users(push, notify, kind, sender, detail):
    notify(push, REQUEST, "op-1")
    ((users, conversation, content_type, sent),) = push.received()
    assert (sorted(users), conversation, content_type, sent) == (["ann", "bob"], "n_ann_bob", kind, detail)
    assert push.notified[0].notification.send_id == sender


@pytest.mark.parametrize(("notify", "kind"), [(notify_black_added, 1207), (notify_black_removed, 1208)])
def test_a_block_and_its_end_notify_the_owner_only(push, notify, kind):
    notify(push, "ann", "bob", "op-1")
    assert push.received() == [(["ann"], "n_ann_bob", kind, f"{{{PAIR_JSON}}}")]
