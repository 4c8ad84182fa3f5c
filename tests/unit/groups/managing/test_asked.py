"""What is to be set of a group, and what an answer makes of it."""

import pytest

from amity.errors import Code, ImError
from amity.groups.managing.asked import EX, PLAIN, GroupFields, asked_by, event_fields, replaced_in
from amity.groups.managing.models import GroupInfoForSet, SetGroupInfoExRequest
from amity.wire.events.groups import ReplaceGroupInfo


def test_empty_texts_are_not_given_in_the_plain_form_alone():
    assert asked_by(GroupInfoForSet(group_id="g", notification="", ex=""), PLAIN) == GroupFields(ex="")
    assert asked_by(SetGroupInfoExRequest(group_id="g", notification=""), EX) == GroupFields(notification="")


@pytest.mark.parametrize("blank", ["", " ", "\t\n"])
def test_a_blank_announcement_takes_it_away(blank):
    assert asked_by(SetGroupInfoExRequest(notification=blank), EX).notification == ""


@pytest.mark.parametrize("blank", ["", " ", "\t\n"])
def test_a_blank_name_is_refused(blank):
    with pytest.raises(ImError) as raised:
        asked_by(SetGroupInfoExRequest(group_name=blank), EX)
    assert raised.value.code == Code.ARGS


def test_what_is_stored_has_the_names_of_a_group():
    fields = GroupFields(group_name="N", face_url="F", history_for_new_members=False)
    assert fields.stored() == {"name": "N", "face_url": "F", "history_for_new": 0}
    assert GroupFields().stored() == {}


def test_an_answer_keeps_what_it_does_not_name():
    asked = GroupFields(group_name="N", ex="E", history_for_new_members=True)
    change = ReplaceGroupInfo(ex="E2", need_verification=0)
    assert replaced_in(asked, change, "g", EX) == asked._replace(ex="E2", need_verification=0)
    assert replaced_in(asked, ReplaceGroupInfo(group_name="", face_url=""), "g", PLAIN) == asked


@pytest.mark.parametrize("change", [ReplaceGroupInfo(group_id="h"), ReplaceGroupInfo(group_name=" ")])
def test_an_answer_that_cannot_be_done_is_the_fault_of_the_business_server(change):
    with pytest.raises(ImError) as raised:
        replaced_in(GroupFields(), change, "g", EX)
    assert raised.value.code == Code.DATA


def test_events_say_of_a_field_that_is_not_given_what_openim_says():
    before = event_fields(GroupFields(group_name="N"), PLAIN.absent_before)
    after = event_fields(GroupFields(group_name="N"), PLAIN.absent_after)
    assert (before["notification"], before["ex"], before["need_verification"]) == ("", "", 0)
    assert (after["notification"], after["ex"], after["need_verification"]) == ("", None, None)
    assert set(event_fields(GroupFields(), EX.absent_before).values()) == {None}
