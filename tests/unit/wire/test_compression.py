"""Compression of frames."""

import gzip
import io
import tracemalloc
from contextlib import suppress

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from amity.wire.compression import deflate, inflate
from amity.wire.frames import FrameError

MOST = 100_000


@given(st.binary(max_size=2000).flatmap(lambda part: st.integers(0, 20).map(lambda times: part * times)))
@example(b"")
@example(b"x" * 511)
@example(b"x" * 512)
@example(b"x" * MOST)
def test_what_is_compressed_comes_back_and_is_gzip_to_others(data):
    compressed = deflate(data)
    assert inflate(compressed, MOST) == data
    assert gzip.decompress(compressed) == data


@given(st.binary(max_size=2000), st.integers(0, 9))
def test_gzip_of_others_is_read(data, level):
    assert inflate(gzip.compress(data, level), MOST) == data


def test_the_optional_parts_of_gzips_head_are_read():
    packed = io.BytesIO()
    with gzip.GzipFile("a name", "wb", fileobj=packed, mtime=1_700_000_000) as file:
        file.write(b"hello")
    assert inflate(packed.getvalue(), MOST) == b"hello"


def test_nothing_compresses_to_nothing():
    assert inflate(deflate(b""), 0) == b""


def test_exactly_as_much_as_is_allowed_is_unpacked():
    assert inflate(deflate(b"x" * 5000), 5000) == b"x" * 5000


def test_one_byte_more_than_is_allowed_is_refused():
    with pytest.raises(FrameError, match="larger than 4999 bytes"):
        inflate(deflate(b"x" * 5000), 4999)


def test_a_gzip_bomb_is_refused_before_it_is_unpacked():
    bomb = gzip.compress(bytes(50_000_000), 9)
    tracemalloc.start()
    try:
        with pytest.raises(FrameError, match="larger than 51200 bytes"):
            inflate(bomb, 51_200)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 500_000


def test_every_beginning_of_gzip_is_refused():
    compressed = deflate(b"hello, hello, hello")
    for end in range(len(compressed)):
        with pytest.raises(FrameError, match="its end is missing"):
            inflate(compressed[:end], MOST)


@pytest.mark.parametrize("more", [b"\0", b"x", deflate(b""), deflate(b"more")])
def test_gzip_and_something_after_it_is_refused(more):
    with pytest.raises(FrameError, match="something after"):
        inflate(deflate(b"hello") + more, MOST)


def test_a_wrong_checksum_is_refused():
    compressed = bytearray(deflate(b"hello"))
    compressed[-8] ^= 1
    with pytest.raises(FrameError, match="not gzip"):
        inflate(bytes(compressed), MOST)


@pytest.mark.parametrize("plain", [b'{"reqIdentifier":1001}', b"\x50\xff\x81\x03"])
def test_what_is_not_compressed_is_refused(plain):
    with pytest.raises(FrameError, match="not gzip"):
        inflate(plain, MOST)


@given(st.binary(max_size=500))
def test_bytes_of_any_kind_are_refused_and_nothing_else_happens(data):
    with pytest.raises(FrameError):
        inflate(data, MOST)


@given(st.binary(max_size=300), st.data())
def test_gzip_with_bytes_changed_is_refused_or_read(data, draw):
    compressed = bytearray(deflate(data))
    for _ in range(draw.draw(st.integers(1, 4))):
        compressed[draw.draw(st.integers(0, len(compressed) - 1))] = draw.draw(st.integers(0, 255))
    with suppress(FrameError):
        assert len(inflate(bytes(compressed), MOST)) <= MOST
