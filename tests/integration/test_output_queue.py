"""A log that nobody reads, and one that cannot be written: nobody waits, and what is missing is counted."""

import contextlib
import json
import logging
import os
import resource
import sys
import threading
from pathlib import Path

import pytest

from amity import logs, metrics
from amity.output_queue import OutputQueue, QueuedStream, queued_output

LINES = 40
LIMIT = 100_000


def dropped() -> float:
    return metrics.registry.get_sample_value("amity_log_lines_dropped_total") or 0.0


@pytest.fixture
def pipe():
    reading, writing = os.pipe()
    yield reading, writing
    for each in (reading, writing):
        with contextlib.suppress(OSError):  # a test may have closed it
            os.close(each)


def queue_on(descriptor, limit=LIMIT):
    return OutputQueue(descriptor, lambda count, why: f"{count} missing: {why}\n".encode(), most_bytes=limit)


@pytest.fixture
def queue(pipe):
    made = OutputQueue(pipe[1], lambda _count, _why: b"", metrics.log_lines_dropped, LIMIT)
    yield made
    with contextlib.suppress(OSError):
        os.close(pipe[0])  # what is left has nowhere to go, and is not waited for
    made.close()


@pytest.fixture
def handler(queue):
    handler = logs.QueueHandler(queue)
    handler.setFormatter(logs.JsonFormatter())
    return handler


def log(handler, text, **extra):
    handler.emit(logging.makeLogRecord({"msg": text, "levelno": logging.INFO, "levelname": "INFO", **extra}))


def fill(handler):
    """Log until a line is dropped; return how many were logged."""
    before, count = dropped(), 0
    while dropped() == before:
        log(handler, f"{count} {'x' * 1000}")
        count += 1
        assert count < 1000
    return count


def read_until(reading, is_enough):
    """Read lines until one of them is enough."""
    text = b""
    while True:
        text += os.read(reading, 1 << 16)
        lines = [json.loads(line) for line in text.split(b"\n")[:-1]]
        if lines and is_enough(lines):
            return lines


def numbers(lines):
    return [int(line["message"].split()[0]) for line in lines]


def test_what_is_logged_comes_in_its_order_with_the_operation_id_of_its_caller(handler, pipe):
    for number in range(LINES):
        token = logs.operation_id.set(f"op-{number}")
        log(handler, str(number))
        logs.operation_id.reset(token)
    lines = read_until(pipe[0], lambda lines: len(lines) == LINES)
    assert [(line["message"], line["operationID"]) for line in lines] == [
        (str(number), f"op-{number}") for number in range(LINES)
    ]


def test_the_oldest_lines_are_dropped_where_nobody_takes_them_and_the_log_says_how_many_when_it_flows_again(
    handler, pipe
):
    count = fill(handler)
    for number in range(count, count + 9):
        log(handler, f"{number} {'x' * 1000}")
    lines = read_until(pipe[0], lambda lines: lines[-1]["message"].startswith(f"{count + 8} "))
    (gap,) = [at for at, line in enumerate(lines) if "dropped" in line["message"]]
    first, last = numbers(lines[:gap]), numbers(lines[gap + 1 :])
    assert first == list(range(len(first)))
    assert last == list(range(last[0], count + 9))
    missing = last[0] - len(first)
    assert lines[gap]["message"] == f"{missing} log lines were dropped: nobody took them (limit {LIMIT} bytes)"
    assert lines[gap]["level"] == "WARNING"


def test_what_waits_is_bounded_in_bytes_however_short_the_lines_are(pipe):
    queue = queue_on(pipe[1])
    for _ in range(300_000):
        queue.put(b"\n")
    read = 0
    while True:
        text = os.read(pipe[0], 1 << 20)
        read += text.count(b"\n")
        if b"missing" in text:
            break
    while not queue.flush(stalled=0.01):
        read += os.read(pipe[0], 1 << 20).count(b"\n")
    queue.close()
    assert read < 65_536 + LIMIT / 32  # what the pipe holds, and what waits


def test_a_line_longer_than_all_that_may_wait_is_dropped(pipe):
    queue = queue_on(pipe[1])
    queue.put(b"x" * (LIMIT + 1) + b"\n")
    queue.put(b"next\n")
    assert queue.flush()
    assert os.read(pipe[0], 1 << 20) == b"1 missing: nobody took them (limit %d bytes)\nnext\n" % LIMIT
    queue.close()


def test_nobody_waits_for_lines_that_nobody_takes(handler, pipe):
    """Another thread would be stuck in a write, and this test with it."""
    fill(handler)
    logger = threading.Thread(target=lambda: [log(handler, "x" * 500) for _ in range(1000)])
    logger.start()
    logger.join(10)
    assert not logger.is_alive()


def test_lines_that_come_faster_than_they_are_written_are_all_written_where_they_fit(tmp_path):
    path = tmp_path / "log"
    with path.open("wb") as file:
        queue = queue_on(file.fileno(), 4 << 20)
        for number in range(20_000):
            queue.put(b"%06d %b\n" % (number, b"x" * 120))
        queue.close()
    assert [int(line[:6]) for line in path.read_bytes().splitlines()] == list(range(20_000))


def test_a_reader_that_has_gone_costs_its_lines_and_nothing_else(handler, pipe):
    os.close(pipe[0])
    before = dropped()
    log(handler, "nobody hears this")
    handler.flush()
    assert dropped() == before + 1


@pytest.mark.parametrize("broken", ["full disk", "closed", "no reader"])
def test_when_the_log_can_be_written_again_it_says_what_is_missing_and_why(tmp_path, handler, pipe, broken):
    if broken == "full disk":
        with Path("/dev/full").open("wb") as full:
            os.dup2(full.fileno(), pipe[1])
    else:
        os.close(pipe[1] if broken == "closed" else pipe[0])
    log(handler, "lost")
    log(handler, "lost, too")
    handler.flush()
    path = tmp_path / "log"
    with path.open("wb") as file:
        os.dup2(file.fileno(), pipe[1])
        log(handler, "written")
        handler.flush()
    lines = [json.loads(line)["message"] for line in path.read_text().splitlines()]
    why = {"full disk": "No space left on device", "closed": "Bad file descriptor", "no reader": "Broken pipe"}[broken]
    assert lines == [f"2 log lines were dropped: {why}", "written"]


def test_a_line_that_was_broken_off_takes_no_other_with_it(tmp_path):
    path = tmp_path / "log"
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    with path.open("wb") as file:
        queue = queue_on(file.fileno())
        resource.setrlimit(resource.RLIMIT_FSIZE, (25, hard))
        try:
            queue.put(b"one is whole\n")
            assert queue.flush()
            queue.put(b"two is broken off\n")
            assert queue.flush()
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        queue.put(b"three is whole\n")
        queue.close()
    first, torn, gap, third = path.read_text().splitlines()
    assert (first, torn, third) == ("one is whole", "two is broke", "three is whole")
    assert gap.startswith("1 missing")


def test_a_descriptor_that_does_not_block_loses_nothing(handler, pipe):
    os.set_blocking(pipe[1], False)
    logged = 0
    while logged < 80:
        log(handler, f"{logged} {'x' * 1000}")
        logged += 1
    lines = read_until(pipe[0], lambda lines: len(lines) == logged)
    assert numbers(lines) == list(range(logged))


def test_closing_writes_what_waits(tmp_path):
    path = tmp_path / "log"
    with path.open("wb") as file:
        queue = queue_on(file.fileno())
        for number in range(1000):
            queue.put(b"%d\n" % number)
        queue.close()
        assert path.read_text().split() == [str(number) for number in range(1000)]


def test_closing_does_not_wait_for_ever_for_a_reader(queue, handler):
    fill(handler)
    waiting = threading.Thread(target=lambda: queue.flush(stalled=0.05))
    waiting.start()
    waiting.join(10)
    assert not waiting.is_alive()


def test_closing_waits_for_a_reader_that_is_slow(queue, handler, pipe):
    fill(handler)
    taken = bytearray()

    def read_slowly():
        while not taken.endswith(b"the last\n"):
            taken.extend(os.read(pipe[0], 4096))

    queue.put(b"the last\n")
    reader = threading.Thread(target=read_slowly)
    reader.start()
    assert queue.flush(stalled=5.0)
    reader.join(10)
    assert taken.endswith(b"the last\n")


def test_what_is_written_after_the_end_waits_for_nobody(pipe):
    queue = queue_on(pipe[1])
    queue.close()
    queue.put(b"at the very end\n")
    assert os.read(pipe[0], 100) == b"at the very end\n"
    os.set_blocking(pipe[1], False)
    with contextlib.suppress(BlockingIOError):
        while True:
            os.write(pipe[1], b"x" * 4096)
    os.set_blocking(pipe[1], True)
    queue.put(b"too late\n")  # and comes back


def test_a_stream_writes_whole_lines_and_beginnings_when_it_is_flushed(pipe):
    stream = QueuedStream(os.fdopen(pipe[1], "w", encoding="latin-1", errors="backslashreplace", closefd=False))
    print("one", "two", file=stream)
    print("grün \u2713 begun", end="", file=stream)
    stream.queue.flush()
    assert os.read(pipe[0], 100) == b"one two\n"
    stream.flush()
    stream.queue.flush()
    assert os.read(pipe[0], 100) == b"gr\xfcn \\u2713 begun"
    assert (stream.encoding, stream.isatty(), stream.fileno()) == ("latin-1", False, pipe[1])
    stream.queue.close()


def test_what_is_printed_is_written_before_the_end_and_the_streams_are_as_they_were(monkeypatch, pipe):
    printed = os.fdopen(pipe[1], "w", closefd=False)
    monkeypatch.setattr(sys, "stdout", printed)
    with queued_output():
        print("hello")
    assert os.read(pipe[0], 100) == b"hello\n"
    assert sys.stdout is printed


def test_output_that_could_not_be_written_is_an_error_at_the_end(monkeypatch, pipe):
    monkeypatch.setattr(sys, "stdout", os.fdopen(pipe[1], "w", closefd=False))
    os.close(pipe[0])
    with pytest.raises(BrokenPipeError), queued_output():
        print("hello")
