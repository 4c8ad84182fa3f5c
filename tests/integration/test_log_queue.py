"""A log that nobody reads, and one that cannot be written: nobody waits, and what is missing is counted."""

import contextlib
import json
import logging
import os
import threading

import pytest

from amity import logs, metrics
from amity.log_queue import QueueHandler

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


@pytest.fixture
def handler(pipe):
    handler = QueueHandler(pipe[1], LIMIT)
    handler.setFormatter(logs.JsonFormatter())
    yield handler
    handler.close()


def log(handler, text, **extra):
    handler.emit(logging.makeLogRecord({"msg": text, "levelno": logging.INFO, "levelname": "INFO", **extra}))


def fill(handler):
    """Log until lines are dropped; return how many were logged."""
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


def test_what_is_logged_comes_in_its_order_with_the_operation_id_of_its_caller(handler, pipe):
    for number in range(LINES):
        token = logs.operation_id.set(f"op-{number}")
        log(handler, str(number))
        logs.operation_id.reset(token)
    lines = read_until(pipe[0], lambda lines: len(lines) == LINES)
    assert [(line["message"], line["operationID"]) for line in lines] == [
        (str(number), f"op-{number}") for number in range(LINES)
    ]


def test_lines_that_nobody_takes_are_dropped_and_the_log_says_how_many_when_it_flows_again(handler, pipe):
    logged = fill(handler)
    for _ in range(9):
        log(handler, "one too many" * 100)
    lines = read_until(pipe[0], lambda lines: "dropped" in lines[-1]["message"])
    assert [line["message"].split()[0] for line in lines[:-1]] == [str(number) for number in range(logged - 1)]
    assert lines[-1]["message"] == f"10 log lines were dropped: nobody took them (limit {LIMIT} bytes)"
    assert lines[-1]["level"] == "WARNING"
    log(handler, "again")
    assert read_until(pipe[0], lambda lines: True)[0]["message"] == "again"


def test_nobody_waits_for_lines_that_nobody_takes(handler, pipe):
    """Another thread would be stuck in a write, and this test with it."""
    fill(handler)
    logger = threading.Thread(target=lambda: [log(handler, "x" * 500) for _ in range(1000)])
    logger.start()
    logger.join(10)
    assert not logger.is_alive()


def test_a_reader_that_has_gone_costs_its_lines_and_nothing_else(handler, pipe):
    os.close(pipe[0])
    before = dropped()
    log(handler, "nobody hears this")
    handler.flush()
    assert dropped() == before + 1


def test_when_the_log_can_be_written_again_it_says_what_is_missing(tmp_path, handler, pipe):
    os.close(pipe[0])
    log(handler, "lost")
    handler.flush()
    path = tmp_path / "log"
    with path.open("wb") as file:
        os.dup2(file.fileno(), pipe[1])  # as when a disk has room again
        log(handler, "written")
        handler.flush()
    lines = [json.loads(line)["message"] for line in path.read_text().splitlines()]
    assert lines == [f"1 log line was dropped: nobody took them (limit {LIMIT} bytes)", "written"]


def test_a_descriptor_that_does_not_block_loses_nothing(handler, pipe):
    os.set_blocking(pipe[1], False)
    logged = 0
    while logged < 90:
        log(handler, f"{logged} {'x' * 1000}")
        logged += 1
    lines = read_until(pipe[0], lambda lines: len(lines) == logged)
    assert [line["message"].split()[0] for line in lines] == [str(number) for number in range(logged)]


def test_closing_writes_what_waits(tmp_path):
    path = tmp_path / "log"
    with path.open("wb") as file:
        handler = QueueHandler(file.fileno())
        for number in range(1000):
            log(handler, str(number))
        handler.close()
        assert path.read_text().split() == [str(number) for number in range(1000)]


def test_closing_does_not_wait_for_ever_for_a_reader(monkeypatch, handler):
    monkeypatch.setattr("amity.log_queue.FLUSH_SECONDS", 0.05)
    fill(handler)
    closing = threading.Thread(target=handler.close)
    closing.start()
    closing.join(10)
    assert not closing.is_alive()
