"""What the app's business server is asked and told by who manages a group, and what its answers make of it."""

import asyncio

import pytest

from tests.integration.groups.conftest import HELPER, MEMBER, OTHER, OWNER, USERS, Circle
from tests.support.behaviour import Answer
from tests.support.business_server import ALLOW

BEFORE = ("beforeSetGroupInfo", "beforeSetGroupInfoEx", "beforeSetGroupMemberInfo")
AFTER = (
    "afterSetGroupInfo",
    "afterSetGroupInfoEx",
    "afterSetGroupMemberInfo",
    "afterTransferGroupOwner",
    "afterDismissGroup",
    "afterMuteGroupMember",
    "afterMuteGroup",
)
SET = ("groupName", "notification", "introduction", "faceURL", "ex", "needVerification", "lookMemberInfo")


@pytest.fixture
async def start_circle(start_server, business):
    async def start(*settings):
        callbacks = {"url": business.url, **{setting: {"enable": True, "timeout": 5} for setting in settings}}
        rest = await start_server(callbacks=callbacks)
        await rest.register(*USERS)
        return Circle(rest)

    return start


async def told(business, count=1):
    return [request.json for request in (await business.wait_for(count))[-count:]]


async def test_the_plain_form_asks_with_empty_values_and_tells_with_null(start_circle, business):
    circle = await start_circle("beforeSetGroupInfo", "afterSetGroupInfo")
    group = await circle.make()
    fields = {"groupInfoForSet": {"groupID": group, "groupName": "N"}}
    await circle.rest.data("/group/set_group_info", fields, user=OWNER)
    before, after = await told(business, 2)
    assert before["callbackCommand"] == "callbackBeforeSetGroupInfoCommand"
    assert [before[name] for name in SET] == ["N", "", "", "", "", 0, 0]
    assert [after[name] for name in SET] == ["N", "", "", "", None, None, None]
    assert before["groupID"] == after["groupID"] == group


async def test_the_other_form_asks_and_tells_with_null_where_nothing_is_given(start_circle, business):
    circle = await start_circle("beforeSetGroupInfoEx", "afterSetGroupInfoEx")
    group = await circle.make()
    await circle.do("set_group_info_ex", group, notification="", needVerification=0, historyForNewMembers=True)
    before, after = await told(business, 2)
    assert [before[name] for name in SET] == [after[name] for name in SET] == [None, "", None, None, None, 0, None]


async def test_an_answer_replaces_what_it_names_and_nothing_else(start_circle, business):
    circle = await start_circle("beforeSetGroupInfoEx", "afterSetGroupInfoEx")
    group = await circle.make(introduction="I", faceURL="F")
    business.then({**ALLOW, "groupID": group, "groupName": "Theirs", "ex": None, "lookMemberInfo": 1})
    await circle.do("set_group_info_ex", group, groupName="Mine", notification="A")
    info = await circle.info(group)
    named = ("groupName", "notification", "introduction", "faceURL", "lookMemberInfo")
    assert [info[name] for name in named] == ["Theirs", "A", "I", "F", 1]
    _, after = await told(business, 2)
    assert (after["groupName"], after["notification"], after["lookMemberInfo"]) == ("Theirs", "A", 1)


async def test_an_answer_of_empty_texts_leaves_what_the_plain_form_sets(start_circle, business):
    circle = await start_circle("beforeSetGroupInfo")
    group = await circle.make(introduction="I")
    business.then({**ALLOW, "groupID": "", "groupName": "", "introduction": "", "faceURL": ""})
    await circle.rest.data(
        "/group/set_group_info", {"groupInfoForSet": {"groupID": group, "groupName": "N"}}, user=OWNER
    )
    info = await circle.info(group)
    assert (info["groupName"], info["introduction"]) == ("N", "I")


@pytest.mark.parametrize(
    "replaced",
    [{"groupName": " "}, {"groupID": "another"}, {"ex": "e" * 16_385}, {"notification": "n" * 8193}],
    ids=["a blank name", "another group", "a long ex", "a long announcement"],
)
async def test_an_answer_that_makes_what_cannot_be_asked_for_is_refused(start_circle, business, replaced):
    circle = await start_circle("beforeSetGroupInfoEx")
    group = await circle.make()
    before = await circle.state(group)
    business.then({**ALLOW, **replaced})
    assert (await circle.post("set_group_info_ex", group, groupName="N"))["errCode"] == 90007
    assert await circle.state(group) == before


@pytest.mark.parametrize("setting", BEFORE)
async def test_a_refusal_is_answered_and_nothing_is_done(start_circle, business, setting):
    circle = await start_circle(setting)
    group = await circle.make()
    before = await circle.state(group)
    business.then({**ALLOW, "nextCode": 1, "errCode": 5001, "errMsg": "No"})
    calls = {
        "beforeSetGroupInfo": lambda: circle.rest.post(
            "/group/set_group_info", {"groupInfoForSet": {"groupID": group, "groupName": "N"}}, user=OWNER
        ),
        "beforeSetGroupInfoEx": lambda: circle.post("set_group_info_ex", group, groupName="N"),
        "beforeSetGroupMemberInfo": lambda: circle.set_members(group, {"userID": MEMBER, "nickname": "M"}),
    }
    assert (await calls[setting]())["errCode"] == 5001
    assert await circle.state(group) == before


async def test_who_may_not_is_refused_before_the_business_server_is_asked(start_circle, business):
    circle = await start_circle(*BEFORE)
    group = await circle.make()
    assert (await circle.post("set_group_info_ex", group, user=MEMBER, groupName="N"))["errCode"] == 1002
    fields = {"groupInfoForSet": {"groupID": group, "groupName": "N"}}
    assert (await circle.rest.post("/group/set_group_info", fields, user="stranger"))["errCode"] == 1004
    assert (await circle.set_members(group, {"userID": OTHER, "nickname": "N"}, user=MEMBER))["errCode"] == 1002
    assert (await circle.set_members("nowhere", {"userID": OTHER, "nickname": "N"}, user=MEMBER))["errCode"] == 1002
    assert business.requests == []


async def test_what_changed_while_the_business_server_was_asked_counts(start_circle, business):
    circle = await start_circle("beforeSetGroupInfoEx")
    group = await circle.make()
    go = asyncio.Event()
    business.then(Answer(ALLOW, after=go))
    setting = asyncio.ensure_future(circle.post("set_group_info_ex", group, user=HELPER, groupName="N"))
    await business.wait_for(1)
    await circle.set_members(group, {"userID": HELPER, "roleLevel": 20})
    go.set()
    assert (await setting)["errCode"] == 1002
    assert (await circle.info(group))["groupName"] == "G"


async def test_each_entry_is_asked_about_and_told_of(start_circle, business):
    circle = await start_circle("beforeSetGroupMemberInfo", "afterSetGroupMemberInfo")
    group = await circle.make()
    business.then({**ALLOW, "nickName": "Theirs"}, {**ALLOW, "roleLevel": 60})
    entries = [{"userID": MEMBER, "nickname": "Mine", "ex": "E"}, {"userID": OTHER, "faceURL": "F"}]
    assert (await circle.set_members(group, *entries))["errCode"] == 0
    first, second, *after = await told(business, 4)
    named = ("userID", "nickName", "faceURL", "roleLevel", "ex")
    assert [first[name] for name in named] == [MEMBER, "Mine", None, None, "E"]
    assert [second[name] for name in named] == [OTHER, None, "F", None, None]
    assert [[each[name] for name in named] for each in after] == [
        [MEMBER, "Theirs", None, None, "E"],
        [OTHER, None, "F", 60, None],
    ]
    members = await circle.members(group)
    assert (members[MEMBER]["nickname"], members[OTHER]["roleLevel"]) == ("Theirs", 60)


@pytest.mark.parametrize(("role", "by"), [(100, OWNER), (30, OWNER), (60, HELPER), (60, MEMBER)])
async def test_a_role_that_the_caller_may_not_give_is_refused_of_an_answer_too(start_circle, business, role, by):
    circle = await start_circle("beforeSetGroupMemberInfo")
    group = await circle.make()
    before = await circle.state(group)
    business.then({**ALLOW, "roleLevel": role})
    assert (await circle.set_members(group, {"userID": MEMBER, "nickname": "M"}, user=by))["errCode"] == 90007
    assert await circle.state(group) == before


async def test_a_new_owner_and_the_end_of_a_group_are_told_once(start_circle, business):
    circle = await start_circle("afterTransferGroupOwner", "afterDismissGroup")
    group = await circle.make()
    await circle.do("transfer_group", group, oldOwnerUserID=OWNER, newOwnerUserID=MEMBER)
    await circle.do("dismiss_group", group, user=MEMBER)
    transferred, dismissed = await told(business, 2)
    assert (transferred["oldOwnerUserID"], transferred["newOwnerUserID"]) == (OWNER, MEMBER)
    assert dismissed["callbackCommand"] == "callbackAfterDisMissGroupCommand"
    assert (dismissed["ownerID"], dismissed["groupType"]) == (MEMBER, "\x02")
    assert dismissed["membersID"] == [MEMBER, HELPER, OTHER, OWNER]


async def test_mutes_are_told(start_circle, business):
    circle = await start_circle("afterMuteGroupMember", "afterMuteGroup")
    group = await circle.make()
    await circle.do("mute_group_member", group, userID=MEMBER, mutedSeconds=60, user=HELPER)
    await circle.do("cancel_mute_group_member", group, userID=MEMBER)
    await circle.do("mute_group", group)
    await circle.do("cancel_mute_group", group)
    of_member, of_nobody, of_all, of_none = await told(business, 4)
    assert (of_member["userID"], of_member["operatorUserID"], of_member["mutedSeconds"]) == (MEMBER, HELPER, 60)
    assert of_nobody["mutedSeconds"] == 0
    assert (of_all["isMuted"], of_none["isMuted"], of_all["operatorUserID"]) == (True, False, OWNER)


async def test_a_refused_call_tells_nothing(start_circle, business):
    circle = await start_circle(*AFTER)
    group = await circle.make()
    await circle.post("set_group_info_ex", group, user=MEMBER, groupName="N")
    await circle.post("transfer_group", group, oldOwnerUserID=OWNER, newOwnerUserID="nobody")
    await circle.post("dismiss_group", group, user=HELPER)
    await circle.post("mute_group_member", group, user=MEMBER, userID=OTHER, mutedSeconds=1)
    await circle.do("set_group_info_ex", group)  # sets nothing
    await circle.do("mute_group", group)
    (only,) = await told(business)
    assert only["callbackCommand"] == "callbackAfterMuteGroupCommand"
    assert len(business.requests) == 1
