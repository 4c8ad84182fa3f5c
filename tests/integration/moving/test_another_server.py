"""What users did on one server holds on the server that its export was brought into, on the other engine."""

import json
from typing import Any

from tests.integration.messages.conftest import Person, Talk
from tests.integration.moving.conftest import Move, Target
from tests.support.rest import Rest
from tests.support.stored_rows import stored_rows

RESTORE = "/relation/restore"
CHAT = "si_ann_bob"
NEWS = "sn_bob_news"
PAGE = {"pageNumber": 1, "showNumber": 10}


async def add_news(rest: Rest) -> None:
    """Make a user a notification account."""
    await rest.data(RESTORE, {"users": [{"userID": "news", "nickname": "News", "appMangerLevel": 3}]})


async def tell(rest: Rest, text: str) -> None:
    """Let the account tell Bob something."""
    content = {"notificationName": "News", "notificationType": 1, "text": text, "mixType": 0}
    told = {"sendID": "news", "recvID": "bob", "contentType": 1400, "sessionType": 1, "content": content}
    await rest.data("/msg/send_msg", told)


async def conversations(rest: Rest, user: str) -> dict[str, Any]:
    """Return a user's conversations by their ids."""
    answer = await rest.data("/conversation/get_owner_conversation", {"userID": user, "pagination": PAGE})
    return {each["conversationID"]: each for each in answer["conversations"]}


async def test_what_an_account_tells_stays_a_conversation_of_the_account(talk: Talk, target: Target, move: Move):
    await add_news(talk.rest)
    for text in ("one", "two", "three"):
        await tell(talk.rest, text)
    marked = {"conversationID": NEWS, "userID": "bob", "hasReadSeq": 2}
    await talk.rest.data("/msg/set_conversation_has_read_seq", marked)
    before = await conversations(talk.rest, "bob")
    for _ in range(2):
        await move()
        assert await conversations(target.rest, "bob") == before
    bob = await target.connect("bob")
    assert (await bob.max_seqs())[NEWS] == 3
    assert await bob.read_and_max(NEWS) == {NEWS: (2, 3)}
    assert [each.seq for each in (await bob.pull(NEWS, 1, 9)).Msgs] == [1, 2, 3]


async def test_a_chat_with_a_user_stands_beside_what_the_same_user_tells_as_an_account(
    talk: Talk, target: Target, move: Move
):
    await talk.rest.register("news")
    await talk.bob.send("news", "are you there")
    await add_news(talk.rest)
    await tell(talk.rest, "I am")
    before = await conversations(talk.rest, "bob")
    assert set(before) == {NEWS, "si_bob_news"}
    await move()
    assert await conversations(target.rest, "bob") == before


async def chat_of(person: Person) -> list[tuple[int, int, bytes]]:
    """Return the numbers, states and contents of the chat of Ann and Bob, as one of them pulls them."""
    pulled = (await person.pull(CHAT, 1, 99)).Msgs
    return [(each.seq, each.status, each.content) for each in pulled]


async def test_what_a_user_has_deleted_for_itself_stays_hidden_from_it_alone(talk: Talk, target: Target, move: Move):
    for text in ("m1", "m2", "m3"):
        await talk.ann.send("bob", text)
    await talk.rest.data("/msg/delete_msgs", {"conversationID": CHAT, "seqs": [2, 3], "userID": "bob"}, user="bob")
    for _ in range(2):
        await move()
    bob, ann = await target.connect("bob"), await target.connect("ann")
    assert await chat_of(bob) == await chat_of(talk.bob)
    assert [status for _, status, _ in await chat_of(bob)] == [2, 4, 4]
    assert [status for _, status, _ in await chat_of(ann)] == [2, 2, 2]
    assert await bob.read_and_max(CHAT) == await talk.bob.read_and_max(CHAT)


async def test_a_quote_of_a_revoked_message_stays_without_its_text(talk: Talk, target: Target, move: Move):
    await talk.ann.send("bob", "m1")
    await talk.rest.data("/msg/revoke_msg", {"conversationID": CHAT, "seq": 1, "userID": "ann"}, user="ann")
    quoted = {"seq": 1, "clientMsgID": "other", "contentType": 101, "content": "m1"}
    content = json.dumps({"text": "see", "quoteMessage": quoted}).encode()
    await talk.bob.send("ann", "quote", contentType=114, content=content)
    await move()
    for person in (talk.ann, await target.connect("ann")):
        (pulled,) = (await person.by_seqs(CHAT, 2)).Msgs
        assert json.loads(pulled.content)["quoteMessage"]["content"] == "{}"


async def test_what_is_taken_back_between_two_moves_is_gone(talk: Talk, target: Target, move: Move):
    for text in ("SECRET1", "SECRET2"):
        await talk.ann.send("bob", text)
    await move()
    await talk.rest.data("/msg/revoke_msg", {"conversationID": CHAT, "seq": 1, "userID": "ann"}, user="ann")
    option = {"IsSyncSelf": True, "IsSyncOther": True}
    deleted = {"conversationID": CHAT, "seqs": [2], "userID": "ann", "deleteSyncOpt": option}
    await talk.rest.data("/msg/delete_msgs", deleted, user="ann")
    await move()
    bob = await target.connect("bob")
    assert await chat_of(bob) == await chat_of(talk.bob)
    bodies = b"".join(bytes(row[0]) for row in await stored_rows(target.url, "select body from messages"))
    assert b'"SECRET' not in bodies


async def test_private_messages_are_removed_at_their_time(talk: Talk, target: Target, move: Move):
    private = {"options": {"notPrivate": False}, "attachedInfo": '{"isPrivateChat":true,"burnDuration":60}'}
    for text in ("read", "unread"):
        await talk.ann.send("bob", text, **private)
    marked = {"userID": "bob", "conversationID": CHAT, "hasReadSeq": 1}
    await talk.rest.data("/msg/set_conversation_has_read_seq", marked, user="bob")
    await move()
    rows = "select seq, burn_seconds, due_at from private_messages order by seq"
    first, second = await stored_rows(target.url, rows)
    assert (first[:2], second) == ((1, 60), (2, 60, 0))
    assert first[2] > 0
    await target.rest.data("/msg/set_conversation_has_read_seq", marked | {"hasReadSeq": 2}, user="bob")
    again = await stored_rows(target.url, rows)
    assert again[0] == first
    assert again[1][2] > first[2]
