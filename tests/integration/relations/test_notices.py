"""Who is notified of an import, over real connections; the import is committed by then."""

import asyncio

import pytest

from tests.support.devices import Devices

IMPORT = "/friend/import_friend"
FRIENDS = ("bob", "cy", "dee", "eve")
REJECT = {"actionCode": 0, "nextCode": 1, "errCode": 5001, "errMsg": "no"}


@pytest.fixture
async def devices(start_server):
    async with Devices(start_server) as devices:
        yield devices


@pytest.fixture
async def people(rest):
    await rest.register("ann", *FRIENDS)
    return rest


@pytest.fixture
async def asked_people(asked):
    await asked.register("ann", *FRIENDS)
    return asked


def approved(owner, friend):
    """Return the detail of 1201, as OpenIM writes it."""
    return {
        "fromToUserID": {"fromUserID": owner, "toUserID": friend},
        "handleMsg": "",
        "friendVersion": 0,
        "friendVersionID": "",
        "request": None,
    }


async def synced(rest, user, version_id="", version=0):
    return await rest.data(
        "/friend/get_incremental_friends", {"userID": user, "versionID": version_id, "version": version}
    )


async def types(*told):
    return [[each.type for each in await device.received()] for device in told]


async def test_an_import_notifies_each_of_the_owners_devices_and_each_friend_once(people, devices):
    phone, web = await devices.connect(people, "ann", 1), await devices.connect(people, "ann", 5)
    bob, cy = await devices.connect(people, "bob"), await devices.connect(people, "cy", 5)
    await people.import_friends("ann", ["bob", "cy", "dee"])
    (on_phone,), (on_web,) = await phone.received(), await web.received()
    assert on_phone == on_web
    assert (on_phone.type, on_phone.conversation, on_phone.detail) == (1201, "n_ann_bob", approved("ann", "bob"))
    (to_bob,), (to_cy,) = await bob.received(), await cy.received()
    assert to_bob == on_phone
    assert (to_cy.type, to_cy.conversation, to_cy.detail) == (1201, "n_ann_cy", approved("ann", "cy"))
    assert to_cy.message_id != to_bob.message_id


async def test_strangers_are_not_notified(people, devices):
    stranger = await devices.connect(people, "eve")
    await people.import_friends("ann", ["bob"])
    assert await types(stranger) == [[]]


async def test_a_user_who_was_a_friend_already_is_not_notified(people, devices):
    await people.import_friends("ann", ["bob"])
    ann, bob, cy = [await devices.connect(people, user) for user in ("ann", "bob", "cy")]
    await people.import_friends("ann", ["bob", "cy"])
    assert await types(ann, bob, cy) == [[1201], [], [1201]]


async def test_an_import_without_new_friends_notifies_nobody(people, devices):
    await people.import_friends("ann", ["bob"])
    ann, bob = [await devices.connect(people, user) for user in ("ann", "bob")]
    await people.import_friends("ann", ["bob"])
    assert await types(ann, bob) == [[], []]


async def test_a_silent_import_notifies_nobody_and_the_next_sync_finds_it(people, devices):
    ann, bob = [await devices.connect(people, user) for user in ("ann", "bob")]
    before = await synced(people, "ann")
    await people.import_friends("ann", ["bob"], notify=False)
    assert await types(ann, bob) == [[], []]
    assert len((await synced(people, "ann", before["versionID"], before["version"]))["insert"]) == 1


@pytest.mark.parametrize("notify", [True, None])
async def test_an_import_notifies_unless_notify_is_false(people, devices, notify):
    ann = await devices.connect(people, "ann")
    await people.import_friends("ann", ["bob"], notify=notify)
    assert await types(ann) == [[1201]]


async def test_a_thousand_friends_are_one_notification_and_one_increment(people, devices):
    friends = [f"friend{number}" for number in range(1000)]
    for start in range(0, 1000, 500):
        await people.register(*friends[start : start + 500])
    ann, first, last = [await devices.connect(people, user) for user in ("ann", friends[0], friends[-1])]
    before = await synced(people, "ann")
    importing = asyncio.create_task(people.import_friends("ann", friends))
    assert (await ann.next()).detail == approved("ann", friends[0])
    # As a client does: at once after the notification, with the version that it has.
    increment = await synced(people, "ann", before["versionID"], before["version"])
    assert increment["full"] is False
    assert sorted(friend["friendUser"]["userID"] for friend in increment["insert"]) == sorted(friends)
    assert len((await importing)["data"]["imported"]) == 1000
    assert await types(ann, first, last) == [[], [1201], [1201]]
    assert (await synced(people, friends[-1], before["versionID"], 1))["insert"][0]["friendUser"]["userID"] == "ann"


async def test_a_partial_import_notifies_only_the_users_who_were_imported(people, devices):
    await people.import_friends("ann", ["bob"])
    ann, bob, cy = [await devices.connect(people, user) for user in ("ann", "bob", "cy")]
    await people.import_friends("ann", ["nobody", "bob", "ann", "cy"], partial=True)
    assert [each.detail for each in await ann.received()] == [approved("ann", "cy")]
    assert await types(bob, cy) == [[], [1201]]


async def test_a_refused_import_notifies_nobody(people, devices):
    ann, bob = [await devices.connect(people, user) for user in ("ann", "bob")]
    assert (await people.import_friends("ann", ["bob", "nobody"]))["errCode"] == 1004
    assert (await people.import_friends("ann", ["bob"], user="bob"))["errCode"] == 1002
    assert await types(ann, bob) == [[], []]


async def test_users_whom_the_business_server_adds_are_notified_and_users_whom_it_removes_are_not(
    asked_people, business, devices
):
    business.reaction = {"nextCode": 0, "friendUserIDs": ["dee", "cy"]}
    ann, bob, cy, dee = [await devices.connect(asked_people, user) for user in ("ann", "bob", "cy", "dee")]
    await asked_people.import_friends("ann", ["bob", "cy"])
    assert [each.detail for each in await ann.received()] == [approved("ann", "dee")]
    assert await types(bob, cy, dee) == [[], [1201], [1201]]


@pytest.mark.parametrize("answer", [REJECT, {"nextCode": 0, "friendUserIDs": []}])
async def test_nobody_is_notified_if_the_business_server_imports_nobody(asked_people, business, devices, answer):
    business.reaction = answer
    ann, bob = [await devices.connect(asked_people, user) for user in ("ann", "bob")]
    await asked_people.import_friends("ann", ["bob"])
    assert await types(ann, bob) == [[], []]


async def test_a_repeated_call_notifies_once(people, devices):
    ann = await devices.connect(people, "ann")
    for _ in range(2):
        await people.data(IMPORT, {"ownerUserID": "ann", "friendUserIDs": ["bob"]}, headers={"Idempotency-Key": "k"})
    assert await types(ann) == [[1201]]


async def test_concurrent_imports_notify_the_owner_once_and_each_friend_once(people, devices):
    ann, bob = [await devices.connect(people, user) for user in ("ann", "bob")]
    await asyncio.gather(*(people.import_friends("ann", [friend]) for friend in (*FRIENDS, *FRIENDS)))
    # A Go core that has not fetched since its notification also fetches what changed after it.
    assert await types(ann, bob) == [[1201], [1201]]


async def test_a_javascript_client_is_notified_of_every_import_and_of_each_pair_once(people, devices):
    web = await devices.connect(people, "ann", 5)
    await asyncio.gather(*(people.import_friends("ann", [friend]) for friend in (*FRIENDS, *FRIENDS)))
    told = [each.detail["fromToUserID"]["toUserID"] for each in await web.received()]
    assert sorted(told) == sorted(FRIENDS)


async def test_a_notification_has_the_callers_operation_id(people, devices):
    ann = await devices.connect(people, "ann")
    body = {"ownerUserID": "ann", "friendUserIDs": ["bob"]}
    await people.data(IMPORT, body, headers={"operationID": "trace-7"})
    assert [each.operation_id for each in await ann.received()] == ["trace-7"]


async def test_a_client_that_connects_later_gets_no_notification_and_syncs_the_import(people, devices):
    before = await synced(people, "ann")
    await people.import_friends("ann", ["bob"])
    ann = await devices.connect(people, "ann")
    assert await types(ann) == [[]]
    assert len((await synced(people, "ann", before["versionID"], before["version"]))["insert"]) == 1
