"""The notifications of profiles: the JSON, letter by letter as OpenIM sends it, and who gets them."""

from amity.users import notices
from tests.support.recording_push import RecordingPush


def test_a_changed_profile_notifies_the_user_and_the_users_who_see_it():
    push = RecordingPush()
    notices.notify_profile_changed(push, "imAdmin", "ann", ["bob", "cy"], "op-1")
    assert push.received() == [
        (["ann"], "n_ann_imAdmin", 1303, '{"userID":"ann"}'),
        (["bob", "cy"], "n_ann_imAdmin", 1209, '{"userID":"ann"}'),
    ]


def test_a_user_who_changes_its_own_profile_is_notified_too():
    push = RecordingPush()
    notices.notify_profile_changed(push, "ann", "ann", [], "op-1")
    assert push.received() == [(["ann"], "n_ann_ann", 1303, '{"userID":"ann"}')]


def test_only_connected_users_who_see_the_profile_are_notified():
    push = RecordingPush(["cy"])
    notices.notify_profile_changed(push, "ann", "ann", ["bob", "cy", "dee"], "op-1")
    assert [each.users for each in push.notified] == [["ann"], ["cy"]]


def test_all_notifications_have_the_callers_operation_id():
    push = RecordingPush()
    notices.notify_profile_changed(push, "ann", "ann", ["bob"], "op-1")
    assert {each.operation_id for each in push.notified} == {"op-1"}
