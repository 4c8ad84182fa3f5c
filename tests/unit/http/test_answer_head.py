"""Rewriting of answer heads that are not strict HTTP/1.1."""

import time

import pytest

from amity.http.answer_head import HeadError, rewrite

FINAL = b"HTTP/1.1 200 OK\nA: b\n c\nContent-Length: 2, 2\n\nok"


def test_heads_of_interim_answers_are_dropped_and_the_last_is_rewritten():
    interim = b"HTTP/1.1 100 Continue\n\nHTTP/1.0 103 Early Hints\r\nLink: x\r\n\r\n"
    assert rewrite(interim + FINAL, 1000) == b"HTTP/1.1 200 OK\r\nA: b c\r\nContent-Length: 2\r\n\r\nok"


def test_a_value_holds_no_control_character_and_every_header_has_a_name():
    raw = b"HTTP/1.1 200 OK\r\nA: b\x00\x1b\x7fc\td\xe9\r\n: x\r\nB : y\r\n\r\n"
    assert rewrite(raw, 1000) == b"HTTP/1.1 200 OK\r\nA: b   c d\xe9\r\nB: y\r\n\r\n"


def test_it_waits_for_the_end_of_the_last_head():
    assert rewrite(b"HTTP/1.1 100 Continue\n\nHTTP/1.1 200 OK\nA: b\n", 1000) is None


@pytest.mark.parametrize("raw", [b"HTTP/1.1 100\n\n" * 100 + FINAL, b"HTTP/1.1 200 OK\nA: " + b"b" * 1000 + b"\n\n"])
def test_heads_have_a_bound_together(raw):
    with pytest.raises(HeadError, match="more than 1000 bytes of headers"):
        rewrite(raw, 1000)


def test_many_interim_answers_take_time_in_proportion_to_their_number():
    def seconds(count):
        began = time.process_time()
        for _ in range(5):
            rewrite(b"HTTP/1.1 100\n\n" * count + FINAL, 1 << 30)
        return time.process_time() - began

    assert seconds(32_000) < 50 * max(seconds(2000), 0.001)
