"""Whom a change of a group lets in while the business server is asked something else: it is asked about them, too."""

import asyncio

import pytest

from tests.integration.groups.conftest import MEMBER, OWNER, STRANGER, USERS, Circle
from tests.support.behaviour import Answer
from tests.support.business_server import ALLOW

NO = {**ALLOW, "nextCode": 1, "errCode": 5001, "errMsg": "No"}
ALL, NONE = 1, 2
"""Who waits for the managers of a group: also who is invited, and nobody."""


class Held:
    """A business server that holds the first question, and a group that is changed meanwhile."""

    def __init__(self, circle, business, group):
        self.circle = circle
        self.business = business
        self.group = group

    async def opened_while(self, call, *then):
        """Let everybody in while the first question of a call is held; answer what is asked after it with ``then``."""
        go = asyncio.Event()
        self.business.then(Answer(ALLOW, after=go), *then)
        calling = asyncio.ensure_future(call)
        await self.business.wait_for(1)
        await self.circle.do("set_group_info_ex", self.group, needVerification=NONE)
        go.set()
        return await calling

    def asked(self):
        return [each.json["callbackCommand"] for each in self.business.requests]


@pytest.fixture
async def held(start_server, business):
    settings = ("beforeApplyJoinGroup", "beforeInviteUserToGroup", "beforeMemberJoinGroup")
    callbacks = {"url": business.url, **{name: {"enable": True, "timeout": 5} for name in settings}}
    circle = Circle(await start_server(callbacks=callbacks))
    await circle.rest.register(*USERS)
    group = await circle.make(needVerification=ALL)
    business.requests.clear()
    return Held(circle, business, group)


def join(held):
    return held.circle.post("join_group", held.group, user=STRANGER, joinSource=3, inviterUserID=STRANGER)


def invite(held):
    return held.circle.post("invite_user_to_group", held.group, user=MEMBER, invitedUserIDs=[STRANGER])


@pytest.mark.parametrize(
    ("call", "first"),
    [(join, "callbackBeforeJoinGroupCommand"), (invite, "callbackBeforeInviteJoinGroupCommand")],
)
async def test_who_need_not_wait_any_more_is_asked_about_before_coming_in(held, call, first):
    named = {"memberCallbackList": [{"userID": STRANGER, "nickname": "Theirs"}]}
    assert (await held.opened_while(call(held), {**ALLOW, **named}))["errCode"] == 0
    assert held.asked() == [first, "callbackBeforeMembersJoinGroupCommand"]
    assert (await held.circle.members(held.group))[STRANGER]["nickname"] == "Theirs"


@pytest.mark.parametrize("call", [join, invite])
async def test_who_need_not_wait_any_more_may_be_refused(held, call):
    assert (await held.opened_while(call(held), NO))["errCode"] == 5001
    assert STRANGER not in await held.circle.members(held.group)
    assert await held.circle.applications(held.group) == {}


async def test_who_waits_after_all_is_not_asked_about_again(held):
    await held.circle.do("set_group_info_ex", held.group, needVerification=NONE)
    go = asyncio.Event()
    held.business.then(ALLOW, Answer(ALLOW, after=go))
    joining = asyncio.ensure_future(join(held))
    await held.business.wait_for(2)
    await held.circle.do("set_group_info_ex", held.group, needVerification=ALL, user=OWNER)
    go.set()
    assert (await joining)["errCode"] == 0
    assert len(held.asked()) == 2
    assert await held.circle.applications(held.group) == {STRANGER: 0}
