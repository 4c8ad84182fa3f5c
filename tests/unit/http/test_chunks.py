"""Chunked bodies: every split decodes to the same body, and an invalid one is refused."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amity.http.chunks import ChunkError, Chunks


def read(*pieces):
    """Return the body, what came behind it, and whether it is whole."""
    chunks = Chunks()
    body = b""
    for number, piece in enumerate(pieces):
        body += b"".join(chunks.feed(piece))
        if chunks.is_done:
            return body, chunks.rest + b"".join(pieces[number + 1 :]), True
    return body, b"", False


def cut(data, places):
    edges = [0, *sorted({place % (len(data) + 1) for place in places}), len(data)]
    return [data[start:end] for start, end in itertools.pairwise(edges)]


@pytest.mark.parametrize(
    ("raw", "body", "rest"),
    [
        (b"0\r\n\r\n", b"", b""),
        (b"3\r\nabc\r\n0\r\n\r\n", b"abc", b""),
        (b"00003;a=b;c\r\nabc\r\n1\r\n\n\r\n0;x\r\n\r\nGET", b"abc\n", b"GET"),
        (b"A\r\n0123456789\r\n0\r\nTrailer: x\r\nOther:\r\n\r\n", b"0123456789", b""),
        (b"7\r\n0\r\n\r\n\r\n\r\n0\r\n\r\n", b"0\r\n\r\n\r\n", b""),
    ],
)
def test_a_body_is_put_together(raw, body, rest):
    assert read(raw) == (body, rest, True)
    assert read(*[raw[at : at + 1] for at in range(len(raw))]) == (body, rest, True)


@given(
    st.lists(st.binary(min_size=1, max_size=50), max_size=20), st.binary(max_size=20), st.lists(st.integers(0, 2000))
)
def test_a_body_decodes_alike_however_it_is_split(chunks, rest, places):
    raw = b"".join(b"%x\r\n%b\r\n" % (len(chunk), chunk) for chunk in chunks) + b"0\r\n\r\n" + rest
    assert read(*cut(raw, places)) == (b"".join(chunks), rest, True)


@pytest.mark.parametrize(
    "raw",
    [
        b"\r\n",
        b"3\nabc\r\n",
        b"3 \r\nabc\r\n",
        b" 3\r\nabc\r\n",
        b"3 ;a\r\nabc\r\n",
        b"0x3\r\nabc\r\n",
        b"+3\r\nabc\r\n",
        b"-3\r\nabc\r\n",
        b"3_\r\nabc\r\n",
        b"3;a\x00b\r\nabc\r\n",
        b"3;a\rb\r\nabc\r\n",
        b"3\r\nabcd\r\n",
        b"3\r\nabc\n0\r\n\r\n",
        b"3\r\nab\r\n0\r\n\r\n",
        b"1" * 16 + b"\r\n",
        b"ZZ\r\n",
        b"3;" + b"a" * 300 + b"\r\nabc\r\n",
        b"3" * 300,
        b"0\r\nno colon\r\n\r\n",
        b"0\r\nna me: x\r\n\r\n",
        b"0\r\n folded: x\r\n\r\n",
        b"0\r\na: b\n\r\n",
        b"0\r\n" + b"".join(b"x%d: %b\r\n" % (number, b"y" * 200) for number in range(50)) + b"\r\n",
    ],
)
def test_ambiguous_framing_is_refused(raw):
    with pytest.raises(ChunkError):
        read(raw)
    with pytest.raises(ChunkError):
        read(*[raw[at : at + 1] for at in range(len(raw))])


def test_many_tiny_chunks_are_refused_and_a_few_are_not():
    assert read(b"1\r\nx\r\n" * 1000 + b"0\r\n\r\n") == (b"x" * 1000, b"", True)
    with pytest.raises(ChunkError, match="more than 1024 chunks"):
        read(b"1\r\nx\r\n" * 2000 + b"0\r\n\r\n")
    assert read(b"10\r\n0123456789abcdef\r\n" * 5000 + b"0\r\n\r\n")[2]


@given(st.binary(max_size=300), st.lists(st.integers(0, 300)))
def test_any_bytes_are_decoded_or_refused_however_they_are_split(raw, places):
    def outcome(pieces):
        try:
            return read(*pieces)
        except ChunkError:
            return "refused"

    assert outcome([raw]) == outcome(cut(raw, places))
