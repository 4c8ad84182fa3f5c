"""Frames are normalized so that what differs from run to run has a name, and all else stays as it is."""

import base64
import json

import pytest

from amity.wire.proto.sdkws_pb2 import GetMaxSeqReq, MsgData, PullMessageBySeqsResp
from tests.support.recorded_frames import Normalizer, built, filled, plain, without_empty

LONG_AGO = 1_700_000_000_000
NOW = 1_800_000_000_000
MADE = "0123456789abcdef" * 2


def test_a_message_becomes_json_without_empty_members_and_back():
    message = MsgData(sendID="ua", content=b'{"x": 1}', seq=2**40, options={"history": False}, atUserIDList=["ub"])
    read = plain(message)
    assert read == {
        "sendID": "ua",
        "content": '{"x": 1}',
        "seq": 2**40,
        "options": {"history": False},
        "atUserIDList": ["ub"],
    }
    assert built(MsgData, read) == message
    assert built(GetMaxSeqReq, {"userID": ""}) == GetMaxSeqReq()


@pytest.mark.parametrize(
    ("content", "text"),
    [(b"x" * 1500, "<x * 1500>"), (b"\xff", {"hex": "ff"}), (b"a" * 999, "a" * 999), (b"", None)],
    ids=["long", "no text", "short", "empty"],
)
def test_a_long_content_has_a_short_name(content, text):
    read = plain(MsgData(content=content))
    assert read.get("content") == text
    assert built(MsgData, read) == MsgData(content=content)


def test_what_compresses_badly_is_as_long_as_its_name_says():
    sent = MsgData.FromString(built(MsgData, {"content": "<3000 digits>"}).SerializeToString())
    assert len(sent.content) == 3000
    assert plain(sent) == {"content": "<3000 digits>"}


def test_a_pushed_message_is_named_after_request_and_answer():
    answer = {"serverMsgID": MADE, "clientMsgID": "mine", "sendTime": NOW}
    normalizer = Normalizer({"si_ua_ub": 7}, {"createTime": LONG_AGO}, answer)
    pushed = {"serverMsgID": MADE, "clientMsgID": "mine", "sendTime": NOW, "createTime": LONG_AGO, "seq": 8}
    assert normalizer.push(pushed, "si_ua_ub") == {
        "serverMsgID": "<serverMsgID of the answer>",
        "clientMsgID": "<clientMsgID of the answer>",
        "sendTime": "<sendTime of the answer>",
        "createTime": "<createTime of the request>",
        "seq": "<newest+1>",
    }
    other = {"serverMsgID": MADE[::-1], "clientMsgID": "other", "sendTime": NOW + 1, "seq": 7, "status": 2}
    assert normalizer.push(other, "si_ua_ub") == {
        "serverMsgID": "<serverMsgID>",
        "clientMsgID": "other",
        "sendTime": "<milliseconds>",
        "seq": "<newest>",
        "status": 2,
    }


def test_numbers_of_an_answer_are_distances_from_the_newest_of_their_conversation():
    answer = PullMessageBySeqsResp()
    answer.msgs["si_ua_ub"].Msgs.add(seq=3)
    answer.msgs["si_ua_ub"].Msgs.add(seq=40)
    answer.msgs["si_ua_uc"].endSeq = 9
    read = Normalizer({"si_ua_ub": 40, "si_ua_uc": 10}).data(plain(answer))
    assert read["msgs"]["si_ua_ub"]["Msgs"] == [{"seq": 3}, {"seq": "<newest>"}]
    assert read["msgs"]["si_ua_uc"] == {"endSeq": "<newest-1>"}
    assert Normalizer({"si_ua_ub": 40}).data({"maxSeqs": {"si_ua_ub": 41}}) == {"maxSeqs": {"si_ua_ub": "<newest+1>"}}


def test_a_request_gets_the_numbers_and_the_time_of_the_run():
    asked = {"seqRanges": [{"conversationID": "si_ua_ub", "begin": "<newest-2>", "end": "<newest>", "num": 1}]}
    assert filled(asked, {"si_ua_ub": 12}, NOW) == {
        "seqRanges": [{"conversationID": "si_ua_ub", "begin": 10, "end": 12, "num": 1}]
    }
    sent = {"createTime": "<now>", "sendTime": "<now + 1 h>", "ex": "<x>"}
    assert filled(sent, {}, NOW) == {"createTime": NOW, "sendTime": NOW + 3_600_000, "ex": "<x>"}


def test_the_content_of_what_is_pulled_is_a_text_and_that_of_a_notification_is_json():
    newest = {"si_ua_ub": 40}
    text = base64.b64encode(b'{"content":"x"}').decode()
    assert Normalizer(newest).data({"content": text}) == {"content": '{"content":"x"}'}
    assert Normalizer(newest).data({"content": '{"content":"x"}'}) == {"content": '{"content":"x"}'}
    detail = {"conversationID": "si_ua_ub", "seq": 41, "revokeTime": NOW, "seqs": None}
    content = base64.b64encode(json.dumps({"detail": json.dumps(detail)}).encode()).decode()
    read = {"conversationID": "si_ua_ub", "seq": "<newest+1>", "revokeTime": "<milliseconds>", "seqs": None}
    assert Normalizer(newest).data({"content": content}) == {"content": {"detail": read}}
    pushed = {"content": json.dumps({"detail": json.dumps(detail)}), "offlinePushInfo": {"title": "x"}}
    assert Normalizer(newest).push(pushed, "n_ua_ub") == {"content": {"detail": read}}


def test_the_data_of_an_answer_has_no_empty_members():
    answer = {"errCode": 0, "errMsg": "", "data": {"a": 0, "b": [{"c": None, "d": 1}, {}], "e": {"f": ""}}}
    assert without_empty(answer) == {"errCode": 0, "errMsg": "", "data": {"b": [{"d": 1}, {}]}}
    assert without_empty({"errCode": 0, "data": {"a": []}}) == {"errCode": 0}
