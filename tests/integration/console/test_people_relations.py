"""The lists of a user, and what an administrator does on them: import friends, remove, answer, unblock."""

import threading

import pytest

from amity.console.rendering import Rendering
from tests.integration.conftest import import_callbacks
from tests.integration.console.people import PAGE, field_of, logged, path, problem_of, rows_of, text_of
from tests.support.business_server import ALLOW


@pytest.fixture
async def town(rest):
    """Some users."""
    await rest.register("alice", "bob", "cid", "dan")


async def imported(admin, *typed, user="alice", **fields):
    return await admin.submit(
        "/console/people/import", {"id": user, "friends": "\r\n".join(typed), **fields}, on=path("import", user)
    )


async def test_of_each_id_it_is_said_what_came_of_it(admin, rest, town):
    await rest.import_friends("alice", ["bob"])
    answer = await imported(admin, "bob", " cid ", "", "nobody<b>", "alice", "dan,cid")
    assert answer.status_code == 200
    assert rows_of(answer.text) == [
        ["alice", "That is the user itself"],
        ["nobody<b>", "There is no such user"],
        ["cid", "Imported"],
        ["dan", "Imported"],
        ["bob", "Was a friend already"],
    ]
    assert "<b>" not in answer.text
    assert await rest.friends("alice") == ["bob", "cid", "dan"]
    assert await rest.friends("dan") == ["alice"]
    assert await logged(admin, "people.import_friends") == [["alice bob cid nobody<b> dan", "Done"]]


async def test_a_thousand_ids_are_imported_and_each_is_told_of(admin, rest, town):
    await rest.register(*(f"user{n}" for n in range(1000)))
    answer = await imported(admin, *(f"user{n}" for n in range(1000)))
    assert rows_of(answer.text) == [[f"user{n}", "Imported"] for n in range(1000)]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (" \n, ", "Type the ids of the users who become friends."),
        (" ".join(f"u{n}" for n in range(1001)), "These are too many: 1000 ids at most at a time."),
        ("x" * 200_000, "These are too many: 1000 ids at most at a time."),
        ("bob " + "x" * 129, f"This is no user id, it has more than 128 characters: {'x' * 128}..."),
    ],
)
async def test_a_list_that_does_not_fit_is_said_and_kept(admin, rest, town, typed, said):
    answer = await imported(admin, typed)
    assert answer.status_code == 400
    assert problem_of(answer.text) == said
    assert field_of(answer.text, "friends") == typed
    assert await rest.friends("alice") == []


class TestWithABusinessServer:
    """The server asks a business server before an import."""

    @pytest.fixture
    async def rest(self, start_server, business):
        return await start_server(console={"enable": True}, callbacks=import_callbacks(business))

    async def test_whom_it_leaves_out_is_told_by_name(self, admin, rest, town, business):
        business.reaction = ALLOW | {"friendUserIDs": ["cid"]}
        answer = await imported(admin, "bob", "cid")
        assert rows_of(answer.text) == [["bob", "Left out by the business server"], ["cid", "Imported"]]
        assert await rest.friends("alice") == ["cid"]

    async def test_why_it_rejects_all_is_told_and_what_was_typed_is_kept(self, admin, rest, town, business):
        business.reaction = ALLOW | {
            "nextCode": 1,
            "errCode": 5001,
            "errMsg": "No <b>strangers</b>",
            "errDlt": "rule 7",
        }
        answer = await imported(admin, "bob", "cid")
        assert answer.status_code == 400
        assert problem_of(answer.text) == "The server refused it: 5001 No <b>strangers</b> rule 7"
        assert "<b>" not in answer.text
        assert field_of(answer.text, "friends") == "bob\r\ncid"
        assert (await logged(admin, "people.import_friends"))[0] == ["alice bob cid", "Refused 5001 rule 7"]

    async def test_that_it_cannot_be_reached_is_told(self, admin, rest, town, business):
        business.reaction = {"not": "an answer", "nextCode": 7}
        answer = await imported(admin, "bob")
        assert answer.status_code == 400
        assert problem_of(answer.text).startswith("The business server gave an answer that means nothing")


async def test_a_friend_is_removed_once_it_is_said_to_be_meant(admin, rest, town):
    await rest.import_friends("alice", ["bob", "cid"])
    fields = {"id": "alice", "other": "bob"}
    question = await admin.submit("/console/people/friends", fields, on=path("friends", "alice"))
    assert "Take bob off the friend list of alice?" in text_of(question.text)
    assert await rest.friends("alice") == ["bob", "cid"]
    answer = await admin.submit("/console/people/friends", fields | {"sure": "1"}, on=path("friends", "alice"))
    assert answer.headers["location"] == "/console/people/friends?id=alice&page=1&said=said.people.friend_removed"
    assert await rest.friends("alice") == ["cid"]
    assert await rest.friends("bob") == ["alice"]


async def test_a_friendship_is_ended_on_both_lists_if_that_is_asked_for(admin, rest, town):
    await rest.import_friends("alice", ["bob"])
    fields = {"id": "alice", "other": "bob", "sure": "1", "also": "1"}
    await admin.submit("/console/people/friends", fields, on=path("friends", "alice"))
    assert await rest.friends("alice") == await rest.friends("bob") == []
    assert await logged(admin, "people.remove_friend") == [["bob alice", "Done"], ["alice bob", "Done"]]


async def asks(rest, user, to, text="let me in"):
    await rest.data("/friend/add_friend", {"fromUserID": user, "toUserID": to, "reqMsg": text}, user=user)


@pytest.mark.parametrize(("word", "said", "friends"), [("agree", "agreed", ["bob"]), ("refuse", "refused", [])])
async def test_a_request_is_answered_for_the_user(admin, rest, town, word, said, friends):
    await asks(rest, "bob", "alice")
    fields = {"id": "alice", "other": "bob", "answer": word}
    answer = await admin.submit("/console/people/received", fields, on=path("received", "alice"))
    assert answer.headers["location"].endswith(f"said.people.{said}")
    assert await rest.friends("alice") == friends
    assert rows_of((await admin.get(path("sent", "bob"))).text)[0][2] == said
    assert await logged(admin, f"people.{word}") == [["alice bob", "Done"]]


async def test_what_was_written_to_a_request_is_not_shown(admin, rest, town):
    await asks(rest, "bob", "alice", "a private word")
    assert "bob" in (page := (await admin.get("/console/people/received?id=alice")).text)
    assert "alice" in (sent := (await admin.get("/console/people/sent?id=bob")).text)
    assert "a private word" not in page + sent


async def test_a_request_that_another_administrator_has_answered_is_said_to_be(admin, rest, town):
    await asks(rest, "bob", "alice")
    fields = {"id": "alice", "other": "bob", "answer": "agree"}
    on = path("received", "alice")
    await admin.submit("/console/people/received", fields, on=on)
    answer = await admin.submit("/console/people/received", fields | {"answer": "refuse"}, on=on)
    assert answer.status_code == 400
    assert problem_of(answer.text) == "This request has been answered meanwhile."
    assert await rest.friends("alice") == ["bob"]


async def test_an_answer_that_is_none_is_refused(admin, rest, town):
    await asks(rest, "bob", "alice")
    fields = {"id": "alice", "other": "bob", "answer": "maybe"}
    answer = await admin.submit("/console/people/received", fields, on=path("received", "alice"))
    assert problem_of(answer.text) == "A request is agreed to or refused."


async def test_a_user_is_unblocked(admin, rest, town):
    await rest.data("/friend/add_black", {"ownerUserID": "alice", "blackUserID": "bob"}, user="alice")
    assert rows_of((await admin.get(path("blocks", "alice"))).text)[0][0] == "bob"
    fields = {"id": "alice", "other": "bob"}
    answer = await admin.submit("/console/people/blocks", fields, on=path("blocks", "alice"))
    assert answer.headers["location"].endswith("said.people.unblocked")
    assert (await rest.data("/friend/get_black_list", {"userID": "alice", "pagination": PAGE}))["total"] == 0
    assert await logged(admin, "people.unblock") == [["alice bob", "Done"]]


async def test_groups_are_listed_with_the_role(admin, rest, town):
    for group, owner, members in (("g1", "alice", ["bob"]), ("g2", "bob", ["alice"])):
        info = {"groupID": group, "groupName": f"<b>{group}", "groupType": 2}
        await rest.data("/group/create_group", {"ownerUserID": owner, "memberUserIDs": members, "groupInfo": info})
    page = await admin.get(path("groups", "alice"))
    assert [row[:3] for row in rows_of(page.text)] == [["<b>g1 g1", "owner", "2"], ["<b>g2 g2", "member", "2"]]
    assert 'href="/console/groups/group?id=g1"' in page.text
    assert "<b>" not in page.text


async def test_conversations_are_listed_with_what_is_unread_and_nothing_of_what_was_written(admin, rest, town):
    message = {"sendID": "bob", "recvID": "alice", "contentType": 101, "sessionType": 1, "senderNickname": "bob"}
    for _ in range(3):
        await rest.data("/msg/send_msg", message | {"content": {"content": "a secret of theirs"}})
    page = await admin.get(path("conversations", "alice"))
    assert [row[:2] for row in rows_of(page.text)] == [["bob si_alice_bob", "3"]]
    assert 'href="/console/messages?conversation=si_alice_bob&amp;user=alice"' in page.text
    assert "a secret of theirs" not in page.text


async def test_a_list_is_shown_50_rows_a_page(admin, rest, town):
    people = [f"user{n:03}" for n in range(120)]
    await rest.register(*people)
    await rest.import_friends("alice", people)
    first, last = [(await admin.get(path("friends", "alice", page=page))).text for page in (1, 3)]
    assert len(rows_of(first)) == 50
    assert len(rows_of(last)) == 20
    assert "120 in all." in text_of(first)
    fields = {"id": "alice", "other": "user119", "page": "3", "sure": "1"}
    answer = await admin.submit("/console/people/friends", fields, on=path("friends", "alice"))
    assert "page=3" in answer.headers["location"]


async def test_a_form_that_is_sent_after_the_session_has_ended_does_nothing(admin, visitor, rest, town):
    await rest.import_friends("alice", ["bob"])
    answer = await visitor.post("/console/people/friends", {"id": "alice", "other": "bob", "sure": "1"})
    assert answer.headers["location"] == "/console/login?said=said.ended"
    assert await rest.friends("alice") == ["bob"]


async def test_a_long_text_that_is_shown_again_does_not_keep_the_event_loop(admin, town, monkeypatch):
    threads = []
    render = Rendering.page

    def noted(self, console, template, values):
        threads.append((template, threading.current_thread() is threading.main_thread()))
        return render(self, console, template, values)

    monkeypatch.setattr(Rendering, "page", noted)
    assert (await imported(admin, "<" * 20_000)).status_code == 400
    assert threads[-1] == ("pages/people/import.html", False)
