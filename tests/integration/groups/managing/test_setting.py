"""Setting what a group is: what is told with which version, and what its members see afterwards."""

import pytest

from tests.integration.groups.conftest import HELPER, MEMBER, OTHER, OWNER, STRANGER, USERS, Circle, of_group
from tests.support.rest import ADMIN


async def watch(circle, devices, group):
    """Return a member's device that has been told of all so far, and the version of the list."""
    device = await devices.connect(circle.rest, MEMBER)
    await device.received()
    return device, await circle.version(group)


async def test_all_that_one_call_sets_has_one_version_and_each_notification_the_whole_group(circle, devices):
    group = await circle.make()
    device, version = await watch(circle, devices, group)
    await circle.do("set_group_info_ex", group, groupName="N", notification="A", introduction="I", lookMemberInfo=1)
    told = of_group(await device.received())
    assert [kind for kind, _ in told] == [1519, 1520, 1502]
    for _, detail in told:
        assert detail["groupMemberVersion"] == version + 1
        named = ("groupName", "notification", "introduction", "lookMemberInfo", "notificationUserID")
        assert [detail["group"][name] for name in named] == ["N", "A", "I", 1, OWNER]
        assert detail["group"]["notificationUpdateTime"] > 0
        assert detail["opUser"]["roleLevel"] == 100
    assert await circle.version(group) == version + 1
    info = await circle.info(group)
    assert {**info} == {**told[0][1]["group"]}


async def test_an_increment_after_a_setting_has_the_group_and_no_member(circle):
    group = await circle.make()
    asked = {"groupID": group, "versionID": "", "version": 0}
    start = (
        await circle.rest.data("/group/get_incremental_group_members_batch", {"userID": MEMBER, "reqList": [asked]})
    )["respList"][group]
    await circle.do("set_group_info_ex", group, groupName="N")
    asked = {"groupID": group, "versionID": start["versionID"], "version": start["version"]}
    body = {"userID": MEMBER, "reqList": [asked]}
    answer = (await circle.rest.data("/group/get_incremental_group_members_batch", body, user=MEMBER))["respList"][
        group
    ]
    assert answer["version"] == start["version"] + 1
    assert answer["group"]["groupName"] == "N"
    assert (answer["insert"], answer["update"], answer["delete"], answer["sortVersion"]) == (None, None, [], 0)


async def test_an_announcement_and_a_name_are_messages_and_other_settings_are_not(circle):
    group = await circle.make()
    await circle.do("set_group_info_ex", group, notification="A")
    await circle.do("set_group_info_ex", group, groupName="N")
    await circle.do("set_group_info_ex", group, ex="E")
    await circle.do("set_group_info_ex", group, notification=" ")
    assert await circle.types(group, MEMBER) == [1501, 1519, 1520]
    assert (await circle.info(group))["notification"] == ""


async def test_an_announcement_is_a_message_whatever_the_settings_say(start_server):
    off = {key: {"isSendMsg": False} for key in ("groupInfoSetAnnouncement", "groupInfoSetName")}
    circle = Circle(await start_server(notifications=off))
    await circle.rest.register(*USERS)
    group = await circle.make()
    await circle.do("set_group_info_ex", group, notification="A", groupName="N")
    assert await circle.types(group, MEMBER) == [1501, 1519]


async def test_an_announcement_marks_the_conversation_of_all_but_who_set_it(circle):
    group = await circle.make()
    await circle.do("set_group_info_ex", group, notification="A", user=HELPER)
    marks = {user: (await circle.conversation(group, user))["groupAtType"] for user in (OWNER, HELPER, MEMBER)}
    assert marks == {OWNER: 4, HELPER: 0, MEMBER: 4}


async def test_who_announces_keeps_the_mark_of_an_earlier_announcement(circle):
    group = await circle.make()
    await circle.do("set_group_info_ex", group, notification="A", user=HELPER)
    await circle.do("set_group_info_ex", group, notification="B", user=OWNER)
    assert (await circle.conversation(group, OWNER))["groupAtType"] == 4
    assert (await circle.conversation(group, HELPER))["groupAtType"] == 4


async def test_a_blank_name_is_refused_and_nothing_of_the_call_is_done(circle):
    group = await circle.make()
    before = await circle.state(group)
    for name in ("", "  "):
        assert (await circle.post("set_group_info_ex", group, groupName=name, ex="E"))["errCode"] == 1001
    assert await circle.state(group) == before


async def test_empty_texts_of_the_plain_form_leave_what_is_there_and_null_does(circle):
    group = await circle.make(introduction="I", ex="E", needVerification=1)
    fields = {
        "groupID": group,
        "groupName": "",
        "introduction": "",
        "ex": None,
        "needVerification": None,
        "faceURL": "F",
    }
    answer = await circle.rest.post("/group/set_group_info", {"groupInfoForSet": fields}, user=OWNER)
    assert answer["errCode"] == 0
    info = await circle.info(group)
    named = ("groupName", "introduction", "ex", "needVerification", "faceURL")
    assert [info[name] for name in named] == ["G", "I", "E", 1, "F"]


async def test_a_call_that_sets_nothing_tells_nobody_and_makes_no_version(circle, devices):
    group = await circle.make()
    device, version = await watch(circle, devices, group)
    await circle.do("set_group_info_ex", group)
    assert of_group(await device.received()) == []
    assert await circle.version(group) == version


@pytest.mark.parametrize(
    "fields",
    [{"groupName": "n" * 1025}, {"notification": "n" * 8193}, {"ex": "n" * 16_385}],
    ids=["groupName", "notification", "ex"],
)
async def test_a_text_that_is_too_long_is_refused(circle, fields):
    group = await circle.make()
    assert (await circle.post("set_group_info_ex", group, **fields))["errCode"] == 1001


async def test_an_unknown_group_is_not_found(circle):
    for user in (OWNER, ADMIN):
        assert (await circle.post("set_group_info_ex", "nowhere", user=user, groupName="N"))["errCode"] == 1004


@pytest.mark.parametrize(("given", "seen"), [(True, [1501, 1510]), (False, [1510]), (None, [1501, 1510])])
async def test_the_group_says_what_new_members_see_of_before(circle, given, seen):
    group = await circle.make(needVerification=2)
    await circle.do("set_group_info_ex", group, historyForNewMembers=given)
    await circle.do("join_group", group, user=STRANGER, joinSource=3, inviterUserID=STRANGER)
    assert await circle.types(group, STRANGER) == seen


async def test_what_new_members_see_stays_until_it_is_set_again(circle):
    group = await circle.make(needVerification=2)
    await circle.do("set_group_info_ex", group, historyForNewMembers=False)
    await circle.do("set_group_info_ex", group, historyForNewMembers=None, ex="E")
    await circle.do("join_group", group, user=STRANGER, joinSource=3, inviterUserID=STRANGER)
    assert await circle.types(group, STRANGER) == [1510]
    await circle.do("quit_group", group, user=STRANGER)
    await circle.do("set_group_info_ex", group, historyForNewMembers=True)
    await circle.rest.register("late")
    await circle.do("join_group", group, user="late", joinSource=3, inviterUserID="late")
    assert await circle.types(group, "late") == [1501, 1510, 1504, 1510]
    assert OTHER in await circle.members(group)


@pytest.mark.parametrize("form", ["set_group_info", "set_group_info_ex"])
async def test_what_new_members_see_can_be_left_to_the_settings_again(circle, form):
    group = await circle.make(needVerification=2)
    for given, said in ((False, 0), (1, 1), (0, 0), (-1, None)):
        fields = {"historyForNewMembers": given}
        body = {"groupInfoForSet": {"groupID": group, **fields}} if form == "set_group_info" else fields
        await circle.do(form, group, **body)
        assert (await circle.info(group)).get("historyForNewMembers") == said
    await circle.do("join_group", group, user=STRANGER, joinSource=3, inviterUserID=STRANGER)
    assert await circle.types(group, STRANGER) == [1501, 1510]


async def test_what_new_members_see_is_shown_to_members_and_not_to_strangers(circle):
    group = await circle.make()
    await circle.do("set_group_info_ex", group, historyForNewMembers=False)
    asked = {"groupIDs": [group]}
    shown = {}
    for user in (OWNER, MEMBER, STRANGER):
        (info,) = (await circle.rest.data("/group/get_groups_info", asked, user=user))["groupInfos"]
        shown[user] = info.get("historyForNewMembers")
    assert shown == {OWNER: 0, MEMBER: 0, STRANGER: None}


@pytest.mark.parametrize("value", [2, -2, "1"])
async def test_what_new_members_see_is_one_of_three(circle, value):
    group = await circle.make()
    assert (await circle.post("set_group_info_ex", group, historyForNewMembers=value))["errCode"] == 1001


@pytest.mark.parametrize(
    ("field", "value", "known"),
    [
        ("needVerification", 9, "0, 1 or 2"),
        ("lookMemberInfo", 9, "0 or 1"),
        ("applyMemberFriend", -4, "0 or 1"),
    ],
)
async def test_a_number_that_means_nothing_is_refused_by_its_name(circle, field, value, known):
    group = await circle.make()
    before = await circle.state(group)
    plain = await circle.rest.post("/group/set_group_info", {"groupInfoForSet": {"groupID": group, field: value}})
    other = await circle.post("set_group_info_ex", group, **{field: value})
    for answer in (plain, other):
        assert (answer["errCode"], answer["errDlt"]) == (1001, f"{field}: must be {known}, got {value}")
    assert await circle.state(group) == before
