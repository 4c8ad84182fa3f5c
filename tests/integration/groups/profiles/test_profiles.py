"""A user's new nickname or picture in the groups that show it."""

import asyncio
from typing import Any

import pytest

from amity.groups.profiles.service import GroupProfiles
from tests.integration.groups.conftest import MEMBER, OTHER, USERS, Circle, of_group
from tests.support.rest import ADMIN
from tests.support.stored_rows import stored_rows


class Gate:
    """Lets groups be told, or none."""

    def __init__(self):
        self.opened = asyncio.Event()
        self.opened.set()
        self.told = []

    def close(self):
        self.opened.clear()

    def open(self):
        self.opened.set()


@pytest.fixture
def gate(monkeypatch):
    gate, tell, stop = Gate(), GroupProfiles._tell, GroupProfiles.stop

    async def gated(self, waiting):
        if not gate.opened.is_set():
            stopping = asyncio.ensure_future(self._stopped.wait())
            opened = asyncio.ensure_future(gate.opened.wait())
            await asyncio.wait({stopping, opened}, return_when=asyncio.FIRST_COMPLETED)
            stopping.cancel()
            if not opened.done():
                opened.cancel()
                return
        await tell(self, waiting)
        gate.told.append(waiting.group_id)

    async def stopped(self):
        self._stopped.set()
        await stop(self)

    start = GroupProfiles.start

    def started(self):
        self._stopped = asyncio.Event()
        start(self)

    monkeypatch.setattr(GroupProfiles, "_tell", gated)
    monkeypatch.setattr(GroupProfiles, "stop", stopped)
    monkeypatch.setattr(GroupProfiles, "start", started)
    return gate


async def profile(rest, user, *, by=None, **fields):
    await rest.data("/user/update_user_info_ex", {"userInfo": {"userID": user, **fields}}, user=by or user)


async def next_of(device, count):
    """Wait for some notifications about groups."""
    found: list[tuple[int, Any]] = []
    while len(found) < count:
        found += of_group([await device.next()])
    return found


async def test_each_group_is_told_with_the_exact_version(circle, devices):
    groups = [await circle.make() for _ in range(3)]
    versions = [await circle.version(group) for group in groups]
    device = await devices.connect(circle.rest, OTHER)
    await profile(circle.rest, MEMBER, nickname="New", faceURL="F")
    told = await next_of(device, 3)
    assert [(kind, detail["group"]["groupID"]) for kind, detail in told] == [(1516, group) for group in groups]
    for (_, detail), version in zip(told, versions, strict=True):
        assert (detail["groupMemberVersion"], detail["groupSortVersion"]) == (version + 1, 0)
        named = ("userID", "nickname", "faceURL")
        assert [detail["changedUser"][name] for name in named] == [MEMBER, "New", "F"]
        assert detail["opUser"]["userID"] == MEMBER
    assert [await circle.version(group) for group in groups] == [version + 1 for version in versions]


async def test_the_increment_of_a_group_has_the_member(circle, devices):
    group = await circle.make()
    asked = {"groupID": group, "versionID": "", "version": 0}
    path, body = "/group/get_incremental_group_members_batch", {"userID": OTHER}
    start = (await circle.rest.data(path, {**body, "reqList": [asked]}))["respList"][group]
    device = await devices.connect(circle.rest, OTHER)
    await profile(circle.rest, MEMBER, nickname="New")
    await next_of(device, 1)
    asked |= {"versionID": start["versionID"], "version": start["version"]}
    answer = (await circle.rest.data(path, {**body, "reqList": [asked]}))["respList"][group]
    assert [(each["userID"], each["nickname"]) for each in answer["update"]] == [(MEMBER, "New")]
    assert answer["group"] is None


async def test_a_group_in_which_the_member_has_its_own_name_and_picture_is_not_told(circle, devices):
    own, half = await circle.make(), await circle.make()
    await circle.set_members(own, {"userID": MEMBER, "nickname": "N", "faceURL": "F"})
    await circle.set_members(half, {"userID": MEMBER, "nickname": "N"})
    version = await circle.version(own)
    device = await devices.connect(circle.rest, OTHER)
    await profile(circle.rest, MEMBER, nickname="New")
    ((_, detail),) = await next_of(device, 1)
    assert detail["group"]["groupID"] == half
    assert await circle.version(own) == version


async def test_what_groups_do_not_show_tells_none(circle, database_url):
    await circle.make()
    await profile(circle.rest, MEMBER, ex="E")
    assert await stored_rows(database_url, "select count(*) from group_profiles") == [(0,)]


async def test_an_administrator_who_changes_a_profile_is_named(circle, devices):
    await circle.make()
    device = await devices.connect(circle.rest, OTHER)
    await profile(circle.rest, MEMBER, by=ADMIN, nickname="New")
    ((_, detail),) = await next_of(device, 1)
    assert (detail["opUser"]["userID"], detail["changedUser"]["nickname"]) == (ADMIN, "New")


async def test_several_changes_before_a_group_is_told_are_one(gate, circle, devices):
    group = await circle.make()
    version = await circle.version(group)
    gate.close()
    for number in range(3):
        await profile(circle.rest, MEMBER, nickname=f"New {number}")
    device = await devices.connect(circle.rest, OTHER)
    gate.open()
    ((_, detail),) = await next_of(device, 1)
    assert (detail["changedUser"]["nickname"], detail["groupMemberVersion"]) == ("New 2", version + 1)


async def test_who_left_meanwhile_is_not_told_of(gate, circle, database_url, devices):
    left, kept = await circle.make(), await circle.make()
    gate.close()
    await profile(circle.rest, MEMBER, nickname="New")
    await circle.do("quit_group", left, user=MEMBER)
    version = await circle.version(left)
    device = await devices.connect(circle.rest, OTHER)
    gate.open()
    ((_, detail),) = await next_of(device, 1)
    assert detail["group"]["groupID"] == kept
    assert await circle.version(left) == version
    assert await stored_rows(database_url, "select count(*) from group_profiles") == [(0,)]


async def test_what_was_left_when_the_server_stopped_is_told_by_the_next(gate, start_server, devices):
    circle = Circle(await start_server())
    await circle.rest.register(*USERS)
    group = await circle.make()
    version = await circle.version(group)
    gate.close()
    await profile(circle.rest, MEMBER, nickname="New")
    await start_server.stop()
    later = Circle(await start_server())
    assert await later.version(group) == version
    device = await devices.connect(later.rest, OTHER)
    gate.open()
    ((_, detail),) = await next_of(device, 1)
    assert (detail["changedUser"]["nickname"], detail["groupMemberVersion"]) == ("New", version + 1)


async def test_changes_of_profiles_and_of_groups_at_once_all_succeed(circle):
    groups = [await circle.make() for _ in range(5)]
    for user in USERS:
        await circle.rest.token(user)
    await asyncio.gather(
        *(profile(circle.rest, user, nickname=f"N{at}") for at in range(4) for user in USERS[:4]),
        *(circle.do("set_group_info_ex", group, groupName=f"N{at}") for at in range(3) for group in groups),
        *(circle.set_members(group, {"userID": MEMBER, "ex": f"E{at}"}) for at in range(3) for group in groups),
    )
    for group in groups:
        assert {each["nickname"] for each in (await circle.members(group)).values()} <= {f"N{at}" for at in range(4)}
