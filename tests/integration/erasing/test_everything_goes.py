"""Nothing of an erased user is left in any table but what the page says."""

from typing import Any, NamedTuple

import pytest

from tests.integration.erasing.conftest import GONE, OTHERS, Town
from tests.support.stored_rows import stored_rows

WORDS = ("quux", "zephyrine", "token of")
"""In all that the user has entered, and in its names, whatever the case."""
ID_STAYS = {"users.user_id", "messages.body"}
"""Columns that still have the user's id: docs/operations.md, "Erasing a user"."""
NUMBER_STAYS = {
    "users.user_seq",
    "erasures.user_seq",
    "friends.friend_seq",  # tombstones on others' lists
    "blacks.black_seq",
    "group_members.user_seq",
    "group_members.inviter_seq",
    "group_members.operator_seq",
    "chat_groups.creator_seq",
    "conversations.peer_seq",  # others' conversations with the user
    "timelines.first_seq",
    "timelines.second_seq",
    "messages.sender_seq",
    "displaced_messages.sender_seq",
    "friends.operator_seq",
}
NOT_OF_USERS = {"message_seq", "seq", "event_seq", "log_seq", "use_seq", "group_seq", "max_seq", "min_seq", "read_seq"}
INDEXES = ("user_texts_pairs", "message_texts_pairs", "sqlite_")
"""FTS5 keeps pairs of characters until it merges."""


class Cell(NamedTuple):
    column: str
    value: Any


async def cells(database_url: str) -> list[Cell]:
    """Return every value in the database."""
    if database_url.startswith("sqlite"):
        tables = [
            row[0] for row in await stored_rows(database_url, "select name from sqlite_master where type = 'table'")
        ]
    else:
        named = "select table_name from information_schema.tables where table_schema = 'public'"
        tables = [row[0] for row in await stored_rows(database_url, named)]
    found = []
    for table in tables:
        if table.startswith(INDEXES):
            continue
        if database_url.startswith("sqlite"):
            columns = [row[1] for row in await stored_rows(database_url, f"select * from pragma_table_info('{table}')")]
            columns = [
                row[0] for row in await stored_rows(database_url, f"select name from pragma_table_info('{table}')")
            ]
        else:
            asked = f"select column_name from information_schema.columns where table_name = '{table}'"
            columns = [row[0] for row in await stored_rows(database_url, asked)]
        shown = [f"{each}::text" if each == "pairs" else each for each in columns]
        for row in await stored_rows(database_url, f"select {', '.join(shown)} from {table}"):
            found += [Cell(f"{table}.{name}", value) for name, value in zip(columns, row, strict=True)]
    return found


def has(value: Any, word: str) -> bool:
    text = value.decode("utf-8", "replace") if isinstance(value, bytes) else value
    return isinstance(text, str) and word in text.lower()


@pytest.fixture
async def full(town: Town) -> Town:
    await town.fill()
    return town


async def test_there_is_something_of_the_user_in_many_tables_before(full, database_url):
    before = await cells(database_url)
    named = {each.column for each in before for word in WORDS if has(each.value, word)}
    of_id = {each.column for each in before if has(each.value, GONE)}
    assert {"users.nickname", "users.face_url", "users.ex", "friends.remark", "blacks.ex", "messages.body"} <= named
    assert {"friend_requests.req_msg", "group_requests.req_msg", "group_members.nickname", "group_members.ex"} <= named
    assert {"user_commands.value", "client_configs.value", "conversations.ex", "message_texts.text"} <= named
    assert {"user_texts.nickname", "push_tokens.token"} <= named
    assert {"tokens.user_id", "app_badges.user_id", "idempotency.caller", "user_texts.user_id"} <= of_id


@pytest.mark.parametrize("messages", ["remove", "keep"])
async def test_nothing_is_left_but_what_the_page_says(full, database_url, messages):
    (number,) = [
        row[0] for row in await stored_rows(database_url, f"select user_seq from users where user_id = '{GONE}'")
    ]
    await full.erase(messages)
    await full.finished()
    words = WORDS if messages == "remove" else ("zephyrine", "quuxland", "token of")
    after = await cells(database_url)
    assert [each for each in after for word in words if has(each.value, word)] == []
    assert {each.column for each in after if has(each.value, GONE)} == ID_STAYS
    numbers = {each.column for each in after if each.column.endswith("_seq") and each.value == number}
    numbers = {each for each in numbers if each.partition(".")[2] not in NOT_OF_USERS}
    assert numbers <= NUMBER_STAYS


async def test_everybody_else_is_as_before(full, database_url):
    await full.erase()
    await full.finished()
    found = await full.rest.data("/user/get_users_info", {"userIDs": [*OTHERS, GONE]})
    assert [each["nickname"] for each in found["usersInfo"]] == [*OTHERS, "Deleted user"]
    assert [each["faceURL"] + each["ex"] for each in found["usersInfo"]] == [""] * 6
