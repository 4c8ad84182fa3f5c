"""Texts that clients store for a user, for all of its devices."""

import time

import pytest

from tests.support.databases import ON_SQLITE_ALONE

ADD, UPDATE = "/user/process_user_command_add", "/user/process_user_command_update"
DELETE, GET = "/user/process_user_command_delete", "/user/process_user_command_get"
GET_ALL = "/user/process_user_command_get_all"
COMMAND = {"userID": "ann", "type": 3, "uuid": "a", "value": "v", "ex": "x"}


@pytest.fixture
async def people(rest):
    await rest.register("ann", "bob")
    await rest.data(ADD, COMMAND, user="ann")
    return rest


async def kept(rest, **asked):
    path = GET if asked else GET_ALL
    commands = (await rest.data(path, {"userID": "ann", **asked}, user="ann"))["CommandResp"]
    return [(each["type"], each["uuid"], each["value"], each["ex"]) for each in commands]


async def test_a_command_is_stored_with_the_time_in_seconds(people):
    (command,) = (await people.data(GET_ALL, {"userID": "ann"}, user="ann"))["CommandResp"]
    assert time.time() - 60 < command.pop("createTime") <= time.time()
    assert command == {"type": 3, "uuid": "a", "value": "v", "ex": "x"}


async def test_commands_are_identified_by_type_and_id(people):
    await people.data(ADD, {**COMMAND, "type": 2, "value": None, "ex": None}, user="ann")
    await people.data(ADD, {**COMMAND, "uuid": "b"}, user="ann")
    assert await kept(people) == [(2, "a", "", ""), (3, "a", "v", "x"), (3, "b", "v", "x")]
    assert await kept(people, type=2) == [(2, "a", "", "")]
    assert await kept(people, type=9) == []


async def test_an_update_sets_the_fields_that_are_present(people):
    await people.data(UPDATE, {**COMMAND, "value": None, "ex": ""}, user="ann")
    assert await kept(people) == [(3, "a", "v", "")]
    await people.data(UPDATE, {**COMMAND, "value": "w", "ex": None}, user="ann")
    assert await kept(people) == [(3, "a", "w", "")]


async def test_a_deleted_command_is_gone_and_may_be_added_again(people):
    await people.data(DELETE, COMMAND, user="ann")
    assert await kept(people) == []
    await people.data(ADD, COMMAND, user="ann")
    assert len(await kept(people)) == 1


async def test_the_same_command_twice_is_refused_and_changes_nothing(people):
    assert (await people.post(ADD, {**COMMAND, "value": "other"}, user="ann"))["errCode"] == 1003
    assert await kept(people) == [(3, "a", "v", "x")]


async def test_a_missing_command_can_be_neither_changed_nor_deleted(people):
    for path in (UPDATE, DELETE):
        for change in ({"uuid": "b"}, {"type": 4}):
            assert (await people.post(path, {**COMMAND, **change}, user="ann"))["errCode"] == 1004


async def test_an_unknown_user_has_no_commands_and_can_store_none(people):
    assert await people.data(GET_ALL, {"userID": "nobody"}) == {"CommandResp": []}
    for path in (ADD, UPDATE, DELETE):
        assert (await people.post(path, {**COMMAND, "userID": "nobody"}))["errCode"] == 1004


async def test_only_a_user_and_administrators_may_access_its_commands(people):
    for path in (UPDATE, GET, GET_ALL, DELETE, ADD):
        assert (await people.post(path, COMMAND, user="bob"))["errCode"] == 1002
        assert (await people.post(path, COMMAND))["errCode"] == 0


@ON_SQLITE_ALONE
@pytest.mark.parametrize("path", [ADD, UPDATE, DELETE, GET, GET_ALL])
async def test_a_missing_field_is_named(people, path):
    wanted = {"userID": "userID is empty"}
    if path != GET_ALL:
        wanted["type"] = "type: is not specified"
    if path not in (GET, GET_ALL):
        wanted["uuid"] = "uuid: 0 characters"
    for field, named in wanted.items():
        refused = await people.post(path, {name: value for name, value in COMMAND.items() if name != field})
        assert refused["errCode"] == 1001
        assert refused["errDlt"].startswith(named)


@ON_SQLITE_ALONE
@pytest.mark.parametrize(
    ("field", "length"), [("uuid", 257), ("value", 8193), ("ex", 8193)], ids=["uuid", "value", "ex"]
)
async def test_a_field_that_is_too_long_is_refused_by_name(people, field, length):
    refused = await people.post(ADD, {**COMMAND, field: "x" * length}, user="ann")
    assert refused["errCode"] == 1001
    assert refused["errDlt"].startswith(f"{field}: {length} characters")


async def test_the_number_of_a_users_commands_is_limited(people, monkeypatch):
    monkeypatch.setattr("amity.users.commands.service.MOST_COMMANDS", 2)
    await people.data(ADD, {**COMMAND, "uuid": "b"}, user="ann")
    refused = await people.post(ADD, {**COMMAND, "uuid": "c"}, user="ann")
    assert (refused["errCode"], refused["errDlt"]) == (1001, "userID: user ann has 2 commands, the limit")
    assert len(await kept(people)) == 2
