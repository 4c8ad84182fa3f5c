"""Muting members and groups."""

import time

import pytest

from tests.integration.groups.conftest import HELPER, MEMBER, OTHER, OWNER, of_group


async def test_a_mute_is_told_with_its_end_and_the_exact_version(circle, devices):
    group = await circle.make()
    device = await devices.connect(circle.rest, OTHER)
    version = await circle.version(group)
    await device.received()
    began = time.time() * 1000
    await circle.do("mute_group_member", group, userID=MEMBER, mutedSeconds=3600, user=HELPER)
    await circle.do("cancel_mute_group_member", group, userID=MEMBER)
    muted, unmuted = of_group(await device.received())
    assert (muted[0], muted[1]["groupMemberVersion"], muted[1]["mutedSeconds"]) == (1512, version + 1, 3600)
    assert (muted[1]["mutedUser"]["userID"], muted[1]["opUser"]["userID"]) == (MEMBER, HELPER)
    assert began + 3_599_000 < muted[1]["mutedUser"]["muteEndTime"] < time.time() * 1000 + 3_601_000
    assert (unmuted[0], unmuted[1]["groupMemberVersion"], unmuted[1]["mutedUser"]["muteEndTime"]) == (
        1513,
        version + 2,
        0,
    )
    assert await circle.types(group, OTHER) == [1501, 1512, 1513]


async def test_a_mute_is_seen_in_the_increment_of_the_members(circle):
    group = await circle.make()
    await circle.do("mute_group_member", group, userID=MEMBER, mutedSeconds=3600)
    assert (await circle.members(group))[MEMBER]["muteEndTime"] > time.time() * 1000
    await circle.do("cancel_mute_group_member", group, userID=MEMBER)
    assert (await circle.members(group))[MEMBER]["muteEndTime"] == 0


@pytest.mark.parametrize("seconds", [0, -1, 2**32, None])
async def test_a_mute_lasts_some_seconds(circle, seconds):
    group = await circle.make()
    assert (await circle.post("mute_group_member", group, userID=MEMBER, mutedSeconds=seconds))["errCode"] == 1001


async def test_who_is_in_no_group_cannot_be_muted(circle):
    group = await circle.make()
    for user in ("stranger", "unknown"):
        assert (await circle.post("mute_group_member", group, userID=user, mutedSeconds=1))["errCode"] == 1004


async def test_a_muted_administrator_cannot_end_its_own_mute(circle):
    group = await circle.make()
    await circle.do("mute_group_member", group, userID=HELPER, mutedSeconds=3600)
    assert (await circle.post("cancel_mute_group_member", group, userID=HELPER, user=HELPER))["errCode"] == 1002


async def test_a_mute_of_the_group_is_told_and_ends(circle, devices):
    group = await circle.make()
    device = await devices.connect(circle.rest, MEMBER)
    version = await circle.version(group)
    await device.received()
    await circle.do("mute_group", group, user=HELPER)
    assert (await circle.info(group))["status"] == 3
    await circle.do("cancel_mute_group", group, user=OWNER)
    assert (await circle.info(group))["status"] == 0
    told = of_group(await device.received())
    assert [(kind, detail["groupMemberVersion"], detail["group"]["status"]) for kind, detail in told] == [
        (1514, version + 1, 3),
        (1515, version + 2, 0),
    ]


async def test_an_unknown_group_is_not_found_by_administrators_alone(circle):
    for operation in ("mute_group", "cancel_mute_group"):
        assert (await circle.post(operation, "nowhere"))["errCode"] == 1002
        assert (await circle.post(operation, "nowhere", user="imAdmin"))["errCode"] == 1004


async def test_muting_does_not_bring_a_dismissed_group_back(circle):
    group = await circle.make()
    await circle.do("dismiss_group", group)
    for operation in ("mute_group", "cancel_mute_group"):
        assert (await circle.post(operation, group, user="imAdmin"))["errCode"] == 1204
    assert (await circle.info(group))["status"] == 2
