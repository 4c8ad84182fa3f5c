"""What operations cost the database is what the table of docs/architecture.md says: one statement more fails here."""

from collections.abc import Awaitable, Callable

import pytest

from amity.app import ground
from amity.storage import late_rows, open_database
from tests.integration.conftest import import_callbacks
from tests.support.counting import Cost, CountingDatabase
from tests.support.rest import Rest
from tests.unit.docs.pages import rows, text

Do = Callable[[Rest], Awaitable[object]]
MANY = [f"friend-{number}" for number in range(1000)]


def post(path: str, body: dict[str, object], user: str = "ann") -> Do:
    return lambda rest: rest.data(path, body, user=user)


OPERATIONS: dict[str, Do | None] = {
    "an import of 1 friend": post("/friend/import_friend", {"ownerUserID": "ann", "friendUserIDs": ["bob"]}, "imAdmin"),
    "an import of 1,000 friends": post(
        "/friend/import_friend", {"ownerUserID": "ann", "friendUserIDs": MANY}, "imAdmin"
    ),
    "a user's own import of 1 friend": post("/friend/import_friend", {"ownerUserID": "ann", "friendUserIDs": ["bob"]}),
    "a friend request": post("/friend/add_friend", {"fromUserID": "ann", "toUserID": "cy"}),
    "the answer to a friend request": post(
        "/friend/add_friend_response", {"fromUserID": "dee", "toUserID": "ann", "handleResult": 1}
    ),
    "a block": post("/friend/add_black", {"ownerUserID": "ann", "blackUserID": "cy"}),
    "a page of a friend list, first read": post(
        "/friend/get_friend_list", {"userID": "eve", "pagination": {"pageNumber": 1, "showNumber": 100}}, "eve"
    ),
    "what changed on a friend list": None,  # made in the test, as it names a version
    "nothing changed on a friend list": None,
    "whether two are friends": post("/friend/is_friend", {"userID1": "eve", "userID2": "bob"}, "eve"),
    "a changed nickname": post("/user/update_user_info", {"userInfo": {"userID": "eve", "nickname": "Eve"}}, "eve"),
    "registering 1 user": post("/user/user_register", {"users": [{"userID": "new", "nickname": "New"}]}, "imAdmin"),
    "a token": post("/auth/get_user_token", {"userID": "ann", "platformID": 2}, "imAdmin"),
}


@pytest.fixture
def counting(monkeypatch):
    """The database of the server that is started, and what it cost."""
    opened: list[CountingDatabase] = []

    async def counting(url, *, connections):
        opened.append(CountingDatabase(await open_database(url, connections=connections)))
        return opened[-1]

    monkeypatch.setattr(ground, "open_database", counting)
    # What logs write a quarter second later is no cost of the operation that happens to run then.
    monkeypatch.setattr(late_rows, "FLUSH_SECONDS", 60)
    return lambda: opened[-1]


def documented(name: str, engine: str) -> Cost:
    (row,) = [row for row in rows(text("docs/architecture.md"), "What operations cost") if row[0] == name]
    reads, transactions, sqlite, postgres, written = map(int, row[1:])
    return Cost(reads, transactions, *((sqlite, written) if engine == "sqlite" else (postgres, 0)))


def test_every_operation_of_the_table_is_measured():
    assert [row[0] for row in rows(text("docs/architecture.md"), "What operations cost")] == list(OPERATIONS)


@pytest.mark.parametrize("name", OPERATIONS)
async def test_an_operation_costs_what_the_table_says(start_server, business, counting, database_url, name):
    rest = await start_server(callbacks=import_callbacks(business), clientImport="open")
    await rest.register("ann", "bob", "cy", "dee", "eve")
    if name == "an import of 1,000 friends":
        await rest.register(*MANY)
    await rest.import_friends("eve", ["bob"])
    await rest.data("/friend/add_friend", {"fromUserID": "dee", "toUserID": "ann"}, user="dee")
    do = OPERATIONS[name]
    if do is None:
        body = {"userID": "eve", "versionID": "", "version": 0}
        before = await rest.data("/friend/get_incremental_friends", body, user="eve")
        if name.startswith("what"):
            await rest.import_friends("eve", ["cy"])
        do = post("/friend/get_incremental_friends", body | {k: before[k] for k in ("versionID", "version")}, "eve")
    for user in ("ann", "eve", "imAdmin"):
        await rest.token(user)
    await rest.data("/user/get_users_info", {"userIDs": ["ann"]}, user="ann")  # the token's state is known now
    await rest.data("/user/get_users_info", {"userIDs": ["ann"]}, user="eve")
    database = counting()
    before_cost = database.cost
    await do(rest)
    assert database.cost - before_cost == documented(
        name, "sqlite" if database_url.startswith("sqlite") else "postgres"
    )
