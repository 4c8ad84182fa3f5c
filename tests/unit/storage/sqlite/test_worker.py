"""A thread that runs jobs one after the other."""

import asyncio
import threading

from amity.storage.sqlite.worker import Worker


async def test_jobs_run_in_order_in_the_thread_and_are_reported_on_the_loop():
    worker = Worker("test")
    loop = asyncio.get_running_loop()
    here = threading.get_ident()
    ran: list[tuple[int, bool]] = []
    told: list[tuple[int, bool]] = []
    all_told = asyncio.Event()

    def done(number: int) -> None:
        told.append((number, threading.get_ident() == here))
        if number == 9:
            all_told.set()

    for number in range(10):
        worker.do(
            loop,
            lambda number=number: ran.append((number, threading.get_ident() == here)),  # type: ignore[misc]
            lambda number=number: done(number),  # type: ignore[misc]
        )
    await all_told.wait()
    assert ran == [(number, False) for number in range(10)]
    assert told == [(number, True) for number in range(10)]
    worker.stop()


async def test_stopping_waits_for_queued_jobs():
    worker = Worker("test")
    ran = []
    go = threading.Event()

    def work() -> None:
        go.wait(5)
        ran.append(1)

    worker.do(asyncio.get_running_loop(), work, lambda: None)
    threading.Timer(0.05, go.set).start()
    worker.stop()
    assert ran == [1]


def test_a_closed_loop_does_not_end_the_thread():
    worker = Worker("test")
    gone = asyncio.new_event_loop()
    gone.close()
    ran = []
    worker.do(gone, lambda: ran.append(1), lambda: None)
    worker.do(gone, lambda: ran.append(2), lambda: None)
    worker.stop()
    assert ran == [1, 2]
