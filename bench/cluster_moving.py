"""Measure what the clients of a killed process cost the one that is left, to which they connect."""

import os
import signal
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Final

import uvloop

from bench.gateway import People
from bench.load import SUCCESS, Load
from bench.pace import offer_at
from bench.report import Report
from bench.run import Run
from bench.server import Amity
from bench.sockets import Clients, max_seq_request
from tests.support.postgres import PostgresServer, PostgresUnavailableError

CLIENTS: Final = 5_000
RATE: Final = 100.0
"""Requests of others a second."""
_SECONDS: Final = 20


def cluster_moving(run: Run) -> Report:
    """Measure 5,000 clients whose process is killed, and requests of others to the other process meanwhile."""
    report = Report("cluster-moving", "5,000 clients of a killed process connect to the other one, and ask what is new")
    postgres = PostgresServer()
    try:
        postgres.start()
    except PostgresUnavailableError as failure:
        report.skipped = str(failure)
        return report
    try:
        _measure(run, report, postgres)
    finally:
        postgres.stop()
    return report


def _measure(run: Run, report: Report, postgres: PostgresServer) -> None:
    count = run.size(CLIENTS)
    people = People(count)
    url = postgres.create_database("amity")
    one = Amity(run, "one", prepare=people.prepare, url=url)
    two = Amity(run, "two", url=url)
    asked = two.encoded("/user/get_users_info", [b'{"userIDs":["%b"]}' % people.ids[0].encode()] * int(RATE * _SECONDS))
    before, after = Clients(), Clients()
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        try:
            quiet = pool.submit(_ask, two.port, asked[: len(asked) // 4]).result()
            before.connect(people.addresses(one.gateway_port))
            asking = pool.submit(_ask, two.port, asked)
            began = time.perf_counter()
            os.kill(one.program.process.pid, signal.SIGKILL)
            after.connect(people.addresses(two.gateway_port))
            connected = time.perf_counter() - began
            after.exchange([iter([max_seq_request(user)]) for user in people.ids], count)
            synced = time.perf_counter() - began
            meanwhile = asking.result()
        finally:
            before.close()
            after.close()
            two.program.stop()
    report.figure("all connected again after", [connected], "s")
    report.figure("all have asked what is new after", [synced], "s")
    p99 = report.figure("others' requests meanwhile, p99", [meanwhile.milliseconds(99)], "ms")
    report.figure("  in a quiet time", [quiet.milliseconds(99)], "ms")
    report.below("s until all clients are synced", synced, 15)
    report.below("ms of others' requests meanwhile, p99", p99, 250)


def _ask(port: int, requests: list[bytes]) -> Load:
    return uvloop.run(offer_at(port, requests, 20, RATE, SUCCESS))
