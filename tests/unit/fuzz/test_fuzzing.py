"""What holds the fuzzers up: that a fault is found, kept, tried again, and known where it is."""

import base64
import random
import time

import pytest

from tests.fuzz.fuzzing import Fault, Fuzz, in_time
from tests.fuzz.mutation import MOST_BYTES, cut, mutated


@pytest.fixture
def fuzz(tmp_path):
    return Fuzz("toys", 0.2, "1", corpus=tmp_path / "corpus", found=tmp_path / "found")


def in_corpus(fuzz, tmp_path, **files):
    folder = tmp_path / "corpus" / "toys"
    folder.mkdir(parents=True)
    for name, content in files.items():
        (folder / name.replace("_toml", ".toml")).write_bytes(content)
    return Fuzz("toys", 0.05, "1", corpus=tmp_path / "corpus", found=tmp_path / "found")


def refuses_x(data: bytes) -> None:
    if b"x" in data:
        raise Fault("there is an x")


def test_an_input_that_fails_is_kept_and_shown(fuzz, tmp_path):
    fuzz.try_all(lambda: fuzz.chance.choice((b"a", b"abxc")), refuses_x)
    with pytest.raises(AssertionError, match="there is an x"):
        fuzz.finish()
    (kept,) = [path for path in (tmp_path / "found" / "toys").iterdir() if not path.suffix]
    assert kept.read_bytes() == b"abxc"
    before = kept.with_suffix(".before").read_text().split()
    assert base64.b64decode(before[-1]) == b"abxc"
    assert str(kept) in fuzz.faults[0]


def test_an_exception_that_was_not_stated_is_a_fault_with_its_place(fuzz):
    fuzz.try_one(b"", lambda data: data[0])
    (fault,) = fuzz.faults
    assert fault.partition(": ")[2].startswith(f"IndexError at {__file__}:")


def test_one_that_finds_nothing_goes_on_until_its_seconds_are_over(fuzz):
    began = time.monotonic()
    fuzz.try_all(lambda: b"a", refuses_x)
    assert time.monotonic() - began >= 0.2
    assert fuzz.tried > 100
    fuzz.finish()


def test_one_that_finds_much_ends(fuzz):
    fuzz.try_all(lambda: b"x", refuses_x)
    assert len(fuzz.faults) == fuzz.tried == 5


def test_what_once_failed_is_tried_in_every_run(fuzz, tmp_path):
    again = in_corpus(fuzz, tmp_path, once=b"xyz")
    again.try_all(lambda: b"a", refuses_x)
    with pytest.raises(AssertionError, match="once, of the corpus: there is an x"):
        again.finish()


KNOWN = b'[[input]]\nfile = "once"\nsays = "there is an x"\nreason = "nobody writes an x"'


def test_a_fault_that_is_known_fails_nothing(fuzz, tmp_path):
    known = in_corpus(fuzz, tmp_path, once=b"xyz", known_toml=KNOWN)
    known.try_all(lambda: b"x", refuses_x)
    known.finish()
    assert known.tried > 5


def test_a_fault_that_is_known_and_mended_has_to_go_from_the_list(fuzz, tmp_path):
    mended = in_corpus(fuzz, tmp_path, once=b"abc", known_toml=KNOWN)
    mended.try_all(lambda: b"a", refuses_x)
    with pytest.raises(AssertionError, match="does not fail any more"):
        mended.finish()


def test_the_same_seed_draws_the_same(tmp_path):
    draws = [[Fuzz("toys", 1, seed).chance.random() for _ in range(3)] for seed in ("1", "1", "2")]
    assert draws[0] == draws[1] != draws[2]


def test_what_computes_for_too_long_is_a_fault():
    def slow() -> None:
        until = time.thread_time() + 0.02
        while time.thread_time() < until:
            pass

    with pytest.raises(Fault, match=r"toys: 0\.02"):
        in_time(slow, 0.01, "toys")
    assert in_time(lambda: 5, 0.01, "toys") == 5


def test_mutations_are_of_every_kind_and_within_their_bound():
    chance = random.Random(1)
    data = b'{"version": 7, "name": "alice"}'
    seen = {mutated(chance, data, [b"GET / HTTP/1.1"]) for _ in range(5000)}
    assert len(seen) > 3000
    assert max(map(len, seen)) <= MOST_BYTES
    assert any(b"GET" in each for each in seen)
    assert any(b"9223372036854775808" in each for each in seen)
    assert any(len(each) < len(data) for each in seen)
    assert data in seen or any(len(each) > len(data) for each in seen)


def test_nothing_is_mutated_to_something():
    chance = random.Random(1)
    assert any(mutated(chance, b"") for _ in range(100))


def test_segments_are_the_whole():
    chance = random.Random(1)
    for size in (0, 1, 2, 100):
        data = bytes(range(size))
        for _ in range(50):
            segments = cut(chance, data)
            assert b"".join(segments) == data
            assert all(segments) or not data
