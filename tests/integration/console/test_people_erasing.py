"""Erasing a user in the console."""

import asyncio
import json

import pytest

from tests.integration.console.people import field_of, logged, path, problem_of, profile_of, rows_of, text_of
from tests.support.rest import ADMIN


@pytest.fixture
async def alice(rest):
    """A user with a friend, who has written to it."""
    await rest.register("alice", "bob")
    await rest.import_friends("alice", ["bob"])
    message = {"sendID": "alice", "recvID": "bob", "contentType": 101, "sessionType": 1}
    await rest.data("/msg/send_msg", message | {"content": {"content": "hi"}})


async def erased(admin, typed, *, user="alice", messages="remove"):
    fields = {"id": user, "typed": typed, "messages": messages}
    return await admin.submit("/console/people/erase", fields, on=path("erase", user))


async def progress(admin, user="alice"):
    return json.loads((await admin.get(path("erasure.json", user))).text)


async def until_all_is_gone(admin, user="alice"):
    """Ask how far the erasure is, as the page does, until all is gone."""
    async with asyncio.timeout(20):
        found = await progress(admin, user)
        while not found["state"].startswith("All is gone."):
            await asyncio.sleep(0.05)
            found = await progress(admin, user)
    return found


async def test_the_page_says_what_goes_and_what_stays(admin, alice):
    said = text_of((await admin.get(path("erase", "alice"))).text)
    for each in ("What goes", "What stays", "Friends 1", "Messages that it wrote 1", "Nobody can register it again."):
        assert each in said


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("bob", "That is not the id of this user. It is: alice"),
        ("Alice", "That is not the id of this user. It is: alice"),
        (" ", "Type the id of the user: alice"),
    ],
)
async def test_nobody_is_erased_by_a_wrong_id_and_that_is_said(admin, alice, rest, typed, said):
    answer = await erased(admin, typed, messages="keep")
    assert answer.status_code == 400
    assert problem_of(answer.text) == said
    assert field_of(answer.text, "typed") == typed.strip()
    assert 'value="keep" checked' in answer.text
    assert (await profile_of(rest, "alice"))["nickname"] == "alice"
    assert await logged(admin, "people.erase") == []


async def test_a_user_is_erased_and_its_page_says_how_far_it_is(admin, alice, rest):
    answer = await erased(admin, " alice ")
    assert answer.headers["location"] == "/console/people/user?id=alice&said=said.people.erased"
    assert (await profile_of(rest, "alice"))["nickname"] == "Deleted user"
    assert await logged(admin, "people.erase") == [["alice", "Done"]]
    page = await admin.get(answer.headers["location"])
    assert f"Asked for by {ADMIN} at" in text_of(page.text)
    assert "/console/people/erase?" not in page.text
    found = await until_all_is_gone(admin)
    assert found["counts"]["friend"] == "1"
    assert not found["isFinished"]
    assert rows_of((await admin.get("/console/people/erasures")).text)[0][0] == "alice"
    assert [row[3] for row in rows_of((await admin.get("/console/people?q=alice")).text)] == ["erased"]


async def test_what_was_kept_can_be_removed_later(admin, alice, rest):
    await erased(admin, "alice", messages="keep")
    page = await admin.get(path("user", "alice"))
    assert "What the user wrote is kept under the name of a deleted user." in page.text
    assert "was kept. That is emptied now." in (await admin.get(path("erase", "alice"))).text
    await erased(admin, "alice")
    assert "What the user wrote is emptied." in (await admin.get(path("user", "alice"))).text
    assert "This user is erased already." in (await admin.get(path("erase", "alice"))).text


async def test_an_administrator_is_not_erased_and_the_page_says_why(admin, rest):
    said = "This user is an administrator of this server (setting admins)"
    assert said in (await admin.get(path("erase", ADMIN))).text
    fields = {"id": ADMIN, "typed": ADMIN, "messages": "remove"}
    answer = await admin.submit("/console/people/erase", fields, on="/console/people")
    assert answer.status_code == 400
    assert problem_of(answer.text).startswith(said)
    assert (await logged(admin, "people.erase"))[0][1].startswith("Refused 1002")


async def test_a_notification_account_is_not_erased_and_the_page_says_why(admin, rest):
    await rest.data("/user/add_notification_account", {"userID": "shop", "nickName": "Shop", "appMangerLevel": 3})
    assert "This is a notification account of your app" in (await admin.get(path("erase", "shop"))).text


async def test_who_does_not_exist_is_not_erased(admin):
    fields = {"id": "nobody", "typed": "nobody"}
    answer = await admin.submit("/console/people/erase", fields, on="/console/people")
    assert answer.status_code == 404


async def test_two_administrators_who_erase_the_same_user_erase_it_once(admin, alice, visit):
    other = visit()
    await other.log_in()
    answers = await asyncio.gather(erased(admin, "alice"), erased(other, "alice"))
    assert [answer.status_code for answer in answers] == [303, 303]
    assert len(rows_of((await admin.get("/console/people/erasures")).text)) == 1


async def test_the_progress_is_told_to_nobody_who_is_not_logged_in(visitor, admin, alice):
    await erased(admin, "alice")
    assert (await visitor.get(path("erasure.json", "alice"))).status_code == 401
    assert (await admin.get(path("erasure.json", "bob"))).status_code == 404
