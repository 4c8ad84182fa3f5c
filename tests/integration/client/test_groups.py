"""The Python client's operations on groups, against a real server."""

import pytest

from amity.client import AmityClient
from amity.errors import Code, ImError
from tests.support.rest import ADMIN, SECRET


@pytest.fixture
async def client(rest):
    await rest.register("ann", "bob", "cy", "dan")
    async with AmityClient(rest.url, secret=SECRET, admin=ADMIN) as client:
        yield client


async def test_a_group_is_made_filled_emptied_and_ended(client):
    made = await client.create_group("ann", ["bob"], name="Team", group_id="team", admins=["cy"], ex="e")
    assert (made.group_info.group_id, made.group_info.owner_user_id, made.group_info.ex) == ("team", "ann", "e")
    await client.invite_to_group("team", ["dan"])
    await client.kick_from_group("team", ["bob"])
    members = await client.get_group_members("team")
    assert [(each.user_id, each.role_level) for each in members.entries] == [("ann", 100), ("cy", 60), ("dan", 20)]
    await client.dismiss_group("team")
    assert [group.status for group in await client.get_groups_info(["team"])] == [2]
    with pytest.raises(ImError) as refused:
        await client.invite_to_group("team", ["bob"])
    assert refused.value.code == Code.GROUP_DISMISSED


async def test_a_group_that_is_made_again_with_its_key_is_the_first_one(client):
    first = await client.create_group("ann", ["bob"], idempotency_key="k")
    assert await client.create_group("ann", ["bob"], idempotency_key="k") == first
    assert (await client.get_groups()).total == 1
