"""The protobuf messages: what is generated is up to date, and the numbers are those that clients know."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import amity
from amity.wire.proto import jssdk_pb2, msg_pb2, sdkws_pb2

SOURCES = Path(amity.__file__).parents[1]
PROTOS = sorted((SOURCES / "amity" / "wire" / "proto").glob("*.proto"))


@pytest.fixture(scope="module")
def generated(tmp_path_factory):
    """Return where protoc has put what it makes of the messages today."""
    out = tmp_path_factory.mktemp("generated")
    options = [f"--proto_path={SOURCES}", f"--python_out={out}", f"--pyi_out={out}"]
    subprocess.run([sys.executable, "-m", "grpc_tools.protoc", *options, *map(str, PROTOS)], check=True)
    return out


@pytest.mark.parametrize("name", [path.stem + suffix for path in PROTOS for suffix in ("_pb2.py", "_pb2.pyi")])
def test_what_is_committed_is_what_protoc_makes_of_it(generated, name):
    made = generated / "amity" / "wire" / "proto" / name
    assert made.read_bytes() == PROTOS[0].with_name(name).read_bytes(), "run `make protos`"


def test_the_bound_on_protobuf_is_what_the_generated_code_asks_for():
    generated = "".join(path.read_text() for path in PROTOS[0].parent.glob("*_pb2.py"))
    [version] = set(re.findall(r"^# Protobuf Python Version: (\S+)", generated, re.MULTILINE))
    project = tomllib.loads((SOURCES.parent / "pyproject.toml").read_text())["project"]
    [bound] = [each for each in project["dependencies"] if each.startswith("protobuf")]
    # Code that protoc N made runs with the library's N and N + 1.
    assert bound == f"protobuf>={version},<{int(version.partition('.')[0]) + 2}", "mend the bound in pyproject.toml"


def test_nothing_is_committed_whose_source_is_gone(generated):
    made = {path.name for path in generated.rglob("*_pb2.py*")}
    assert {path.name for path in PROTOS[0].parent.glob("*_pb2.py*")} == made


def member(key, value):
    """The field of a number and a text or a message inside, below 128 bytes."""
    return bytes([key << 3 | 2, len(value)]) + value


def number(key, value):
    return bytes([key << 3, value])


SEQS = number(1, 3) + number(2, 1) + number(3, 9)
MESSAGE = sdkws_pb2.MsgData(sendID="a", recvID="b", contentType=101, content=b"{}", seq=3, sendTime=7, createTime=8)
# Beyond 15 a field's number takes a second byte.
ENCODED = member(1, b"a") + member(2, b"b") + number(11, 101) + member(12, b"{}") + b"\x70\x03\x78\x07\x80\x01\x08"
CHAT = sdkws_pb2.PullMsgs(Msgs=[MESSAGE], isEnd=True, endSeq=3)
PULLED = member(1, ENCODED) + number(2, 1) + number(3, 3)


@pytest.mark.parametrize(
    ("message", "encoded"),
    [
        (MESSAGE, ENCODED),
        (sdkws_pb2.MsgData(clientMsgID="c", serverMsgID="s"), member(4, b"c") + member(5, b"s")),
        (sdkws_pb2.MsgData(sessionType=1, msgFrom=100, status=2), b"\x48\x01\x50\x64\x88\x01\x02"),
        (sdkws_pb2.MsgData(options={"history": True}), b"\x9a\x01\x0b" + member(1, b"history") + number(2, 1)),
        (
            sdkws_pb2.PushMessages(msgs={"si": CHAT}, notificationMsgs={"n": sdkws_pb2.PullMsgs(endSeq=1)}),
            member(1, member(1, b"si") + member(2, PULLED)) + member(2, member(1, b"n") + member(2, number(3, 1))),
        ),
        (
            sdkws_pb2.GetMaxSeqResp(maxSeqs={"si": 3}, minSeqs={"si": 1}),
            member(1, member(1, b"si") + number(2, 3)) + member(2, member(1, b"si") + number(2, 1)),
        ),
        (
            sdkws_pb2.PullMessageBySeqsResp(msgs={"si": CHAT}, notificationMsgs={"n": sdkws_pb2.PullMsgs(isEnd=True)}),
            member(1, member(1, b"si") + member(2, PULLED)) + member(2, member(1, b"n") + member(2, number(2, 1))),
        ),
        (msg_pb2.GetSeqMessageResp(msgs={"si": CHAT}), member(1, member(1, b"si") + member(2, PULLED))),
        (msg_pb2.GetLastMessageResp(msgs={"si": MESSAGE}), member(1, member(1, b"si") + member(2, ENCODED))),
        (
            msg_pb2.GetConversationsHasReadAndMaxSeqResp(
                seqs={"si": msg_pb2.Seqs(maxSeq=3, hasReadSeq=1, maxSeqTime=9)}, pinnedConversationIDs=["si"]
            ),
            member(1, member(1, b"si") + member(2, SEQS)) + member(2, b"si"),
        ),
        (
            msg_pb2.SendMsgResp(serverMsgID="s", clientMsgID="c", sendTime=7),
            member(1, b"s") + member(2, b"c") + number(3, 7),
        ),
        (
            sdkws_pb2.SubUserOnlineStatusTips(
                subscribers=[sdkws_pb2.SubUserOnlineStatusElem(userID="b", onlinePlatformIDs=[1, 5])]
            ),
            member(1, member(1, b"b") + member(2, b"\x01\x05")),
        ),
        (
            jssdk_pb2.GetActiveConversationsResp(
                unreadCount=2,
                conversations=[
                    jssdk_pb2.ConversationMsg(
                        conversation=jssdk_pb2.Conversation(ownerUserID="a", conversationID="si", conversationType=1),
                        lastMsg=MESSAGE,
                        user=sdkws_pb2.UserInfo(userID="b", nickname="B"),
                        friend=jssdk_pb2.FriendInfoOnly(friendUserID="b", remark="r"),
                        maxSeq=3,
                        readSeq=1,
                    )
                ],
            ),
            number(1, 2)
            + member(
                2,
                member(1, member(1, b"a") + member(2, b"si") + number(4, 1))
                + member(2, ENCODED)
                + member(3, member(1, b"b") + member(2, b"B"))
                + member(4, member(2, b"b") + member(3, b"r"))
                + number(6, 3)
                + number(7, 1),
            ),
        ),
    ],
    ids=lambda value: type(value).__name__ if not isinstance(value, bytes) else "",
)
def test_clients_find_each_field_under_its_number(message, encoded):
    assert message.SerializeToString() == encoded


def test_a_message_keeps_the_fields_that_are_not_known_here():
    sent = ENCODED + b"\xba\x3e\x03new"
    assert sdkws_pb2.MsgData.FromString(sent).SerializeToString() == sent
