"""A large import as OpenIM's Go core gets it: in parts, one after another."""

from typing import Any

import pytest

from tests.support.gateway_client import GatewayClient

FRIENDS = [f"friend{number:03d}" for number in range(1000)]
PART = 200


async def synced(rest, version_id="", version=0):
    asked = {"userID": "ann", "versionID": version_id, "version": version}
    return await rest.data("/friend/get_incremental_friends", asked, user="ann")


@pytest.fixture
async def people(rest):
    await rest.register("ann", *FRIENDS[:500])
    await rest.register(*FRIENDS[500:])
    return rest


async def everything(people, client, before):
    """Fetch after each notification, as the core does; return the answers."""
    answers: list[Any] = []
    version = before["version"]
    while sum(len(answer["insert"]) for answer in answers) < len(FRIENDS):
        await client.pushed(5)
        answers.append(await synced(people, before["versionID"], version))
        version = answers[-1]["version"]
    return answers


async def test_a_core_gets_a_thousand_friends_in_parts_with_a_notification_for_each(people, start_server):
    async with GatewayClient(start_server.gateway_url, "ann", await people.token("ann"), 7, codec="go") as client:
        before = await synced(people)
        await people.import_friends("ann", FRIENDS)
        answers = await everything(people, client, before)
    assert all(answer["full"] is False and len(answer["insert"]) <= PART for answer in answers)
    given = [friend["friendUser"]["userID"] for answer in answers for friend in answer["insert"]]
    assert sorted(given) == FRIENDS
    assert answers[-1]["version"] == before["version"] + len(FRIENDS)


async def test_a_core_that_has_not_fetched_yet_is_not_notified_again(people, start_server):
    async with GatewayClient(start_server.gateway_url, "ann", await people.token("ann"), 7, codec="go") as client:
        before = await synced(people)
        for first in range(0, 100, 10):
            await people.import_friends("ann", FRIENDS[first : first + 10])
        await client.pushed(5)
        answer = await synced(people, before["versionID"], before["version"])
        assert len(answer["insert"]) == 100
        await people.import_friends("ann", FRIENDS[100:101])
        await client.pushed(5)
        assert client.pushes.empty()


async def test_a_javascript_client_is_notified_each_time_because_it_does_not_fetch(people, start_server):
    async with GatewayClient(start_server.gateway_url, "ann", await people.token("ann"), 7, codec="js") as client:
        for friend in FRIENDS[:3]:
            await people.import_friends("ann", [friend])
            await client.pushed(5)


async def test_a_javascript_client_gets_all_changes_in_one_fetch(people, start_server):
    async with GatewayClient(start_server.gateway_url, "ann", await people.token("ann"), 7, codec="js"):
        before = await synced(people)
        await people.import_friends("ann", FRIENDS)
        assert len((await synced(people, before["versionID"], before["version"]))["insert"]) == len(FRIENDS)


async def test_changes_of_many_friends_come_in_parts_too(people, start_server):
    await people.import_friends("ann", FRIENDS)
    async with GatewayClient(start_server.gateway_url, "ann", await people.token("ann"), 7, codec="go") as client:
        before = await synced(people)
        await people.data(
            "/friend/update_friends", {"ownerUserID": "ann", "friendUserIDs": FRIENDS[:300], "isPinned": True}
        )
        await client.pushed(5)
        first = await synced(people, before["versionID"], before["version"])
        await client.pushed(5)
        second = await synced(people, before["versionID"], first["version"])
    assert [len(answer["update"]) for answer in (first, second)] == [PART, 100]
    assert first["sortVersion"] == first["version"]
    assert second["sortVersion"] == second["version"] == before["version"] + 300


async def test_a_friend_who_changes_before_its_part_is_fetched_is_new_to_the_client(people, start_server):
    async with GatewayClient(start_server.gateway_url, "ann", await people.token("ann"), 7, codec="go") as client:
        answers = [await synced(people)]
        await people.import_friends("ann", FRIENDS[:500])
        changed = FRIENDS[:500:50]
        await client.pushed(5)
        answers.append(await synced(people, answers[0]["versionID"], answers[0]["version"]))
        for friend in changed:
            body = {"ownerUserID": "ann", "friendUserID": friend, "remark": "changed"}
            await people.data("/friend/set_friend_remark", body, user="ann")
        while answers[-1]["insert"] or answers[-1]["update"] or len(answers) == 1:
            answers.append(await synced(people, answers[0]["versionID"], answers[-1]["version"]))
    known: dict[str, str] = {}
    for answer in answers[1:]:
        known |= {each["friendUser"]["userID"]: each["remark"] for each in answer["insert"]}
        for each in answer["update"]:
            assert each["friendUser"]["userID"] in known
            known[each["friendUser"]["userID"]] = each["remark"]
    assert known == {friend: "changed" if friend in changed else "" for friend in FRIENDS[:500]}
