# ruff: noqa: RUF001 - letters that look like others are what this is about
"""Searching users by texts in their ids and nicknames, with the same results on both databases."""

import asyncio
import os
import random
import sqlite3

import asyncpg
import pytest

from amity.errors import ImError
from amity.storage import open_database
from amity.users import search_index, store
from amity.users.folding import fold
from amity.users.models import User
from amity.users.search import store as search_store
from tests.support.databases import ON_SQLITE_ALONE
from tests.support.rest import ADMIN

SEED = int(os.environ.get("AMITY_SEED", random.randrange(2**32)))
PAGE = {"pageNumber": 1, "showNumber": 100}
# Letters of all sizes in UTF-8, with cases, marks that compose, wildcards, quotes, what divides texts, and what the
# index moves texts of ASCII to.
ALPHABET = [*"aAbBzZ019_-.@%*'\"\\:&|!() \t\n\x01", *"äÄßẞéÉΣςσЖжıİçกำ가한王小明張偉أحمد"]
ALPHABET += ["e\u0301", "👩‍👩‍👧", "❤\ufe0f", "\U000f0020", "\U000f0027", "ﷺ", "𝒳", "\U0010ffff", "\u200d", "ｶﾞ"]
ID_ALPHABET = [*"aAbBzZ019_-.@", *"äÄßéΣςσЖж王小明한"]


async def registered(rest, *names):
    await rest.data("/user/user_register", {"users": [{"userID": f"u{n}", "nickname": name} for n, name in names]})


async def found(rest, *, user=ADMIN, page=PAGE, **asked):
    answer = await rest.data("/user/get_users", {"pagination": page, **asked}, user=user)
    return answer["total"], [each["userID"] for each in answer["users"]]


@pytest.mark.parametrize(
    ("nickname", "asked"),
    [
        ("Привет", "ПРИВЕТ"),
        ("Ärztin", "äRZTIN"),
        ("Ärztin", "A\u0308rz"),
        ("ZOË", "zoë"),
        ("ΣΟΦΟΣ", "σοφος"),
        ("σοφος", "ΟΦΟΣ"),
        ("İstanbul", "istan"),
        ("Straße", "STRASSE"),
        ("張偉", "張"),
        ("張偉", "偉"),
        ("張偉", "張偉"),
        ("王小明", "小明"),
        ("100%_!", "%_"),
        ('it\'s "quoted"', "'s \"q"),
        ("back\\slash", "\\"),
        ("a b", " "),
        ("👩‍👩‍👧", "👩"),
    ],
)
async def test_a_nickname_is_found_by_any_substring(rest, nickname, asked):
    await registered(rest, (1, "somebody"), (2, nickname))
    assert await found(rest, nickName=asked) == (1, ["u2"])


async def test_wildcards_and_operators_are_literal(rest):
    await registered(rest, (1, "anna"), (2, "bert"))
    for asked in ("%", "_", "*", "a*", "an%", "a OR b", "anna AND bert", '"anna"', "anna | bert", ".*", "^a", "a:b"):
        assert await found(rest, nickName=asked) == (0, []), asked


async def test_either_text_is_enough_and_users_are_in_the_order_of_registration(rest):
    await registered(rest, (3, "zed"), (1, "anna"), (2, "bert"), (12, "cleo"))
    assert await found(rest, userID="1", nickName="ER") == (3, ["u1", "u2", "u12"])
    assert await found(rest, userID="1", nickName="") == (2, ["u1", "u12"])
    assert await found(rest, userID="1", nickName="1") == (2, ["u1", "u12"])
    assert await found(rest) == (4, ["u3", "u1", "u2", "u12"])


async def test_a_text_without_visible_characters_counts_as_empty(rest):
    await registered(rest, (1, "anna"), (2, "bert"))
    assert await found(rest, nickName="\u200b") == (2, ["u1", "u2"])
    assert await found(rest, userID="\u200b", nickName="ann") == (1, ["u1"])


async def test_pages_follow_each_other_and_each_has_the_total(rest):
    await registered(rest, *((n, f"anna {n}") for n in range(25)))
    for asked in ({}, {"nickName": "anna"}, {"nickName": "a"}):
        pages = [await found(rest, page={"pageNumber": n, "showNumber": 10}, **asked) for n in (1, 2, 3, 4)]
        assert [total for total, _ in pages] == [25] * 4
        assert [[*ids] for _, ids in pages] == [
            [f"u{n}" for n in range(10)],
            [f"u{n}" for n in range(10, 20)],
            [f"u{n}" for n in range(20, 25)],
            [],
        ]
        assert await found(rest, page={"pageNumber": 1, "showNumber": 0}, **asked) == (25, [])


@pytest.mark.parametrize("asked", [{}, {"userID": "u"}])
async def test_the_pages_from_the_newest_are_those_of_the_order_of_registration_the_other_way_round(rest, asked):
    await registered(rest, *((n, "name") for n in range(7)))
    total, oldest = await found(rest, **asked)
    pages = [
        await found(rest, page={"pageNumber": page, "showNumber": 3}, newestFirst=True, **asked)
        for page in (1, 2, 3, 4)
    ]
    assert [each for _, page in pages for each in page] == oldest[::-1]
    assert [len(page) for _, page in pages] == [3, 3, 1, 0]
    assert {total for total, _ in pages} == {total} == {7}


async def test_all_ids_come_page_by_page_while_users_are_added(rest):
    async def ids(number):
        body = {"pagination": {"pageNumber": number, "showNumber": 4}}
        answer = await rest.data("/user/get_all_users_uid", body)
        return answer["total"], answer["userIDs"]

    await rest.register(*(f"a{n}" for n in range(6)))
    assert await ids(1) == (7, [ADMIN, "a0", "a1", "a2"])
    assert await ids(2) == (7, ["a3", "a4", "a5"])
    await rest.register(*(f"b{n}" for n in range(6)))
    assert await ids(2) == (13, ["a3", "a4", "a5", "b0"])
    assert await ids(4) == (13, ["b5"])
    assert await ids(1_000_000) == (13, [])


async def test_a_changed_nickname_is_found_and_the_old_one_is_not(rest):
    await registered(rest, (1, "anna"))
    change = {"userInfo": {"userID": "u1", "nickname": "Ольга"}}
    await rest.data("/user/update_user_info", change, user="u1")
    assert await found(rest, nickName="ольга") == (1, ["u1"])
    assert await found(rest, nickName="a") == (0, [])
    await rest.data("/user/update_user_info_ex", {"userInfo": {"userID": "u1", "nickname": ""}}, user="u1")
    assert await found(rest, nickName="г") == (0, [])
    assert await found(rest, userID="U1") == (1, ["u1"])


async def test_a_user_whose_registration_failed_is_not_found(rest):
    await registered(rest, (1, "anna"))
    users = [{"userID": each, "nickname": "anna"} for each in ("new", "u1")]
    assert (await rest.post("/user/user_register", {"users": users}))["errCode"] == 1102
    assert await found(rest, nickName="anna") == (1, ["u1"])


async def test_administrators_are_not_found_and_a_restore_changes_who_is_found(rest):
    await registered(rest, (1, "anna"))
    assert await found(rest, userID=ADMIN) == (0, [])

    async def restore(*users):
        await rest.data("/relation/restore", {"users": users})

    await restore({"userID": "u1", "nickname": "Олег"}, {"userID": "u2", "nickname": "王小明"})
    assert await found(rest, nickName="ann") == (0, [])
    assert await found(rest, nickName="ОЛЕ") == (1, ["u1"])
    assert await found(rest, nickName="小") == (1, ["u2"])
    await restore({"userID": "u2", "nickname": "王小明", "appMangerLevel": 2})
    assert await found(rest, nickName="小") == (0, [])
    await restore({"userID": "u2", "nickname": "王小明", "appMangerLevel": 1})
    assert await found(rest, nickName="小") == (1, ["u2"])


@pytest.mark.parametrize(("field", "most"), [("userID", 128), ("nickName", 256)])
async def test_a_text_that_is_too_long_is_refused(rest, field, most):
    assert await found(rest, **{field: "ﷺ" * most}) == (0, [])
    refused = await rest.post("/user/get_users", {"pagination": PAGE, field: "a" * (most + 1)})
    assert refused["errCode"] == 1001
    assert refused["errDlt"].startswith(field)
    assert str(most) in refused["errDlt"]


@ON_SQLITE_ALONE
async def test_a_text_of_megabytes_is_refused_before_it_is_folded(rest):
    refused = await rest.post("/user/get_users", {"pagination": PAGE, "nickName": "%" * 6_000_000})
    assert refused["errCode"] == 1001


async def test_the_longest_nickname_is_found_by_any_part_of_it(rest):
    nickname = "".join(chr(0x4E00 + n) for n in range(1024))
    await registered(rest, (1, nickname))
    for asked in (nickname[:256], nickname[-256:], nickname[500:600], nickname[-1]):
        assert await found(rest, nickName=asked) == (1, ["u1"])
    assert await found(rest, nickName=nickname[:200] + nickname[:50]) == (0, [])


async def test_users_searches_are_limited_per_minute_and_administrators_are_not(start_server):
    rest = await start_server(limits={"searchesPerMinute": 3})
    await rest.register("ann", "bob")
    body = {"pagination": PAGE}
    for path in ("/user/get_users", "/user/get_all_users_uid", "/user/get_users"):
        assert (await rest.post(path, body, user="ann"))["errCode"] == 0
    for path in ("/user/get_users", "/user/get_all_users_uid"):
        refused = await rest.post(path, body, user="ann")
        assert (refused["errCode"], refused["errMsg"]) == (1355, "ReadsLimitError")
        assert "searchesPerMinute" in refused["errDlt"]
    assert (await rest.post("/user/get_users", body, user="bob"))["errCode"] == 0
    for _ in range(5):
        assert (await rest.post("/user/get_users", body))["errCode"] == 0


@pytest.fixture
async def database(database_url):
    opened = await open_database(database_url)
    yield opened
    await opened.close()


def named(number, nickname, user_id=None, level=0):
    return User(user_id=user_id or f"u{number}", nickname=nickname, app_manger_level=level)


async def inserted(database, users):
    return await database.write(lambda tx: store.insert(tx, users), rows=store.ROWS_OF_A_USER * len(users))


async def locked(tx, user_id):
    row = await store.lock(tx, user_id)
    assert row is not None
    return row


async def search(database, user_id, nickname, offset=0, limit=1000):
    query = search_index.containing(database, user_id, nickname)
    assert query is not None
    total, users = await search_store.page_found(database, query, offset, limit)
    return total, [user.user_id for user in users]


async def test_a_search_finds_what_a_scan_of_all_users_finds(database):
    print("AMITY_SEED", SEED)
    dice = random.Random(SEED)

    def text(alphabet, longest):
        return "".join(dice.choice(alphabet) for _ in range(dice.randint(1, longest)))

    people = {}
    for number in range(300):
        user = named(number, text(ALPHABET, 8), f"{text(ID_ALPHABET, 5)}{number}", dice.choice((0, 0, 1, 2)))
        people[user.user_id] = user
    chosen = list(people.values())
    await inserted(database, chosen[:200])
    await search_index.settle(database)
    await inserted(database, chosen[200:])
    for round_number in range(4):
        for _ in range(100):
            asked = []
            for of in ("user_id", "nickname"):
                whole = getattr(dice.choice(list(people.values())), of)
                begin = dice.randrange(len(whole))
                part = whole[begin : begin + dice.randint(1, 4)]
                asked.append(dice.choice((part, part.upper(), part + text(ALPHABET, 1), text(ALPHABET, 3), "")))
            folded = [fold(each) for each in asked]
            if not any(folded):
                continue
            expected = [
                user.user_id
                for user in people.values()
                if user.app_manger_level < 2
                and any(
                    needle and needle in fold(having)
                    for needle, having in zip(folded, (user.user_id, user.nickname), strict=True)
                )
            ]
            assert await search(database, *asked) == (len(expected), expected), (round_number, asked)
        for user in dice.sample(list(people.values()), 20):
            user.nickname = text(ALPHABET, 8)

            async def change(tx, user=user):
                number, _ = await locked(tx, user.user_id)
                await store.update(tx, number, user)

            await database.write(change)
            if dice.random() < 0.1:
                await search_index.settle(database)
        if dice.random() < 0.5:
            await search_index.settle(database)


async def test_at_most_the_documented_number_is_counted_and_shown(database, monkeypatch):
    monkeypatch.setattr(search_index, "MOST_FOUND", 10)
    await inserted(database, [named(number, "anna") for number in range(30)])
    assert await search(database, "", "ann", 0, 4) == (10, ["u0", "u1", "u2", "u3"])
    assert await search(database, "", "ann", 8, 4) == (10, ["u8", "u9"])
    assert await search(database, "", "ann", 20, 4) == (10, [])
    assert await search(database, "u29", "", 0, 4) == (1, ["u29"])
    await search_index.settle(database)
    await inserted(database, [named(number, "anna") for number in range(30, 60)])
    assert await search(database, "", "ann", 8, 4) == (10, ["u8", "u9"])


async def test_a_rolled_back_transaction_leaves_nothing_in_the_index(database):
    await inserted(database, [named(1, "anna")])

    async def fail(tx):
        await store.insert(tx, [named(2, "annika")])
        number, user = await locked(tx, "u1")
        user.nickname = "bert"
        await store.update(tx, number, user)
        raise ImError(1001)

    with pytest.raises(ImError):
        await database.write(fail)
    assert await search(database, "", "ann") == (1, ["u1"])
    assert await search(database, "", "bert") == (0, [])


async def test_settling_adds_waiting_texts_to_the_index_and_removes_outdated_ones(database):
    if database.dialect == "postgres":
        pytest.skip("PostgreSQL keeps its index by itself")

    async def indexed(text):
        query = search_index.containing(database, "", text)
        assert query is not None
        rows = await database.fetch("select rowid from user_texts_pairs where user_texts_pairs match $1", query.args[0])
        return [row[0] for row in rows]

    async def rename(number, nickname, level=0):
        async def work(tx):
            row, user = await locked(tx, f"u{number}")
            user.nickname, user.app_manger_level = nickname, level
            await store.update(tx, row, user)

        await database.write(work)

    await inserted(database, [named(number, "anna") for number in range(1, 451)])
    await rename(1, "bert")
    assert await indexed("anna") == []
    await search_index.settle(database)
    assert await indexed("anna") == list(range(2, 451))
    assert await indexed("bert") == [1]
    await rename(1, "cleo")
    await rename(1, "dora")
    await rename(2, "dora", level=2)
    await rename(3, "dora", level=2)
    await rename(3, "emil")
    await search_index.settle(database)
    assert await indexed("bert") == await indexed("cleo") == []
    assert await indexed("dora") == [1]
    assert await indexed("emil") == [3]
    assert await indexed("anna") == list(range(4, 451))
    assert (await database.fetch("select count(*) from user_texts_waiting"))[0][0] == 0


async def test_a_server_settles_the_texts_that_wait_for_the_index(start_server, database_url):
    rest = await start_server()
    await rest.register("ann", "bob")

    async def settled():
        connection = sqlite3.connect(database_url.removeprefix("sqlite:///"))
        while connection.execute("select 1 from user_texts_waiting").fetchone():  # noqa: ASYNC110 - no event says so
            await asyncio.sleep(0.05)
        connection.close()

    if database_url.startswith("sqlite"):
        await asyncio.wait_for(settled(), 10)
    assert await found(rest, userID="nn") == (1, ["ann"])


async def test_a_search_is_answered_from_the_index(database, database_url):
    await inserted(database, [named(number, f"{number * 7919 % 100_003} name") for number in range(8_000)])
    if database.dialect == "postgres":
        # PostgreSQL does this by itself after a while, and so does the server on SQLite.
        connection = await asyncpg.connect(database_url)
        await connection.execute("vacuum analyze user_texts")
        await connection.close()
    await search_index.settle(database)
    for asked in ("7919", "q", "名", "zzzzz"):
        query = search_index.containing(database, asked, asked)
        assert query is not None
        explain = "explain query plan " if database.dialect == "sqlite" else "explain "
        rows = await database.fetch_scan(explain + query.sql, *query.args)
        plan = "\n".join(str(tuple(row)) for row in rows)
        if database.dialect == "sqlite":
            assert "SCAN p VIRTUAL TABLE" in plan
            assert "SEARCH t USING INTEGER PRIMARY KEY" in plan
            assert "SCAN w" in plan, "the few that wait"
            assert "SCAN t" not in plan
            assert (await database.fetch("select count(*) from user_texts_waiting"))[0][0] == 0
        else:
            assert "Bitmap Index Scan on user_texts_pairs" in plan
            assert "Seq Scan" not in plan
