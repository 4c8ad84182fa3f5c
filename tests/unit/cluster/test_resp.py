import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amity.cluster.bus.redis.resp import (
    MOST_BULK_BYTES,
    MOST_DEPTH,
    MOST_ELEMENTS,
    NOTHING,
    ProtocolError,
    RedisError,
    Replies,
    command,
)

LINES = st.binary(max_size=30).filter(lambda line: b"\r" not in line and b"\n" not in line)
LEAVES = st.one_of(
    st.none(),
    st.integers(0, 2**63 - 1),
    st.binary(max_size=200),
    st.builds(RedisError, st.text("ABC xyz", max_size=20)),
)
REPLIES = st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=5), max_leaves=20)


def written(reply):
    match reply:
        case None:
            return b"$-1\r\n"
        case int():
            return b":%d\r\n" % reply
        case bytes():
            return b"$%d\r\n%b\r\n" % (len(reply), reply)
        case RedisError():
            return b"-%b\r\n" % str(reply).encode()
        case list():
            return b"*%d\r\n" % len(reply) + b"".join(map(written, reply))


def plain(reply):
    """A reply with errors as texts, which are equal where their texts are."""
    return [plain(each) for each in reply] if isinstance(reply, list) else repr(reply)


def depth_of(reply):
    return 1 + max(map(depth_of, reply), default=0) if isinstance(reply, list) else 0


def all_of(replies):
    return list(iter(replies.next, NOTHING))


@given(st.lists(REPLIES.filter(lambda reply: depth_of(reply) <= MOST_DEPTH), max_size=6), st.data())
def test_replies_come_out_whole_wherever_the_bytes_are_cut(expected, data):
    whole = b"".join(map(written, expected))
    replies, found, at = Replies(), [], 0
    while at < len(whole):
        size = data.draw(st.integers(1, len(whole) - at))
        replies.feed(whole[at : at + size])
        at += size
        if data.draw(st.booleans()) or at == len(whole):
            found += all_of(replies)
    assert plain(found) == plain(expected)


@given(st.lists(st.binary(max_size=50), min_size=1, max_size=6))
def test_a_command_is_an_array_of_its_words(words):
    replies = Replies()
    replies.feed(command(*words))
    assert all_of(replies) == [words]


@given(st.binary(max_size=200))
def test_any_bytes_are_replies_or_an_error(data):
    replies = Replies()
    replies.feed(data)
    with contextlib.suppress(ProtocolError):
        all_of(replies)


@pytest.mark.parametrize(
    "data",
    [
        b"HTTP/1.1 400 Bad Request\r\n",
        b"\0",
        b"+" + b"x" * 5000,
        b"$%d\r\n" % (MOST_BULK_BYTES + 1),
        b"*%d\r\n" % (MOST_ELEMENTS + 1),
        b"*2\r\n" + b"*20000\r\n*20000\r\n",
        b"*1\r\n" * (MOST_DEPTH + 1),
        b"$1_0\r\n",
        b"$+1\r\n",
        b"$ 1\r\n",
        b"$3\r\nabcde",
        b":" + b"9" * 20 + b"\r\n",
    ],
)
def test_what_is_no_reply_or_beyond_the_bounds_is_refused(data):
    replies = Replies()
    replies.feed(data)
    if data[:1] == b"*" and data.endswith(b"*20000\r\n"):
        replies.feed(b":1\r\n" * 20_000)
    with pytest.raises(ProtocolError):
        all_of(replies)


def test_a_large_reply_is_not_parsed_before_it_is_there(monkeypatch):
    replies = Replies()
    replies.feed(b"$1000000\r\n")
    assert replies.next() is NOTHING
    with monkeypatch.context() as patched:
        patched.delattr(Replies, "_parsed")
        for _ in range(1000):
            replies.feed(bytes(1000))
            assert replies.next() is NOTHING
    replies.feed(b"\r\n")
    assert replies.next() == bytes(1_000_000)
