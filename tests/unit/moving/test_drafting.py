"""Drafts of messages of another system."""

from typing import Any

import msgspec

from amity.moving.history.drafting import Drafting, Person, require_message
from amity.moving.history.models import HistoryMessage
from amity.wire.proto.sdkws_pb2 import MsgData

TIME = 1_700_000_000_000
PEOPLE = {"ann": Person(1, "Ann", "a.png"), "bob": Person(2, "", "")}


def message(sender: str, receiver: str, **fields: Any) -> HistoryMessage:
    content = msgspec.Raw(b'{"content":"hi"}')
    given: dict[str, Any] = {"send_id": sender, "recv_id": receiver, "send_time": TIME, "content_type": 101}
    return HistoryMessage(content=content, **given | fields)


FULL = message(
    "ann",
    "bob",
    create_time=TIME - 5,
    client_msg_id="c",
    sender_nickname="Annie",
    sender_face_url="x.png",
    sender_platform_id=5,
    attached_info="{}",
    ex="e",
)
BARE = message("bob", "ann")


def draft(drafting: Drafting, given: HistoryMessage) -> Any:
    return drafting.draft_of(given, require_message(given, TIME), "s")


def test_a_draft_has_nothing_of_the_one_before():
    drafting = Drafting(PEOPLE)
    for given in (FULL, BARE, FULL, BARE):
        assert draft(drafting, given) == draft(Drafting(PEOPLE), given)


def test_a_draft_shows_what_its_message_says_and_else_its_sender():
    made = MsgData.FromString(draft(Drafting(PEOPLE), FULL).body)
    assert (made.sendID, made.recvID, made.clientMsgID, made.serverMsgID) == ("ann", "bob", "c", "s")
    assert (made.senderNickname, made.senderFaceURL, made.senderPlatformID) == ("Annie", "x.png", 5)
    assert (made.sendTime, made.createTime, made.attachedInfo, made.ex) == (TIME, TIME - 5, "{}", "e")
    assert (made.sessionType, made.msgFrom, made.status, made.contentType) == (1, 100, 2, 101)
    made = MsgData.FromString(draft(Drafting(PEOPLE), message("ann", "bob")).body)
    assert (made.senderNickname, made.senderFaceURL, made.createTime, made.ex) == ("Ann", "a.png", TIME, "")


def test_both_directions_of_a_chat_are_one_timeline():
    drafting = Drafting(PEOPLE)
    assert draft(drafting, FULL).place == draft(drafting, BARE).place
