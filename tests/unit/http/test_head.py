"""Request heads: valid ones, and ambiguous ones that are refused."""

import contextlib
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amity.http.head import HeadError, RequestHead, read_head

FIRST = b"POST /friend/is_friend HTTP/1.1\r\nHost: amity:10002"


def head_with(*lines, first=FIRST):
    return b"\r\n".join([first, *lines])


def test_a_head_is_parsed():
    head = read_head(b"GET /gateway?sendID=a&v= HTTP/1.1\r\nHost: h\r\nUPGRADE:  websocket \r\nempty:")
    assert head == RequestHead(
        "GET",
        "/gateway",
        b"sendID=a&v=",
        {b"host": b"h", b"upgrade": b"websocket", b"empty": b""},
        length=0,
        is_chunked=False,
        keeps_alive=True,
    )


def test_lines_of_the_same_name_are_joined():
    head = read_head(head_with(b"Connection: Upgrade", b"token: a", b"connection: close", b"TOKEN: b"))
    assert head.headers[b"connection"] == b"Upgrade, close"
    assert head.headers[b"token"] == b"a, b"
    assert not head.keeps_alive


@pytest.mark.parametrize("upgrade", [b"h2c", b"websocket", b"foo", b"TLS/1.2, h2c"])
def test_an_offer_to_upgrade_changes_nothing(upgrade):
    head = read_head(head_with(b"Connection: Upgrade, HTTP2-Settings", b"Upgrade: " + upgrade, b"Content-Length: 7"))
    assert (head.length, head.is_chunked, head.keeps_alive) == (7, False, True)


@pytest.mark.parametrize(
    ("target", "path", "query"),
    [
        (b"/", "/", b""),
        (b"/a/b?c=d?e", "/a/b", b"c=d?e"),
        (b"/%66riend", "/%66riend", b""),
        (b"/a//b/./../c;d", "/a//b/./../c;d", b""),
        (b"http://amity:10002/a?b", "/a", b"b"),
        (b"HTTP://AMITY:10002", "/", b""),
    ],
)
def test_a_target_is_not_decoded(target, path, query):
    head = read_head(head_with(first=b"POST " + target + b" HTTP/1.1\r\nHost: amity:10002"))
    assert (head.path, head.query) == (path, query)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"GET",
        b"GET /",
        b"GET  HTTP/1.1",
        b"GET / HTTP/2.0",
        b"GET / HTTP/1.1 ",
        b" GET / HTTP/1.1",
        b"GET\t/ HTTP/1.1",
        b"GET / x HTTP/1.1",
        b"G@T / HTTP/1.1",
        b"GET a HTTP/1.1\r\nHost: x",
        b"GET /\xc3\xa4 HTTP/1.1\r\nHost: x",
        b"GET /#a HTTP/1.1\r\nHost: x",
        b"GET * HTTP/1.1\r\nHost: x",
        b"CONNECT amity:10002 HTTP/1.1\r\nHost: amity:10002",
        b"GET http://other/a HTTP/1.1\r\nHost: amity:10002",
        b"GET http://user@amity:10002/a HTTP/1.1\r\nHost: amity:10002",
        b"GET / HTTP/1.1",
        b"GET / HTTP/1.1\r\nHost: a\r\nHost: a",
        b"GET / HTTP/1.1\r\nHost: a b",
        b"GET / HTTP/1.1\r\nHost: a/b",
        b"GET / HTTP/1.1\r\nHost: a\r\nHost : a",
        head_with(b"no colon"),
        head_with(b"token"),
        head_with(b"Connection"),
        b"GET / HTTP/1.1\r\nHost",
        head_with(b": no name"),
        head_with(b"na me: a"),
        head_with(b"name : a"),
        head_with(b" name: a"),
        head_with(b"a: b", b" folded"),
        head_with(b"a: b", b"\tfolded"),
        head_with(b"n\xc3\xa4me: a"),
        head_with(b"a: b\x00c"),
        head_with(b"a: b\x7fc"),
        head_with(b"a: b\rc"),
        head_with(b"a: b\nc: d"),
        head_with(b"a: b\r\r\n\nc: d"),
        head_with(b"Content-Length: 5", b"Content-Length: 5"),
        head_with(b"Content-Length: 5", b"Content-Length: 6"),
        head_with(b"Content-Length: 5, 5"),
        head_with(b"Content-Length: +5"),
        head_with(b"Content-Length: -5"),
        head_with(b"Content-Length: 5 "[:-1] + b"x"),
        head_with(b"Content-Length: 0x5"),
        head_with(b"Content-Length: 5_0"),
        head_with(b"Content-Length:"),
        head_with("Content-Length: \u0665".encode()),
        head_with(b"Content-Length: " + b"9" * 19),
        head_with(b"Content-Length: 5", b"Transfer-Encoding: chunked"),
        head_with(b"Transfer-Encoding: chunked", b"Content-Length: 5"),
        head_with(b"Transfer-Encoding: chunked", b"Transfer-Encoding: chunked"),
        head_with(b"Transfer-Encoding: gzip, chunked"),
        head_with(b"Transfer-Encoding: chunked, identity"),
        head_with(b"Transfer-Encoding: identity"),
        head_with(b"Transfer-Encoding: xchunked"),
        head_with(b'Transfer-Encoding: "chunked"'),
        head_with(b"Transfer-Encoding:"),
        head_with(b"Transfer-Encoding: chunked", first=b"POST / HTTP/1.0\r\nHost: x"),
        head_with(*(b"x%d: y" % number for number in range(100))),
        bytes.fromhex("1603010200010001fc0303"),
    ],
)
def test_ambiguous_framing_is_refused(raw):
    with pytest.raises(HeadError):
        read_head(raw)


def test_chunked_is_known_in_any_case_and_closes_nothing():
    head = read_head(head_with(b"Transfer-Encoding: Chunked"))
    assert (head.is_chunked, head.length, head.keeps_alive) == (True, 0, True)


@pytest.mark.parametrize(
    ("first", "lines", "keeps"),
    [
        (FIRST, (), True),
        (FIRST, (b"Connection: keep-alive",), True),
        (FIRST, (b"Connection: Close",), False),
        (FIRST, (b"Connection: x, close ,y",), False),
        (b"POST / HTTP/1.0", (), False),
        (b"POST / HTTP/1.0", (b"Connection: keep-alive",), False),
    ],
)
def test_whether_the_connection_is_kept(first, lines, keeps):
    assert read_head(head_with(*lines, first=first)).keeps_alive is keeps


def test_an_error_repeats_nothing_of_the_request():
    for raw in (b"SECRET", head_with(b"SECRET"), head_with(b"Content-Length: SECRET")):
        with pytest.raises(HeadError) as caught:
            read_head(raw)
        assert "SECRET" not in str(caught.value)


@given(st.binary(max_size=300))
def test_any_bytes_are_a_head_or_refused(raw):
    for each in (raw, FIRST + b"\r\n" + raw):
        try:
            head = read_head(each)
        except HeadError:
            continue
        assert not (head.length and head.is_chunked)


NAMES = st.from_regex(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,20}", fullmatch=True).filter(
    lambda name: name.lower() not in {b"host", b"content-length", b"transfer-encoding", b"connection"}
)
VALUES = st.binary(max_size=40).map(lambda raw: bytes(byte for byte in raw if byte >= 32 and byte != 127).strip())


@given(st.lists(st.tuples(NAMES, VALUES), max_size=20))
def test_what_is_written_is_what_is_read(fields):
    head = read_head(head_with(*[name + b": " + value + b"\t " for name, value in fields]))
    expected = {b"host": b"amity:10002"}
    for name, value in fields:
        known = expected.get(name.lower())
        expected[name.lower()] = value if known is None else known + b", " + value
    assert head.headers == expected


@pytest.mark.parametrize(
    "line", [b"a: " + b" \t" * 30_000 + b"x", b"a:" + b":" * 60_000, b"Connection: " + b"," * 60_000, b"\xff" * 60_000]
)
def test_a_long_line_takes_time_in_proportion(line):
    def seconds(raw):
        began = time.process_time()
        for _ in range(20):
            with contextlib.suppress(HeadError):
                read_head(raw)
        return time.process_time() - began

    assert seconds(head_with(line)) < 20 * max(seconds(head_with(line[: len(line) // 8])), 0.001)


@pytest.mark.parametrize(("version", "is_current"), [(b"1.1", True), (b"1.0", False)])
def test_a_head_says_whether_its_client_is_current(version, is_current):
    assert read_head(b"GET / HTTP/%b\r\nHost: h" % version).is_current is is_current
