"""What of a message is about an erased user, and goes."""

import json

import pytest

from amity.erasing.rewriting import without_user
from amity.wire.proto.sdkws_pb2 import MsgData


def message(content, sender="bob", content_type=101, **fields):
    encoded = content if isinstance(content, bytes) else json.dumps(content).encode()
    return MsgData(sendID=sender, contentType=content_type, content=encoded, **fields)


def content_of(body):
    return json.loads(MsgData.FromString(body).content)


def rewritten(content, **fields):
    body = without_user(message(content, **fields), "ann", keeps_quotes=False)
    return None if body is None else content_of(body)


def test_the_sender_s_name_and_picture_and_what_was_to_be_pushed_go():
    sent = message({"content": "hi"}, sender="ann", senderNickname="Ann", senderFaceURL="https://a/ann")
    sent.offlinePushInfo.title = "Ann"
    made = MsgData.FromString(without_user(sent, "ann", keeps_quotes=True) or b"")
    assert (made.sendID, made.senderNickname, made.senderFaceURL) == ("ann", "Deleted user", "")
    assert (made.content, made.HasField("offlinePushInfo")) == (sent.content, False)


@pytest.mark.parametrize(
    "content",
    [
        {"content": "ann said so"},
        {"userID": "annie", "nickname": "Annie"},
        {"userID": "ann"},
        b"ann, and no JSON",
        b"",
        [],
    ],
    ids=str,
)
def test_what_says_nothing_of_the_user_stays_byte_by_byte(content):
    assert without_user(message(content), "ann", keeps_quotes=False) is None


@pytest.mark.parametrize(
    ("said", "left"),
    [
        (
            {"userID": "ann", "nickname": "Ann", "faceURL": "f", "ex": "e", "roleLevel": 20},
            {"userID": "ann", "nickname": "Deleted user", "faceURL": "", "ex": "", "roleLevel": 20},
        ),
        ({"atUserID": "ann", "groupNickname": "Ann"}, {"atUserID": "ann", "groupNickname": "Deleted user"}),
        (
            {"fromUserID": "ann", "fromNickname": "Ann", "toUserID": "bob", "toNickname": "Bob", "reqMsg": "I am Ann"},
            {"fromUserID": "ann", "fromNickname": "Deleted user", "toUserID": "bob", "toNickname": "Bob", "reqMsg": ""},
        ),
        (
            {"applicant": {"userID": "ann", "nickname": "Ann"}, "reqMsg": "I am Ann"},
            {"applicant": {"userID": "ann", "nickname": "Deleted user"}, "reqMsg": ""},
        ),
        ({"revokerID": "ann", "revokerNickname": "Ann"}, {"revokerID": "ann", "revokerNickname": "Deleted user"}),
    ],
    ids=["a member", "a mention", "a friend request", "an application", "a revocation"],
)
def test_names_beside_the_id_go_wherever_they_stand(said, left):
    assert rewritten(said) == left
    assert rewritten({"list": [{"deep": said}]}) == {"list": [{"deep": left}]}
    found = rewritten({"detail": json.dumps({"user": said})})
    assert json.loads(found["detail"]) == {"user": left}


def test_a_quote_of_the_user_is_masked_where_its_messages_go():
    quote = {"sendID": "ann", "senderNickname": "Ann", "contentType": 101, "content": '{"content":"secret"}'}
    asked = message({"text": "so?", "quoteMessage": quote}, content_type=114)
    masked = content_of(without_user(asked, "ann", keeps_quotes=False))
    assert masked["text"] == "so?"
    assert masked["quoteMessage"] == {
        "sendID": "ann",
        "senderNickname": "Deleted user",
        "contentType": 2101,
        "content": "{}",
    }
    kept = content_of(without_user(asked, "ann", keeps_quotes=True))
    assert kept["quoteMessage"] == quote | {"senderNickname": "Deleted user"}


def test_what_is_nested_without_end_does_no_harm():
    content = b'{"userID":"ann","nickname":"Ann","in":' * 2000 + b"1" + b"}" * 2000
    without_user(message(content), "ann", keeps_quotes=False)
    text = json.dumps({"userID": "ann", "nickname": "Ann"})
    for _ in range(12):
        text = json.dumps({"detail": text})
    body = without_user(message(text.encode()), "ann", keeps_quotes=False)
    assert body is not None
    assert b"Ann" not in body
