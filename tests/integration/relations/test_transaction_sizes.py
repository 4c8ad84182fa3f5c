"""The largest transactions of each operation, on SQLite: none that is too large for the event loop runs on it.

If one does, the test fails (``transactions_say_how_large_they_are`` in ``tests/integration/conftest.py``).
"""

import json
import sqlite3

import pytest

from amity.calls.idempotency import Idempotency
from amity.relations.limits.limits import Limits
from amity.settings import Limits as LimitSettings
from amity.storage import open_database
from tests.integration.conftest import import_callbacks
from tests.support.fake_clock import FakeClock

MANY = [f"f{number:03}" for number in range(1000)]
JUST_SMALL = MANY[:125]
"""The most friends whose import is a small transaction."""


@pytest.fixture
def database_url(sqlite_url):
    return sqlite_url


@pytest.fixture
async def people(rest):
    for part in range(0, 1000, 250):
        await rest.register(*MANY[part : part + 250])
    await rest.register("ann", "bob")
    return rest


def execute(database_url, sql, rows=()):
    """Write to the database while the server runs."""
    connection = sqlite3.connect(database_url.removeprefix("sqlite:///"), timeout=20)
    with connection:
        connection.executemany(sql, rows)
    connection.close()


@pytest.mark.parametrize("count", [100, 125, 126, 127, 128, 200, 255, 1000])
async def test_an_import_and_its_repetition(people, count):
    for _ in range(2):
        answer = await people.import_friends("ann", MANY[:count])
        assert answer["errCode"] == 0


async def test_an_import_with_a_key_by_a_user_with_callbacks(start_server, business):
    rest = await start_server(callbacks=import_callbacks(business), clientImport="open")
    await rest.register("ann", *MANY[:250])
    body = {"ownerUserID": "ann", "friendUserIDs": JUST_SMALL}
    answer = await rest.post("/friend/import_friend", body, user="ann", headers={"Idempotency-Key": "k"})
    assert len(answer["data"]["imported"]) == 125


async def test_an_import_that_agrees_to_as_many_requests(people, database_url):
    numbers = "select $1, user_seq from users where user_id = $2"
    connection = sqlite3.connect(database_url.removeprefix("sqlite:///"), timeout=20)
    ann = connection.execute("select user_seq from users where user_id = 'ann'").fetchone()[0]
    with connection:
        connection.executemany(
            "insert into friend_requests (to_seq, from_seq, handle_result, created_at, handled_at, handler_seq,"
            f" req_msg, handle_msg, ex) select *, 0, 1, 0, 0, '', '', '' from ({numbers})",
            [(ann, friend) for friend in MANY],
        )
    connection.close()
    answer = await people.import_friends("ann", JUST_SMALL)
    assert len(answer["data"]["imported"]) == 125


async def test_an_import_into_lists_with_more_changes_than_their_limit_of_friends(start_server, database_url):
    rest = await start_server(limits={"friendsPerUser": 300})
    await rest.register("ann", *MANY[:300])
    await rest.import_friends("ann", MANY[:100])
    execute(database_url, "update friends set version = version + $1", [(1000,)])
    assert (await rest.import_friends("ann", MANY[100:200]))["errCode"] == 0


@pytest.mark.parametrize("count", [255, 256, 1000])
async def test_an_update_of_many_friends(people, count):
    await people.import_friends("ann", MANY)
    body = {"ownerUserID": "ann", "friendUserIDs": MANY[:count], "isPinned": True, "ex": "x" * 60_000}
    await people.data("/friend/update_friends", body)


@pytest.mark.parametrize("count", [100, 127, 128, 256, 257, 1000])
async def test_a_profile_on_many_lists(people, count):
    await people.import_friends("ann", MANY[:count])
    await people.data("/user/update_user_info", {"userInfo": {"userID": "ann", "nickname": "Anna"}}, user="ann")


async def test_users_with_the_longest_profiles(rest):
    users = [{"userID": user, "nickname": user, "ex": "x" * 30_000} for user in MANY[:250]]
    await rest.data("/user/user_register", {"users": users})
    await rest.data("/relation/restore", {"users": [{**user, "createTime": 1, "ex": "y" * 30_000} for user in users]})


async def test_the_largest_settings_for_clients(rest):
    configs = {f"key {number}": "x" * 30_000 for number in range(250)}
    await rest.data("/user/set_user_client_config", {"configs": configs})
    await rest.data("/user/del_user_client_config", {"keys": list(configs)})
    assert (await rest.data("/user/get_user_client_config", {}))["configs"] == {}


async def test_an_end_of_many_tokens(people, database_url):
    tokens = [(f"hash {number}", "imAdmin", 10, 0, 2**50) for number in range(2000)]
    execute(database_url, "insert into tokens values ($1, $2, $3, $4, $5)", tokens)
    await people.post("/auth/force_logout", {"userID": "imAdmin", "platformID": 10})
    connection = sqlite3.connect(database_url.removeprefix("sqlite:///"))
    assert connection.execute("select count(*) from tokens where state = 0").fetchone()[0] == 0
    connection.close()


async def test_a_sweep_of_many_expired_rows(database_url):
    database = await open_database(database_url)

    async def write(tx):
        await tx.execute_many(
            "insert into limited_uses (user_seq, kind, used_at) values (1, 1, $1)", [(1,) for _ in range(1500)]
        )
        await tx.execute_many(
            "insert into idempotency (caller, key, body_hash, answer, created_at) values ('a', $1, '', $2, 1)",
            [(str(number), json.dumps("x" * 20_000)) for number in range(1500)],
        )

    await database.write(write, rows=3000)
    await Limits(LimitSettings(), database).sweep()
    await Idempotency(database, FakeClock()).sweep()
    for table in ("limited_uses", "idempotency"):
        assert (await database.fetch(f"select count(*) from {table}"))[0][0] == 0
    await database.close()
