"""What clients are told of friend lists: the JSON, letter by letter as OpenIM sends it, and whom."""

import json

import pytest

from amity.relations import notices
from tests.support.recording_push import RecordingPush


@pytest.fixture
def push():
    return RecordingPush()


def test_an_import_of_one_is_told_to_both(push):
    notices.tell_imported(push, "ann", ["bob"], "op-1")
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


def test_it_comes_from_the_friend_as_if_it_had_accepted(push):
    notices.tell_imported(push, "ann", ["bob"], "op-1")
    (only,) = push.told
    assert (only.notification.send_id, only.notification.recv_id) == ("bob", "ann")


def test_an_import_of_many_is_told_once_to_the_owner_and_once_to_each_friend(push):
    friends = [f"friend{number}" for number in range(1000)]
    notices.tell_imported(push, "ann", friends, "op-1")
    told_users = [user for each in push.told for user in each.users]
    assert sorted(told_users) == sorted(["ann", *friends])


def test_each_friend_learns_of_its_own_pair_only(push):
    notices.tell_imported(push, "ann", ["bob", "cy", "dee"], "op-1")
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
def test_nothing_is_made_for_who_is_not_connected(connected, expected):
    push = RecordingPush(connected)
    notices.tell_imported(push, "ann", ["bob", "cy", "dee"], "op-1")
    assert [each.users for each in push.told] == expected


def test_a_deletion_is_told_to_the_owner_and_not_to_who_was_deleted(push):
    notices.tell_deleted(push, "bob", "ann", "op-1")
    assert push.received() == [
        (
            ["bob"],
            "n_ann_bob",
            1205,
            '{"fromToUserID":{"fromUserID":"bob","toUserID":"ann"},"friendVersion":0,"friendVersionID":""}',
        )
    ]


def test_a_remark_is_told_to_the_owner_and_not_to_who_is_called_that(push):
    notices.tell_remark_set(push, "ann", "bob", "op-1")
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


def test_an_update_of_several_is_told_to_the_owner_once(push):
    notices.tell_friends_updated(push, "ann", ["bob", "cy"], "op-1")
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


def test_all_of_it_is_traced_by_the_callers_operation(push):
    notices.tell_imported(push, "ann", ["bob", "cy"], "op-1")
    notices.tell_deleted(push, "ann", "bob", "op-1")
    notices.tell_remark_set(push, "ann", "bob", "op-1")
    notices.tell_friends_updated(push, "ann", ["bob"], "op-1")
    assert {each.operation_id for each in push.told} == {"op-1"}
