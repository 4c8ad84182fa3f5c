"""What clients are told of profiles: the JSON, letter by letter as OpenIM sends it, and whom."""

from amity.users import notices
from tests.support.recording_push import RecordingPush


def test_a_changed_profile_is_told_to_the_user_and_those_who_see_it():
    push = RecordingPush()
    notices.notify_profile_changed(push, "imAdmin", "ann", ["bob", "cy"], "op-1")
    assert push.received() == [
        (["ann"], "n_ann_imAdmin", 1303, '{"userID":"ann"}'),
        (["bob", "cy"], "n_ann_imAdmin", 1209, '{"userID":"ann"}'),
    ]


def test_who_changes_its_own_is_told_so_too():
    push = RecordingPush()
    notices.notify_profile_changed(push, "ann", "ann", [], "op-1")
    assert push.received() == [(["ann"], "n_ann_ann", 1303, '{"userID":"ann"}')]


def test_of_those_who_see_it_only_who_is_connected_is_told():
    push = RecordingPush(["cy"])
    notices.notify_profile_changed(push, "ann", "ann", ["bob", "cy", "dee"], "op-1")
    assert [each.users for each in push.told] == [["ann"], ["cy"]]


def test_all_of_it_is_traced_by_the_callers_operation():
    push = RecordingPush()
    notices.notify_profile_changed(push, "ann", "ann", ["bob"], "op-1")
    assert {each.operation_id for each in push.told} == {"op-1"}
