"""What takes bytes of strangers apart, in this process: it raises the errors that it states and no others, and takes a
time that its input's length bounds."""

import contextlib
import gc
import gzip
import io
import json
import resource
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from amity import logs
from amity.api.decode import BodyDecoder
from amity.auth import tokens
from amity.callbacks.asking.verdict import decide
from amity.cli.moving.records import RecordFile
from amity.errors import Code, ImError
from amity.gateway.arguments import Query
from amity.gateway.encoding import encoding_of
from amity.gateway.head import upgrade_key
from amity.http.answer_head import HeadError as AnswerHeadError
from amity.http.answer_head import rewrite
from amity.http.chunks import ChunkError, Chunks
from amity.http.head import HeadError, read_head
from amity.http.origins import Origins
from amity.http.url import parse as parse_url
from amity.http.url import shown
from amity.importing.reading import parse
from amity.importing.source import FileProblem, Source
from amity.messages.reading.models import GetSeqMessageRequest
from amity.moving.models import RestoreRequest
from amity.relations.friends.models import ImportFriendRequest
from amity.settings import SettingsError, load
from amity.wire import protobuf
from amity.wire.events.catalogue import EVENTS
from amity.wire.events.event import NoChange
from amity.wire.frames import FrameError, Identifier, Request
from amity.wire.proto.msg_pb2 import GetSeqMessageReq
from tests.fuzz.fuzzing import Fault, Fuzz, in_time
from tests.fuzz.mutation import MOST_BYTES, mutated
from tests.support.gateway_client import frame_of

GRACE = 0.05
"""Seconds of processor time for any input, and besides for each of its bytes: slow, and linear."""
A_BYTE = 5e-6
YAML_GRACE = 1.0
"""The same for settings, which are the administrator's own. PyYAML takes 0.6 s until it finds brackets too deep."""
GROWTH = 96 * 1024 * 1024
"""Bytes by which this process may grow while one decoder is tried."""
ANSWER_HEAD = (
    b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\nX: a\n b\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\nhello"
)
GUARDS = [Origins(["https://app.example.com"]), Origins(["*"], loopback_only=True), Origins(["*"])]
CHANGES = [NoChange, *{event.change for event in EVENTS if hasattr(event, "change")}]


class Decoder(NamedTuple):
    """What is tried: the function, the errors that it may raise, inputs that it takes, and its grace."""

    decode: Callable[[bytes], object]
    errors: tuple[type[Exception], ...]
    valid: list[bytes]
    grace: float = GRACE


def only_1001(decode: Callable[[bytes], object]) -> Callable[[bytes], object]:
    """A decoder whose only error is 1001."""

    def checked(data: bytes) -> object:
        try:
            return decode(data)
        except ImError as error:
            if error.code != Code.ARGS or len(error.detail) > 8192:
                raise Fault(f"errCode {error.code} with {len(error.detail)} characters") from None
            return None

    return checked


REQUEST = Request(Identifier.PULL_BY_RANGES, "alice", "op-1", "1", GetSeqMessageReq(userID="alice").SerializeToString())
IMPORT = b'{"ownerUserID": "alice", "friendUserIDs": ["bob", "carol"], "notify": true, "partial": false}'
RESTORE = json.dumps(
    {
        "users": [{"userID": "alice", "nickname": "A", "ex": "", "createTime": 1764086400000, "appMangerLevel": 0}],
        "friends": [{"ownerUserID": "alice", "friendUserID": "bob", "remark": "", "addSource": 1, "isPinned": True}],
        "applications": [{"fromUserID": "carol", "toUserID": "alice", "handleResult": -1}],
        "blacks": None,
    }
).encode()
HEAD = (
    b"POST /friend/import_friend?a=b%20c HTTP/1.1\r\nHost: im.example.com:10002\r\ntoken: abc\r\noperationID: 1\r\n"
    b"Content-Type: application/json\r\nContent-Length: 12\r\nConnection: keep-alive, close"
)
CHUNKED = HEAD.replace(b"Content-Length: 12", b"Transfer-Encoding: chunked")
UPGRADE = (
    b"GET /?sendID=alice&token=t.t.t&platformID=7&operationID=c&isBackground=false&isMsgResp=true&compression=gzip"
    b"&sdkType=js HTTP/1.1\r\nHost: localhost:10001\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="
)
PACKED = (
    b"GET /?v=eyJ0b2tlbiI6ICJ0LnQudCIsICJ1c2VySUQiOiAiYWxpY2UiLCAicGxhdGZvcm1JRCI6IDcsICJvcGVyYXRpb25JRCI6ICJjIn0"
    b" HTTP/1.1\r\nHost: x\r\nCompression: gzip"
)
TOKEN = tokens.sign("a secret", "alice", 7, 1_800_000_000, 1_900_000_000).encode()
SETTINGS = b"""\
secret: "a secret that is long enough"
admins: [imAdmin]
api: {host: 127.0.0.1, port: 10002, corsOrigins: ["*"]}
gateway: {port: 10001, maxMessageBytes: 51200}
database: sqlite:///amity.db
limits: {friendsPerUser: 10}
callbacks:
  url: http://127.0.0.1:10006/callbackExample
  secret: [whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=]
  retries: [5, 300.5]
  beforeImportFriends: {enable: true, timeout: 5, failedContinue: false}
"""
ENVIRONMENT = b"AMITY_API__PORT=10002\nAMITY_CALLBACKS__BEFORE_IMPORT_FRIENDS__TIMEOUT=1.5\nAMITY_ADMINS=[a, b]"
ANSWER = b'{"actionCode": 0, "errCode": "0", "errMsg": "", "errDlt": null, "nextCode": 0, "friendUserIDs": ["bob"]}'
PAIRS = b'ownerUserID,friendUserID\nalice,bob\n"alice", "carol"\n'
RECORDS = (
    b'{"kind":"user","userID":"alice","nickname":"Alice"}\n{"kind":"friend","ownerUserID":"alice","friendUserID":"bob"}\n'
    b'{"kind":"application","fromUserID":"c","toUserID":"alice"}\n{"kind":"black","ownerUserID":"a","blackUserID":"m"}\n'
    b'{"kind":"end","users":1,"friends":1,"applications":1,"blacks":1}\n'
)
LINE = b"/friend/x answered 1001 token: abc eyJhbGciOi.eyJVc2Vy.abc postgresql://u:p@host/db whsec_abc password=xyz"


def inflated(sdk: str) -> Callable[[bytes], object]:
    return encoding_of(sdk, is_compressed=True).read


def plain(sdk: str) -> Callable[[bytes], object]:
    return encoding_of(sdk, is_compressed=False).read


def as_request(data: bytes) -> object:
    return protobuf.decode(data, GetSeqMessageReq, GetSeqMessageRequest)


def handshake(data: bytes) -> object:
    head = read_head(data)
    upgrade_key(head)
    query = Query(head)
    assert len(query.operation_id) <= 256
    return query.wants_answer, query.arguments()


def verdicts(data: bytes) -> object:
    for status in (200, 404):
        for change in CHANGES:
            decide(status, data, change)
    return None


def head_and_chunks(data: bytes) -> object:
    """The body comes behind the head, and in segments as in one piece."""
    whole = Chunks()
    pieces: list[bytes] | str
    try:
        pieces = whole.feed(data)
    except ChunkError as error:
        pieces = str(error)
    split = Chunks()
    body, at = b"", 0
    try:
        while at < len(data) and not split.is_done:
            body += b"".join(split.feed(data[at : at + 1 + at % 7]))
            at += 1 + at % 7
    except ChunkError:
        if not isinstance(pieces, str):
            raise Fault("refused in segments, and not in one piece") from None
        return None
    if isinstance(pieces, str):
        raise Fault(f"refused in one piece, and not in segments: {pieces}")
    if (body, split.is_done) != (b"".join(pieces), whole.is_done):
        raise Fault("another body in segments than in one piece")
    return None


def settings_file(folder: Path) -> Callable[[bytes], object]:
    file = folder / "amity.yml"

    def read(data: bytes) -> object:
        file.write_bytes(data)
        try:
            return load(file, {})
        except SettingsError as error:
            if "a secret that is long" in str(error):
                raise Fault("an error shows the secret") from None
            return None

    return read


def environment(data: bytes) -> object:
    lines = [line.partition("=") for line in data.decode("utf-8", "surrogateescape").split("\n")]
    return load(None, {"AMITY_SECRET": "long enough a secret", **{name: value for name, _, value in lines}})


def pairs(data: bytes) -> object:
    return sum(1 for _ in parse(io.BufferedReader(io.BytesIO(data))))


def records(folder: Path) -> Callable[[bytes], object]:
    file = folder / "records.jsonl"

    def read(data: bytes) -> object:
        file.write_bytes(data)
        with Source.open(file) as source:
            return sum(1 for _ in RecordFile(source).lines())

    return read


def redacted(data: bytes) -> object:
    text = data.decode("utf-8", "replace")
    shown = logs.shown(text, logs.MOST_MESSAGE)
    if len(shown) > logs.MOST_MESSAGE + 100:
        raise Fault(f"{len(shown)} characters of a log line")
    return logs.redact(text)


def url(data: bytes) -> object:
    text = data.decode("utf-8", "replace")
    return shown(text), parse_url(text)


def origins(data: bytes) -> object:
    host, _, origin = data.partition(b"\n")
    return [guard.problem_of({b"host": host, b"origin": origin}) for guard in GUARDS]


GO, JS = frame_of(REQUEST, "go"), frame_of(REQUEST, "js")
DECODERS: dict[str, Callable[[Path], Decoder]] = {
    "gob": lambda _: Decoder(plain("go"), (FrameError,), [GO, GO[:30]]),
    "json-frames": lambda _: Decoder(plain("js"), (FrameError,), [JS]),
    "gzip": lambda _: Decoder(inflated("go"), (FrameError,), [gzip.compress(GO), gzip.compress(bytes(9_000_000), 9)]),
    "protobuf": lambda _: Decoder(only_1001(as_request), (), [REQUEST.data, b"\x12\x05alice" * 3]),
    "import": lambda _: Decoder(only_1001(BodyDecoder(ImportFriendRequest)), (), [IMPORT]),
    "restore": lambda _: Decoder(only_1001(BodyDecoder(RestoreRequest)), (), [RESTORE, IMPORT]),
    "handshake": lambda _: Decoder(handshake, (HeadError, ImError), [UPGRADE, PACKED]),
    "head": lambda _: Decoder(read_head, (HeadError,), [HEAD, CHUNKED, UPGRADE]),
    "chunks": lambda _: Decoder(
        head_and_chunks, (), [b"5\r\nhello\r\n0\r\n\r\nGET", b"1;a=b\r\nx\r\n0\r\nT: x\r\n\r\n"]
    ),
    "tokens": lambda _: Decoder(lambda data: tokens.read("a secret", data.decode("latin-1")), (ImError,), [TOKEN]),
    "verdicts": lambda _: Decoder(verdicts, (), [ANSWER, b'{"nextCode": 1, "errCode": 5001, "errMsg": "no"}']),
    "settings": lambda folder: Decoder(settings_file(folder), (), [SETTINGS], YAML_GRACE),
    "environment": lambda _: Decoder(environment, (SettingsError,), [ENVIRONMENT], YAML_GRACE),
    "pairs": lambda _: Decoder(
        pairs, (FileProblem,), [PAIRS, gzip.compress(PAIRS), b'{"ownerUserID":"a","friendUserID":"b"}']
    ),
    "records": lambda folder: Decoder(records(folder), (FileProblem,), [RECORDS]),
    "answer-head": lambda _: Decoder(lambda data: rewrite(data, 1 << 16), (AnswerHeadError,), [ANSWER_HEAD]),
    "url": lambda _: Decoder(url, (ValueError,), [b"https://user:hunter2@[2001:db8::1]:8443/a/b?c=d"]),
    "origins": lambda _: Decoder(origins, (), [b"im.example.com:10002\nhttps://app.example.com:8443"]),
    "redaction": lambda _: Decoder(redacted, (), [LINE]),
}


@pytest.mark.share(1)
@pytest.mark.parametrize("name", DECODERS)
def test_bytes_of_any_kind_are_understood_or_refused(fuzz: Fuzz, name, tmp_path):
    decoder = DECODERS[name](tmp_path)
    chance = fuzz.chance

    def run(data: bytes) -> None:
        with contextlib.suppress(*decoder.errors):
            decoder.decode(data)

    def check(data: bytes) -> None:
        in_time(lambda: run(data), decoder.grace + A_BYTE * len(data), f"{len(data)} bytes")

    def make() -> bytes:
        if chance.random() < 0.02:  # one thing, again and again: where work grows faster than its input, it shows
            piece = mutated(chance, chance.choice(decoder.valid))[: chance.choice((1, 2, 8, 100))] or b"x"
            return (piece * MOST_BYTES)[: chance.choice((MOST_BYTES, MOST_BYTES // 4))]
        return mutated(chance, chance.choice(decoder.valid), decoder.valid)

    for valid in decoder.valid[:1]:
        decoder.decode(valid)  # what is mutated is taken as it is
    gc.collect()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    fuzz.try_all(make, check)
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * (1 if sys.platform == "darwin" else 1024)
    assert grown < GROWTH, f"{grown >> 20} MiB more of memory"
