"""Writes to sockets."""

import socket
import sys
import threading

import pytest

from amity.gateway.writing import NO_SOCKET, framed, send


@pytest.fixture
def ends():
    here, there = socket.socketpair()
    here.setblocking(False)
    with here, there:
        yield here, there


@pytest.mark.parametrize("size", [0, 125, 126, 65_535, 65_536])
def test_a_frame_says_its_length_in_as_few_bytes_as_it_can(size):
    heads = {0: b"\x82\x00", 125: b"\x82\x7d", 126: b"\x82\x7e\x00\x7e", 65_535: b"\x82\x7e\xff\xff"}
    head = heads.get(size, b"\x82\x7f" + size.to_bytes(8, "big"))
    assert framed(b"x" * size) == head + b"x" * size


def test_a_write_takes_what_the_socket_does(ends):
    here, there = ends
    assert send(here.fileno(), b"a\0b", 3, 0) == 3
    assert there.recv(10) == b"a\0b"
    frame = b"x" * 10_000_000
    assert 0 < send(here.fileno(), frame, len(frame), 0) < len(frame)
    assert send(here.fileno(), frame, len(frame), 0) == -1  # it is full


def test_a_write_to_what_is_no_socket_any_more_does_nothing(ends, tmp_path):
    here, there = ends
    there.close()
    assert send(here.fileno(), b"x", 1, 0) == -1
    assert send(NO_SOCKET, b"x", 1, 0) == -1
    with (tmp_path / "file").open("wb") as file:
        assert send(file.fileno(), b"x", 1, 0) == -1
    assert (tmp_path / "file").read_bytes() == b""


def test_no_other_thread_runs_between_two_writes(ends):
    ran, may_run, ended = 0, threading.Event(), threading.Event()

    def run() -> None:
        nonlocal ran
        may_run.wait()
        while not ended.is_set():
            ran += 1

    thread = threading.Thread(target=run)
    thread.start()
    before = sys.getswitchinterval()
    sys.setswitchinterval(60)  # nobody is asked to let go
    try:
        may_run.set()
        for _ in range(10_000):
            send(ends[0].fileno(), b"x", 1, 0)
        assert ran == 0
    finally:
        sys.setswitchinterval(before)
        ended.set()
        thread.join()
