"""The Python client's operations on friend requests and blacklists, against a real server."""

import pytest

from amity.client import AmityClient
from amity.errors import Code, ImError
from tests.support.rest import ADMIN, SECRET


@pytest.fixture
async def client(rest):
    await rest.register("ann", "bob", "cy")
    async with AmityClient(rest.url, secret=SECRET, admin=ADMIN) as client:
        yield client


async def test_requests_are_made_listed_counted_and_answered(client):
    assert await client.get_designated_friend_requests("ann", "bob") == []
    await client.add_friend("ann", "bob", "hi", "x")
    await client.add_friend("cy", "bob")
    assert await client.count_friend_requests("bob") == 2
    page = await client.get_friend_requests("bob", results=[0])
    assert (page.total, [each.from_user_id for each in page.entries]) == (2, ["cy", "ann"])
    await client.answer_friend_request("bob", "ann", agree=True, message="ok")
    await client.answer_friend_request("bob", "cy", agree=False)
    (own,) = (await client.get_own_friend_requests("ann", results=[1])).entries
    assert (own.to_user_id, own.req_msg, own.ex, own.handle_result, own.handle_msg) == ("bob", "hi", "x", 1, "ok")
    assert await client.get_designated_friend_requests("bob", "ann") == [own]
    assert (await client.get_own_friend_requests("ann", results=[0])).entries == []
    assert await client.get_friend_ids("bob") == ["ann"]
    with pytest.raises(ImError) as refused:
        await client.answer_friend_request("bob", "cy", agree=True)
    assert refused.value.code == Code.FRIEND_REQUEST_HANDLED


async def test_users_are_blacklisted_listed_and_taken_back(client):
    before = await client.get_incremental_blacks("ann", "", 0)
    assert before.full
    await client.add_black("ann", "cy", "spam")
    await client.add_black("ann", "bob")
    page = await client.get_black_list("ann")
    assert (page.total, [each.ex for each in page.entries]) == (2, ["spam", ""])
    (cy,) = await client.get_specified_blacks("ann", ["cy"])
    assert cy.black_user_info.user_id == "cy"
    await client.remove_black("ann", "cy")
    assert await client.get_specified_blacks("ann", ["cy"]) == []
    since = await client.get_incremental_blacks("ann", before.version_id, before.version)
    assert ([each.black_user_info.user_id for each in since.insert], since.delete) == (["bob"], ["cy"])
