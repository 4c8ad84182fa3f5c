"""Events that were given up go with an erased user where they are about it, its chats, or what it wrote."""

import json

import pytest

from amity.erasing import dead_letters
from amity.storage import open_database
from tests.support.stored_rows import change_stored_rows, stored_rows

DEAD, WAITING = 1, 0


@pytest.fixture
async def database(database_url):
    opened = await open_database(database_url)
    yield opened
    await opened.close()


async def put(database_url, name, owner, body=None, state=DEAD):
    text = json.dumps(body or {}, separators=(",", ":"))
    await change_stored_rows(
        database_url,
        "insert into outbox (event_id, owner, command, operation_id, created_at, state, attempts, next_at, last_error,"
        f" body) values ('{name}', '{owner}', 'c', 'o', 1, {state}, 1, 0, '', '{text}')",
    )


async def left(database, database_url):
    await dead_letters.delete(database, "K")
    return {row[0] for row in await stored_rows(database_url, "select event_id from outbox")}


async def test_those_of_a_user_and_of_its_chats_go_and_those_of_others_stay(database, database_url):
    for owner in ("K", "si_K_bob", "si_A_K", "sn_K_bob"):
        await put(database_url, owner, owner)
    others = {"k", "Karl", "si_Karl_Kim", "sg_K", "si_AK_bob"}
    for owner in others:
        await put(database_url, owner, owner)
    assert await left(database, database_url) == others


async def test_what_a_user_wrote_in_a_group_goes_and_what_others_wrote_of_it_stays(database, database_url):
    await put(database_url, "own", "sg_club", {"sendID": "K", "content": "mine"})
    await put(database_url, "of others", "sg_club", {"sendID": "bob", "content": '{"sendID":"K"}'})
    assert await left(database, database_url) == {"of others"}


async def test_what_waits_is_delivered(database, database_url):
    await put(database_url, "waits", "K", {"sendID": "K"}, state=WAITING)
    assert await left(database, database_url) == {"waits"}


async def test_all_parts_are_looked_through(database, database_url, monkeypatch):
    monkeypatch.setattr(dead_letters, "PART", 2)
    for number in range(5):
        await put(database_url, f"own {number}", "K")
        await put(database_url, f"of others {number}", "bob")
    assert await left(database, database_url) == {f"of others {number}" for number in range(5)}
