"""Frames: what released clients send is read, and what they are answered is what they read."""

import base64
import json
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from msgspec.structs import astuple

from amity.wire.compression import inflate
from amity.wire.frames import GO, JS, FrameError, Identifier, Reply, Request
from amity.wire.proto import msg_pb2, sdkws_pb2

FIXTURES = Path(__file__).parent / "fixtures"
RECORDED = sorted(path for path in FIXTURES.glob("*-*/*.bin") if path.stem.isdecimal())
CHAT = "si_a_b"


def request_in(path):
    frame = path.read_bytes()
    return JS.decode(frame) if path.parent.name.startswith("js") else GO.decode(inflate(frame, 1 << 16))


def messages_of(data):
    message = sdkws_pb2.MsgData.FromString(data)
    return message.sendID, message.recvID, message.contentType, json.loads(message.content)


def ranges_of(data):
    request = sdkws_pb2.PullMessageBySeqsReq.FromString(data)
    return request.userID, [(r.conversationID, r.begin, r.end, r.num) for r in request.seqRanges]


def seqs_of(data):
    request = msg_pb2.GetSeqMessageReq.FromString(data)
    return request.userID, [(c.conversationID, set(c.seqs) >= {1, 2}) for c in request.conversations]


def background_of(data):
    request = sdkws_pb2.SetAppBackgroundStatusReq.FromString(data)
    return request.userID, request.isBackground


def subscribed_in(data):
    request = sdkws_pb2.SubUserOnlineStatus.FromString(data)
    return list(request.subscribeUserID), list(request.unsubscribeUserID)


SAYS = {
    Identifier.GET_MAX_SEQ: (lambda data: sdkws_pb2.GetMaxSeqReq.FromString(data).userID, "a"),
    Identifier.PULL_BY_RANGES: (ranges_of, ("a", [(CHAT, 0, 3, 1)])),
    Identifier.SEND_MSG: (messages_of, ("a", "b", 101, {"content": "Grüße, 世界"})),
    Identifier.PULL_BY_SEQS: (seqs_of, ("a", [(CHAT, True)])),
    Identifier.GET_READ_AND_MAX_SEQ: (
        lambda data: msg_pb2.GetConversationsHasReadAndMaxSeqReq.FromString(data).userID,
        "a",
    ),
    Identifier.LOGOUT: (lambda data: msg_pb2.DelUserPushTokenReq.FromString(data).userID, "a"),
    Identifier.SET_BACKGROUND: (background_of, ("a", True)),
    Identifier.SUBSCRIBE_ONLINE: (subscribed_in, (["b", "c"], [])),
}


@pytest.mark.parametrize("path", RECORDED, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_what_a_released_client_sends_is_read(path):
    request = request_in(path)
    assert request.identifier == int(path.stem)
    assert (request.send_id, request.token) == ("a", "")
    assert request.operation_id
    assert request.msg_incr
    read, said = SAYS[Identifier(request.identifier)]
    assert read(request.data) == said


def test_every_kind_of_client_was_recorded():
    assert {path.parent.name for path in RECORDED} == {
        "electron-3.8.3-patch.10",
        "electron-3.8.3-patch.15.1",
        "js-0.0.14",
        "wasm-3.8.5",
    }
    assert {int(path.stem) for path in RECORDED} == set(SAYS)


def test_a_reply_in_json_is_written_as_openim_writes_it():
    assert JS.encode(Reply(1001, "a_1", "op", 1302, "ü", b"\n\x01a")) == (
        '{"reqIdentifier":1001,"msgIncr":"a_1","operationID":"op","errCode":1302,"errMsg":"ü","data":"CgFh"}'.encode()
    )


def test_a_reply_in_json_without_data_has_an_empty_text():
    assert json.loads(JS.encode(Reply(2002)))["data"] == ""


@pytest.mark.parametrize(
    "frame",
    [
        b'{"reqIdentifier":1006,"data":null,"token":null,"sendID":null,"msgIncr":null,"operationID":null}',
        b' {"reqIdentifier" : 1006, "data" : "" , "more":{"x":[1,null,"a"]}}\n',
        b'{"reqIdentifier":1001,"reqIdentifier":1006}',
    ],
)
def test_nulls_spaces_unknown_and_repeated_fields_in_json_are_no_fault(frame):
    assert JS.decode(frame) == Request(1006, "", "", "", b"")


@pytest.mark.parametrize(
    ("frame", "reason"),
    [
        (b"", "truncated"),
        (b"null", "Expected `object`"),
        (b"[]", "Expected `object`"),
        (b'{"reqIdentifier":1001}x', "trailing characters"),
        (b'{"reqIdentifier":"1001"}', "reqIdentifier"),
        (b'{"reqIdentifier":1001.5}', "reqIdentifier"),
        (b'{"reqIdentifier":2147483648}', "reqIdentifier"),
        (b'{"reqIdentifier":-2147483649}', "reqIdentifier"),
        (b'{"reqIdentifier":' + b"9" * 5000 + b"}", "reqIdentifier"),
        (b'{"data":"a"}', "base64"),
        (b'{"data":"a-_="}', "base64"),
        (b'{"data":[10,1,97]}', "data"),
        (b'{"sendID":1}', "sendID"),
        (b'{"sendID":"\xff"}', "a text is not UTF-8"),
        (b'{"sendID":"\\ud800"}', "the frame is no request in JSON"),
        (b'{"sendID":"\\ud800 and more"}', "the frame is no request in JSON"),
        (b'{"x":' + b"[" * 100_000, "too many values inside each other"),
        (b'{"x":' + b'{"x":' * 100_000, "too many values inside each other"),
        (b"\x1f\x8b\x08\0\0\0\0\0\0\xff\x01\0", "malformed"),
    ],
    ids=range(19),
)
def test_what_is_no_request_in_json_is_refused(frame, reason):
    with pytest.raises(FrameError, match=reason):
        JS.decode(frame)


@given(
    st.fixed_dictionaries(
        {},
        optional={
            "reqIdentifier": st.integers(-(2**31), 2**31 - 1),
            "sendID": st.text(),
            "operationID": st.text(),
            "msgIncr": st.text(),
            "data": st.binary(),
            "token": st.text(),
        },
    ),
    st.booleans(),
)
def test_a_request_in_json_is_read_as_it_was_written(fields, ascii_only):
    written = {name: base64.b64encode(x).decode() if isinstance(x, bytes) else x for name, x in fields.items()}
    request = JS.decode(json.dumps(written, ensure_ascii=ascii_only).encode())
    names = ("reqIdentifier", "sendID", "operationID", "msgIncr", "data", "token")
    zeros = (0, "", "", "", b"", "")
    assert request == Request(*(fields.get(name, zero) for name, zero in zip(names, zeros, strict=True)))


@given(
    st.builds(
        Reply,
        identifier=st.integers(-(2**31), 2**31 - 1),
        msg_incr=st.text(),
        operation_id=st.text(),
        err_code=st.integers(-(2**31), 2**31 - 1),
        err_msg=st.text(),
        data=st.binary(),
    )
)
@example(Reply(2001, data=bytes(100_000)))
def test_a_reply_in_json_is_read_as_it_was_written(reply):
    read = json.loads(JS.encode(reply))
    assert [*read.values()][:5] == list(astuple(reply)[:5])
    assert base64.b64decode(read["data"], validate=True) == reply.data


@given(
    st.one_of(
        st.binary(max_size=200),
        st.text().map(str.encode),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
            lambda inner: (
                st.lists(inner) | st.dictionaries(st.sampled_from(["reqIdentifier", "data", "sendID", "x"]), inner)
            ),
        ).map(lambda value: json.dumps(value).encode()),
    )
)
def test_bytes_and_json_of_any_kind_are_refused_or_read_and_nothing_else_happens(frame):
    only_refused(JS, frame)


@given(st.sampled_from(RECORDED), st.data())
def test_a_clients_frame_with_bytes_changed_is_refused_or_read(path, drawn):
    js = path.parent.name.startswith("js")
    frame = bytearray(path.read_bytes() if js else inflate(path.read_bytes(), 1 << 16))
    for _ in range(drawn.draw(st.integers(1, 5))):
        at = drawn.draw(st.integers(0, len(frame) - 1))
        frame[at : at + drawn.draw(st.integers(0, 2))] = drawn.draw(st.binary(max_size=3))
    only_refused(JS if js else GO, bytes(frame))


def only_refused(codec, frame):
    try:
        request = codec.decode(frame)
    except FrameError:
        return
    assert [type(value) for value in astuple(request)] == [int, str, str, str, bytes, str]
    "".join((*astuple(request)[1:4], request.token)).encode()
