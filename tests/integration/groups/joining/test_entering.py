"""Coming into groups: inviting, joining, answering."""

import asyncio

import pytest

from tests.integration.groups.conftest import HELPER, MEMBER, OTHER, OWNER, STRANGER, USERS, Circle, of_group
from tests.support.business_server import ALLOW
from tests.support.rest import ADMIN


def join(circle, group, user=STRANGER, **fields):
    fields = {"joinSource": 3, "inviterUserID": user, "reqMessage": "please", **fields}
    return circle.post("join_group", group, user=fields.pop("by", user), **fields)


def answer(circle, group, result=1, *, user=OWNER, applicant=STRANGER):
    fields = {"fromUserID": applicant, "handleResult": result, "handledMsg": "because"}
    return circle.post("group_application_response", group, user=user, **fields)


@pytest.fixture
async def guests(circle):
    """Users who are in no group."""
    names = [f"guest{number:03}" for number in range(120)]
    await circle.rest.register(*names)
    return names


async def test_who_is_invited_is_told_of_in_parts_each_with_a_version_of_its_own(circle, guests, devices):
    group = await circle.make()
    device = await devices.connect(circle.rest, MEMBER)
    version = await circle.version(group)
    await device.received()
    await circle.do("invite_user_to_group", group, invitedUserIDs=guests)
    told = of_group(await device.received())
    assert [(kind, len(detail["invitedUserList"])) for kind, detail in told] == [(1509, 50), (1509, 50), (1509, 20)]
    assert [detail["groupMemberVersion"] for _, detail in told] == [version + at for at in (1, 2, 3)]
    assert [detail["group"]["memberCount"] for _, detail in told] == [54, 104, 124]
    assert await circle.version(group) == version + 3


async def test_members_are_left_out_of_an_invitation_and_the_rest_comes_in(circle):
    group = await circle.make()
    await circle.do("invite_user_to_group", group, invitedUserIDs=[MEMBER, STRANGER])
    assert (await circle.members(group))[STRANGER]["inviterUserID"] == OWNER
    assert (await circle.info(group))["memberCount"] == 5


@pytest.mark.parametrize(("users", "code"), [([STRANGER, "unknown"], 1004), ([STRANGER] * 2, 1001), ([], 1001)])
async def test_an_invitation_that_is_refused_brings_nobody_in(circle, users, code):
    group = await circle.make()
    before = await circle.state(group)
    assert (await circle.post("invite_user_to_group", group, invitedUserIDs=users))["errCode"] == code
    assert await circle.state(group) == before


async def test_a_full_group_takes_nobody_of_an_invitation(start_server):
    circle = Circle(await start_server(limits={"membersPerGroup": 5}))
    await circle.rest.register(*USERS, "one", "two")
    group = await circle.make()
    before = await circle.state(group)
    assert (await circle.post("invite_user_to_group", group, invitedUserIDs=["one", "two"]))["errCode"] == 1360
    assert await circle.state(group) == before
    await circle.do("invite_user_to_group", group, invitedUserIDs=["one"])


async def test_who_an_ordinary_member_invites_waits_where_the_group_wants_it(circle, devices):
    group = await circle.make(needVerification=1)
    invited = await devices.connect(circle.rest, STRANGER)
    manager = await devices.connect(circle.rest, HELPER)
    await manager.received()
    await circle.do("invite_user_to_group", group, user=MEMBER, invitedUserIDs=[STRANGER], reason="R")
    assert STRANGER not in await circle.members(group)
    assert await circle.applications(group) == {STRANGER: 0}
    for device in (invited, manager):
        ((kind, detail),) = of_group(await device.received())
        assert (kind, detail["applicant"]["userID"], detail["request"]["inviterUserID"]) == (1503, STRANGER, MEMBER)
    await circle.do("invite_user_to_group", group, user=HELPER, invitedUserIDs=[STRANGER])
    assert STRANGER in await circle.members(group)
    assert await circle.applications(group) == {STRANGER: 1}


async def test_who_joins_an_open_group_is_in_it_and_told(circle, devices):
    group = await circle.make(needVerification=2)
    device = await devices.connect(circle.rest, STRANGER)
    version = await circle.version(group)
    assert (await join(circle, group))["errCode"] == 0
    ((kind, detail),) = of_group(await device.received())
    assert (kind, detail["groupMemberVersion"], detail["entrantUser"]["userID"]) == (1510, version + 1, STRANGER)
    assert (await circle.members(group))[STRANGER]["joinSource"] == 3
    assert (await join(circle, group))["errCode"] == 1001


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"joinSource": 0}, 1001),
        ({"joinSource": 5}, 1001),
        ({"inviterUserID": ""}, 1004),
        ({"inviterUserID": OTHER}, 1002),
        ({"by": ADMIN, "inviterUserID": "unknown"}, 1004),
        ({"reqMessage": "r" * 1025}, 1001),
    ],
    ids=["no source", "an unknown source", "nobody", "somebody else", "an unknown user", "a long text"],
)
async def test_joining_is_refused_and_leaves_nothing(circle, fields, code):
    group = await circle.make(needVerification=2)
    before = await circle.state(group)
    assert (await join(circle, group, **fields))["errCode"] == code
    assert await circle.state(group) == before


async def test_an_application_is_told_to_those_who_answer_it_and_its_answer_to_all_of_them(circle, devices):
    group = await circle.make()
    watching = {user: await devices.connect(circle.rest, user) for user in (OWNER, HELPER, MEMBER, STRANGER)}
    for device in watching.values():
        await device.received()
    await join(circle, group)
    told = {user: of_group(await device.received()) for user, device in watching.items()}
    assert {user: [kind for kind, _ in each] for user, each in told.items()} == {
        OWNER: [1503],
        HELPER: [1503],
        MEMBER: [],
        STRANGER: [1503],
    }
    # One of who manages the group, and one of the applicant: a client takes each once.
    assert len({each[0][1]["uuid"] for each in told.values() if each}) == 2
    await answer(circle, group, user=HELPER)
    told = {user: of_group(await device.received()) for user, device in watching.items()}
    assert {user: [kind for kind, _ in each] for user, each in told.items()} == {
        OWNER: [1505, 1510],
        HELPER: [1505, 1510],
        MEMBER: [1510],
        STRANGER: [1505, 1510],
    }
    assert [told[user][0][1]["receiverAs"] for user in (STRANGER, OWNER)] == [0, 1]
    request = told[OWNER][0][1]["request"]
    assert (request["handleResult"], request["handleMsg"], request["handleUserID"]) == (1, "because", HELPER)


async def test_an_application_is_answered_once_and_can_be_made_anew(circle):
    group = await circle.make()
    await join(circle, group)
    assert (await answer(circle, group, -1))["errCode"] == 0
    assert (await answer(circle, group))["errCode"] == 1206
    assert STRANGER not in await circle.members(group)
    await join(circle, group)
    assert (await answer(circle, group))["errCode"] == 0
    assert STRANGER in await circle.members(group)


async def test_of_several_answers_at_once_one_counts(circle):
    group = await circle.make()
    await join(circle, group)
    for user in (OWNER, HELPER):
        await circle.rest.token(user)
    answers = await asyncio.gather(
        answer(circle, group), answer(circle, group, -1, user=HELPER), answer(circle, group, user=ADMIN)
    )
    assert sorted(each["errCode"] for each in answers) == [0, 1206, 1206]


@pytest.mark.parametrize(("result", "applicant", "code"), [(0, STRANGER, 1001), (2, STRANGER, 1001), (1, OTHER, 1004)])
async def test_what_is_no_answer_is_refused(circle, result, applicant, code):
    group = await circle.make()
    await join(circle, group)
    assert (await answer(circle, group, result, applicant=applicant))["errCode"] == code


async def test_the_business_server_may_refuse_who_joins_and_nothing_is_left(start_server, business):
    callbacks = {"url": business.url, "beforeApplyJoinGroup": {"enable": True, "timeout": 5}}
    circle = Circle(await start_server(callbacks=callbacks))
    await circle.rest.register(*USERS)
    group = await circle.make()
    business.then({**ALLOW, "nextCode": 1, "errCode": 5001, "errMsg": "No"})
    assert (await join(circle, group))["errCode"] == 5001
    assert await circle.applications(group) == {}


async def test_many_who_wait_for_many_managers_hold_nobody_up(circle, devices):
    rest = circle.rest
    admins, guests = ([f"{kind}{number}" for number in range(1000)] for kind in ("admin", "guest"))
    for named in (admins, guests):
        await rest.data("/user/user_register", {"users": [{"userID": each, "nickname": each} for each in named]})
    info = {"groupID": "large", "groupName": "G", "groupType": 2, "needVerification": 1}
    body = {"ownerUserID": OWNER, "adminUserIDs": admins, "memberUserIDs": [MEMBER], "groupInfo": info}
    await rest.data("/group/create_group", body, user=OWNER)
    owner, guest = await devices.connect(rest, OWNER), await devices.connect(rest, "guest7")
    await circle.do("invite_user_to_group", "large", user=MEMBER, invitedUserIDs=guests)
    told = [await owner.next() for _ in guests]
    assert {each.type for each in told} == {1503}
    assert [each.detail["applicant"]["userID"] for each in told] == guests
    assert len({each.detail["uuid"] for each in told}) == len(guests)
    assert (await guest.next()).detail["applicant"]["userID"] == "guest7"
    assert await guest.received() == []


async def test_an_application_with_texts_that_no_frame_holds_is_told_of_without_them(circle, devices):
    long = "\x01" * 65_536
    user = {"userID": "long", "nickname": "long", "ex": long}
    await circle.rest.data("/user/user_register", {"users": [user]})
    texts = {"notification": long[:8192], "introduction": long[:8192], "faceURL": long[:8192], "ex": long[:16_384]}
    group = await circle.make(needVerification=1, **texts)
    device = await devices.connect(circle.rest, OWNER, platform=5)
    await device.received()
    await join(circle, group, "long", ex=long[:16_384])
    ((kind, told),) = of_group(await device.received())
    assert (kind, told["applicant"]["userID"], told["applicant"]["ex"]) == (1503, "long", "")
    assert told["request"]["userInfo"]["ex"] == told["request"]["ex"] == ""
    assert told["group"]["ex"] == told["request"]["groupInfo"]["ex"] == long[:16_384]
    body = {"fromUserID": OWNER, "groupIDs": [group], "pagination": {"pageNumber": 1, "showNumber": 1}}
    (listed,) = (await circle.rest.data("/group/get_recv_group_applicationList", body))["groupRequests"]
    assert (listed["userInfo"]["ex"], listed["ex"]) == (long, long[:16_384])
