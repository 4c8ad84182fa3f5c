"""Settings that the app gives its clients."""

import pytest

from tests.support.databases import ON_SQLITE_ALONE

GET, SET = "/user/get_user_client_config", "/user/set_user_client_config"
DEL, LIST = "/user/del_user_client_config", "/user/page_user_client_config"
PAGE = {"pageNumber": 1, "showNumber": 100}


@pytest.fixture
async def people(rest):
    await rest.register("ann", "bob")
    await rest.data(SET, {"configs": {"theme": "light", "beta": ""}})
    await rest.data(SET, {"userID": "ann", "configs": {"theme": "dark"}})
    return rest


async def config(rest, user_id, user="imAdmin"):
    return (await rest.data(GET, {"userID": user_id}, user=user))["configs"]


async def test_a_user_s_own_settings_override_everybody_s(people):
    assert await config(people, "ann", user="ann") == {"theme": "dark", "beta": ""}
    assert await config(people, "bob", user="bob") == {"theme": "light", "beta": ""}
    assert await config(people, "ann") == {"theme": "dark", "beta": ""}


async def test_anyone_may_read_the_settings_for_everybody(people):
    assert await people.data(GET, {}, user="bob") == {"configs": {"theme": "light", "beta": ""}}


async def test_no_settings_are_an_empty_object(rest):
    assert await rest.data(GET, {}) == {"configs": {}}


async def test_setting_again_replaces_the_named_settings_and_leaves_the_rest(people):
    await people.data(SET, {"configs": {"theme": "blue", "new": "1"}})
    assert await config(people, "bob") == {"theme": "blue", "beta": "", "new": "1"}


async def test_a_deleted_setting_no_longer_overrides(people):
    await people.data(DEL, {"userID": "ann", "keys": ["theme", "never set"]})
    assert await config(people, "ann") == {"theme": "light", "beta": ""}
    await people.data(DEL, {"keys": ["theme", "beta"]})
    assert await config(people, "ann") == {}


@pytest.mark.parametrize(("path", "body"), [(SET, {}), (SET, {"configs": {}}), (DEL, {}), (DEL, {"keys": []})])
async def test_setting_and_deleting_nothing_does_nothing(people, path, body):
    await people.data(path, body)
    assert await config(people, "bob") == {"theme": "light", "beta": ""}


async def test_settings_are_listed_by_user_and_by_key(people):
    async def shown(**asked):
        page = await people.data(LIST, {"pagination": PAGE, **asked})
        return page["total"], [(each["userID"], each["key"], each["value"]) for each in page["configs"]]

    everybody, own = [("", "beta", ""), ("", "theme", "light")], ("ann", "theme", "dark")
    assert await shown() == (3, [*everybody, own])
    assert await shown(userID="ann") == (1, [own])
    assert await shown(key="theme") == (2, [everybody[1], own])
    assert await shown(userID="bob", key="theme") == (0, [])
    assert await shown(pagination={"pageNumber": 2, "showNumber": 2}) == (3, [own])


async def test_users_read_their_own_settings_and_set_none(people):
    assert (await people.post(GET, {"userID": "ann"}, user="bob"))["errCode"] == 1002
    for path in (SET, DEL, LIST):
        assert (await people.post(path, {"userID": "ann"}, user="ann"))["errCode"] == 1002


@pytest.mark.parametrize("path", [GET, SET, DEL, LIST])
async def test_an_unknown_user_is_not_found(people, path):
    refused = await people.post(path, {"userID": "nobody", "pagination": PAGE})
    assert (refused["errCode"], refused["errDlt"]) == (1004, "userID: user not found: nobody")


@ON_SQLITE_ALONE
@pytest.mark.parametrize(
    ("configs", "named"),
    [
        ({"": "x"}, "configs: a key has 1 to 256 characters"),
        ({"k" * 257: "x"}, "configs: a key has 1 to 256 characters"),
        ({"key": "x" * 65_537}, "configs.key: 65537 characters"),
        ({"key": 1}, "configs[...]: expected str"),
        ({str(number): "" for number in range(1001)}, "configs: 1001 entries"),
        ({str(number): "" for number in range(1000)}, "configs: with those that are set, more than 1000"),
    ],
)
async def test_too_many_or_too_long_settings_are_refused_and_none_is_set(people, configs, named):
    refused = await people.post(SET, {"configs": configs})
    assert refused["errCode"] == 1001
    assert refused["errDlt"].startswith(named)
    assert await config(people, "bob") == {"theme": "light", "beta": ""}


@ON_SQLITE_ALONE
async def test_an_invalid_page_is_refused(people):
    for body, named in (({}, "pagination is empty"), ({"pagination": {"pageNumber": 0}}, "pageNumber is invalid")):
        refused = await people.post(LIST, body)
        assert (refused["errCode"], refused["errDlt"]) == (1001, named)
