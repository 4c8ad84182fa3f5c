"""The Python client's operations on settings, against a real server."""

import pytest

from amity.client import AmityClient
from amity.errors import Code, ImError
from tests.support.rest import ADMIN, SECRET


@pytest.fixture
async def client(rest):
    await rest.register("ann", "bob")
    async with AmityClient(rest.url, secret=SECRET, admin=ADMIN) as client:
        yield client


async def test_settings_for_clients_are_set_read_listed_and_deleted(client):
    await client.set_client_config({"theme": "light", "beta": "no"})
    await client.set_client_config({"theme": "dark"}, "ann")
    assert await client.get_client_config() == {"theme": "light", "beta": "no"}
    assert await client.get_client_config("ann") == {"theme": "dark", "beta": "no"}
    page = await client.list_client_config(key="theme")
    assert page.total == 2
    assert [(each.user_id, each.value) for each in page.entries] == [("", "light"), ("ann", "dark")]
    await client.delete_client_config(["theme"], "ann")
    assert await client.get_client_config("ann") == {"theme": "light", "beta": "no"}
    assert (await client.list_client_config(2, 1)).total == 2


async def test_texts_are_kept_with_a_user_changed_and_forgotten(client):
    await client.add_user_command("ann", 1, "a", "value", "ex")
    await client.add_user_command("ann", 2, "b")
    await client.update_user_command("ann", 1, "a", value="other")
    kept = await client.get_user_commands("ann")
    assert [(each.type, each.uuid, each.value, each.ex) for each in kept] == [(1, "a", "other", "ex"), (2, "b", "", "")]
    assert kept[0].create_time > 1_700_000_000
    assert [each.uuid for each in await client.get_user_commands("ann", 2)] == ["b"]
    await client.delete_user_command("ann", 2, "b")
    assert await client.get_user_commands("ann", 2) == []
    with pytest.raises(ImError) as refused:
        await client.delete_user_command("ann", 2, "b")
    assert refused.value.code == Code.RECORD_NOT_FOUND


async def test_whether_a_user_wants_messages_is_set(client):
    await client.set_global_receive_option("ann", 2)
    (ann,) = await client.get_users_info(["ann"])
    assert ann.global_recv_msg_opt == 2
