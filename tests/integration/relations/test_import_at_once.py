"""Concurrent imports: of the same pair, of pairs that cross, and of large lists beside small ones."""

import asyncio
import itertools

import pytest


@pytest.fixture
async def people(start_server, business):
    rest = await start_server(
        callbacks={"url": business.url, "afterImportFriends": {"enable": True, "timeout": 1}},
    )
    await rest.register(*(f"p{n}" for n in range(12)))
    return rest


async def test_the_same_pair_imported_from_both_sides_concurrently_is_written_and_notified_once(people, business):
    calls = [people.import_friends(*(("p0", ["p1"]) if n % 2 else ("p1", ["p0"]))) for n in range(10)]
    envelopes = await asyncio.gather(*calls)
    assert [envelope["errCode"] for envelope in envelopes] == [0] * 10
    assert sum(len(envelope["data"]["imported"]) for envelope in envelopes) == 1
    assert await people.friends("p0") == ["p1"]
    assert await people.friends("p1") == ["p0"]
    await people.import_friends("p0", ["p2"])
    told = [request.json["friendUserIDs"] for request in await business.wait_for(2)]
    assert len(told) == 2


async def test_concurrent_imports_of_everybody_make_all_friends_and_each_pair_new_once(people):
    names = [f"p{n}" for n in range(12)]
    calls = [people.import_friends(owner, [name for name in names if name != owner]) for owner in names]
    envelopes = await asyncio.gather(*calls)
    pairs = [
        frozenset((owner, friend))
        for owner, envelope in zip(names, envelopes, strict=True)
        for friend in envelope["data"]["imported"]
    ]
    assert sorted(map(sorted, pairs)) == sorted(map(list, itertools.combinations(sorted(names), 2)))
    for name in names:
        assert len(await people.friends(name)) == 11


async def test_a_client_that_syncs_between_concurrent_imports_misses_nothing(people):
    many = [f"f{n}" for n in range(60)]
    await people.register(*many)
    known: set[str] = set()
    body = {"userID": "p0", "versionID": "", "version": 0}
    first = await people.data("/friend/get_incremental_friends", body)
    body.update(versionID=first["versionID"], version=first["version"])
    # Each import is by another owner, and changes the list of p0, a friend.
    imports = asyncio.gather(*(people.import_friends(friend, ["p0"]) for friend in many))
    ended = False
    while not ended:
        ended = imports.done()
        more = await people.data("/friend/get_incremental_friends", body)
        assert more["full"] is False
        known.update(friend["friendUser"]["userID"] for friend in more["insert"])
        body["version"] = more["version"]
    assert all(envelope["errCode"] == 0 for envelope in await imports)
    assert known == set(many)
