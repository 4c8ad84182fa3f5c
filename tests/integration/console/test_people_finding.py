"""The page People: finding users and registering them."""

import asyncio

import pytest

from tests.integration.console.people import field_of, logged, path, problem_of, profile_of, rows_of, text_of
from tests.support.rest import ADMIN
from tests.support.stored_rows import change_stored_rows

ODD = (
    '"><img src=x onerror=alert(1)>',
    "a'b&c=d%2e#e?f+g/h\\i",
    "\N{GRINNING FACE}",
    "\u202eevil\u202c",
    "שלום",
    "l" * 64,
)


async def test_the_newest_users_come_first_50_a_page(admin, rest):
    await rest.register(*(f"user{n:03}" for n in range(60)))
    first = await admin.get("/console/people")
    assert [row[0] for row in rows_of(first.text)] == [f"user{n:03}" for n in range(59, 9, -1)]
    assert "Newest first, of 60" in text_of(first.text)
    second = await admin.get("/console/people?q=&page=2")
    assert [row[0] for row in rows_of(second.text)] == [f"user{n:03}" for n in range(9, -1, -1)]
    assert "Page 2 of 2" in text_of(second.text)


async def test_a_text_is_looked_for_in_ids_and_nicknames(admin, rest):
    users = [{"userID": "alice", "nickname": "Ann"}, {"userID": "bob", "nickname": "Alicia"}]
    await rest.data("/user/user_register", {"users": [*users, {"userID": "cid", "nickname": "Cid"}]})
    answer = await admin.get("/console/people?q=ALIC")
    assert [row[0] for row in rows_of(answer.text)] == ["bob", "alice"]
    assert "Nobody has this" in (await admin.get("/console/people?q=nobody")).text


async def test_who_has_that_very_id_comes_first_also_an_administrator(admin, rest):
    await rest.register("al", "ala", "alb")
    assert [row[0] for row in rows_of((await admin.get("/console/people?q=al")).text)] == ["al", "alb", "ala"]
    assert [row[0] for row in rows_of((await admin.get(f"/console/people?q={ADMIN}")).text)] == [ADMIN]


async def test_a_text_that_is_too_long_is_said_and_kept(admin):
    answer = await admin.get(f"/console/people?q={'x' * 129}")
    assert answer.status_code == 400
    assert problem_of(answer.text) == "A text to find has 128 characters at most."
    assert field_of(answer.text, "q") == "x" * 129


async def test_a_user_is_registered_and_the_audit_log_has_it(admin, rest):
    fields = {"userID": "alice", "nickname": "Alice"}
    answer = await admin.submit("/console/people/register", fields, on="/console/people")
    assert answer.headers["location"] == "/console/people/user?id=alice&said=said.people.registered"
    assert (await profile_of(rest, "alice"))["nickname"] == "Alice"
    assert await logged(admin, "people.register") == [["alice", "Done"]]


async def test_without_a_nickname_a_user_is_called_by_its_id(admin, rest):
    await admin.submit("/console/people/register", {"userID": " bob ", "nickname": " "}, on="/console/people")
    assert (await profile_of(rest, "bob"))["nickname"] == "bob"


@pytest.mark.parametrize(
    ("user", "said"),
    [
        ("alice", "This id is registered already."),
        ("no spaces", "What was typed does not fit: users[0].userID: a userID is 1 to 128 letters"),
        ("", "What was typed does not fit: users[0].userID: userID is empty"),
        ("x" * 129, "What was typed does not fit: "),
        ("a\0b", "What was typed does not fit: "),
    ],
)
async def test_who_cannot_be_registered_is_said_and_what_was_typed_is_kept(admin, rest, user, said):
    await rest.register("alice")
    fields = {"userID": user, "nickname": "<Al>"}
    answer = await admin.submit("/console/people/register", fields, on="/console/people")
    assert answer.status_code == 400
    assert problem_of(answer.text).startswith(said)
    assert field_of(answer.text, "nickname") == "<Al>"
    assert field_of(answer.text, "userID") == user.replace("\0", "\ufffd")


async def test_two_administrators_who_register_the_same_user_make_one(admin, visit):
    other = visit()
    await other.log_in()
    answers = await asyncio.gather(
        *(
            each.submit("/console/people/register", {"userID": "alice", "nickname": name}, on="/console/people")
            for each, name in ((admin, "one"), (other, "two"))
        )
    )
    assert sorted(answer.status_code for answer in answers) == [303, 400]
    assert sorted(await logged(admin, "people.register")) == [["alice", "Done"], ["alice", answers_detail(answers)]]


def answers_detail(answers):
    """What the log says of the one that came second."""
    assert any("This id is registered already" in answer.text for answer in answers)
    return "Refused 1102 userID registered already: alice"


async def test_an_id_of_odd_characters_works_in_links_and_is_escaped(admin, rest, database_url):
    for number, user in enumerate(ODD):
        quoted = user.replace("'", "''")
        await change_stored_rows(
            database_url,
            "insert into users (user_id, nickname, face_url, ex, created_at, app_manger_level, global_recv_msg_opt)"
            f" values ('{quoted}', 'n{number}', '', '', 0, 0, 0)",
        )
    listed = await admin.get("/console/people")
    assert [row[0] for row in rows_of(listed.text)] == list(ODD[::-1])
    assert "<img" not in listed.text
    for number, user in enumerate(ODD):
        answer = await admin.get(path("user", user))
        assert answer.status_code == 200, user
        assert field_of(answer.text, "nickname") == f"n{number}"
        assert field_of(answer.text, "id") == user
        assert "<img" not in answer.text
        for tab in ("friends", "received", "sent", "blocks", "groups", "conversations", "import", "erase"):
            shown = await admin.get(path(tab, user))
            assert shown.status_code == 200, (tab, user)
            assert "<img" not in shown.text
        changed = await admin.submit(
            "/console/people/user",
            {"id": user, "version": field_of(answer.text, "version"), "nickname": f"m{number}"},
            on="/console/people",
        )
        assert changed.status_code == 303
        assert (await profile_of(rest, user))["nickname"] == f"m{number}"
        said = await admin.get(changed.headers["location"])
        assert "The profile is changed." in said.text


@pytest.mark.parametrize("user", ["", "nobody", "<b>", "x" * 5000, "%00", "a%00b", "%ED%A0%80"])
async def test_of_nobody_it_is_said_that_there_is_no_such_user(admin, user):
    for tab in ("user", "friends", "received", "conversations", "import", "erase"):
        answer = await admin.get(f"/console/people/{tab}?id={user}")
        assert answer.status_code == 404
        assert problem_of(answer.text).startswith("There is no user with this id:")
        assert "<b>" not in answer.text
