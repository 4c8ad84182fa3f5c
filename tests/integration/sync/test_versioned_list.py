"""Any client of a versioned list comes to have what the server has: from any version, in parts, beside any writers."""

import asyncio
import random

import pytest

from amity.relations.friends import store
from amity.relations.pair import adding
from amity.relations.pair.lists import FRIENDS
from amity.storage import open_database
from amity.sync.lists import EMPTY_VERSION, MOST_CHANGES, lock_lists
from amity.users import store as users_store
from amity.users.models import User

OWNER = 1
PEOPLE = range(2, 14)
VERSION_ID = "this database"


@pytest.fixture
async def database(database_url):
    database = await open_database(database_url)
    users = [User(user_id=f"user-{number}", nickname="n") for number in (OWNER, *PEOPLE)]
    numbers = await database.write(lambda tx: users_store.insert(tx, users), rows=len(users))
    assert sorted(numbers.values()) == [OWNER, *PEOPLE]
    yield database
    await database.close()


class Client:
    """Has a copy of the list, and does with an answer what OpenIM's clients do."""

    def __init__(self, database, most=MOST_CHANGES):
        self._database = database
        self._most = most
        self.version_id = ""
        self.version = 0
        self.remarks = {}
        self.fulls = 0

    async def sync(self):
        """Ask once; return whether there is more to fetch."""

        async def read(since, most):
            return await store.changes(self._database, OWNER, "user-1", since, most)

        asked = self.version_id, self.version
        increment = await FRIENDS.increment(self._database, OWNER, asked, VERSION_ID, read, self._most)
        if increment.full:
            self.fulls += 1
            version = await FRIENDS.version(self._database, OWNER)
            self.remarks = await on_the_list(self._database)
            self.version_id, self.version = VERSION_ID, version
            return False
        assert increment.version >= self.version
        for user_id in increment.delete:
            self.remarks.pop(user_id, None)
        for friend in increment.insert:
            self.remarks[friend.friend_user.user_id] = friend.remark
        for friend in increment.update:
            assert friend.friend_user.user_id in self.remarks, "an update of what the client was never given"
            self.remarks[friend.friend_user.user_id] = friend.remark
        self.version = increment.version
        return increment.has_more

    async def catch_up(self):
        while await self.sync():
            pass


async def on_the_list(database):
    order = await store.entries_in_order(database, OWNER)
    friends = await store.in_this_order(database, OWNER, "user-1", [place.number for place in order])
    return {friend.friend_user.user_id: friend.remark for friend in friends if friend.friend_user}


async def change(database, chance):
    """Do something to the list."""
    friends = chance.sample(PEOPLE, chance.randint(1, 4))
    action = chance.choice(["add", "add", "delete", "remark", "pin"])
    remark = str(chance.random())

    async def write(tx):
        await lock_lists(tx, [OWNER, *friends])
        if action == "add":
            await adding.add_pairs(tx, OWNER, friends, OWNER, 1)
        elif action == "delete":
            await store.delete(tx, OWNER, friends[0])
        elif action == "remark":
            await store.update(tx, OWNER, friends, remark=remark)
        else:
            await store.update(tx, OWNER, friends, is_pinned=chance.random() < 0.5)

    await database.write(write, rows=8)


@pytest.mark.parametrize("seed", range(3))
async def test_clients_that_ask_at_any_version_come_to_have_what_is_there(database, seed):
    chance = random.Random(seed)
    clients = [Client(database), Client(database, most=1), Client(database, most=3)]
    for _ in range(60):
        await change(database, chance)
        for client in clients:
            if chance.random() < 0.3:
                await client.sync()
    for client in clients:
        await client.catch_up()
        assert client.remarks == await on_the_list(database)
        assert client.version == await FRIENDS.version(database, OWNER)
        assert client.fulls == 1, "only what it had at first was another database's"


@pytest.mark.parametrize("seed", range(2))
async def test_no_change_of_concurrent_writers_is_missed(database, seed):
    chance = random.Random(seed)
    clients = [Client(database), Client(database, most=2)]

    async def keep_writing():
        for _ in range(25):
            await change(database, chance)

    writers = [asyncio.create_task(keep_writing()) for _ in range(4)]
    while not all(writer.done() for writer in writers):
        for client in clients:
            await client.sync()
        await asyncio.sleep(0)
    await asyncio.gather(*writers)
    for client in clients:
        await client.catch_up()
        assert client.remarks == await on_the_list(database)


async def test_a_version_that_the_list_never_had_is_answered_with_everything(database):
    await change(database, random.Random(1))
    client = Client(database)
    client.version_id, client.version = VERSION_ID, 10**6
    await client.sync()
    assert client.fulls == 1


async def test_an_owner_who_does_not_exist_has_an_empty_list(database):
    async def read(since, most):
        raise AssertionError("there is nothing to read")

    increment = await FRIENDS.increment(database, None, (VERSION_ID, EMPTY_VERSION), VERSION_ID, read)
    assert (increment.version, increment.full, increment.insert) == (EMPTY_VERSION, False, [])
