"""Measure the search of messages by text: what the index costs those who send, what it takes on disk, and how long a
search takes."""

import asyncio
import itertools
import json
import random
import time
from collections.abc import Iterator, Mapping

import asyncpg

from bench.floor import open_database
from bench.gateway import People
from bench.load import Load
from bench.report import Report, rates
from bench.run import Run
from bench.server import Amity
from bench.sockets import Clients, message
from tests.support.postgres import PostgresServer, PostgresUnavailableError

PAIRS = 200
TURNS = 3
MESSAGES = 5_000_000
BATCH = 1000
_AT_ONCE = 50
"""Requests that are encoded at once."""
WORDS = 20_000
_LETTERS = "etaoinshrdlucmfwypvbgk"
_RARE = "qzxjqzxj"
_FREQUENT = "qzeverywhere"
_START_MS = 1_700_000_000_000
_SEARCH = "/msg/search_msg"


def text_search(run: Run) -> Report:
    """Measure with the setting off and on, in turn, then with many messages, on SQLite and on PostgreSQL."""
    report = Report("text-search", "messages of about 100 characters of words, found by text, durable")
    _measure(run, report, "SQLite", {"off": None, "on": None})
    try:
        postgres = PostgresServer()
        postgres.start()
    except PostgresUnavailableError as failure:
        report.note(f"PostgreSQL: skipped: {failure}")
        return report
    try:
        urls = {name: postgres.create_database(f"texts_{name}") for name in ("off", "on")}
        _measure(run, report, "PostgreSQL", urls)
    finally:
        postgres.stop()
    return report


def _measure(run: Run, report: Report, engine: str, urls: Mapping[str, str | None]) -> None:
    report.note(engine)
    servers: dict[str, tuple[Amity, People, Clients]] = {}
    sent: dict[str, list[Load]] = {}
    for name, url in urls.items():
        people = People(2 * PAIRS)
        amity = Amity(
            run,
            f"amity-{engine}-{name}",
            prepare=people.prepare,
            messages={"textSearch": name == "on"},
            url=url,
        )
        servers[name] = (amity, people, Clients())
        sent[name] = []
    count = run.size(20_000)
    try:
        for amity, people, clients in servers.values():
            clients.connect(people.addresses(amity.gateway_port))
        for turn in range(TURNS):
            for name, (amity, people, clients) in servers.items():
                busy = amity.program.processor_seconds()
                load = clients.exchange(_frames(people, count, turn), count, answers=2, pushed=count)
                load.busy = amity.program.processor_seconds() - busy
                sent[name].append(load)
    finally:
        for _, _, clients in servers.values():
            clients.close()
    for name, loads in sent.items():
        report.loads(f"sending, {name}", loads, "messages/s")
    ratio = report.ratio("on / off", rates(sent["on"]), rates(sent["off"]))
    report.at_least(f"of the rate without the index, {engine}", ratio * 100, 70, " %")
    sizes: dict[str, float] = {}
    stored = 0
    for name, (amity, people, _) in servers.items():
        stored = run.size(MESSAGES if name == "on" else MESSAGES // 10)
        before = _size(amity, urls[name])
        seconds = _bring(amity, people, stored)
        report.note(f"{stored:,} messages brought in with the setting {name}: {stored / seconds:,.0f} a second")
        _settle(amity, urls[name])
        sizes[name] = (_size(amity, urls[name]) - before) / stored
    report.figure("bytes on disk of one, off", [sizes["off"]], "bytes")
    report.figure("bytes on disk of one, on", [sizes["on"]], "bytes")
    _search(report, servers["on"][0], servers["on"][1], stored)
    for amity, _, _ in servers.values():
        amity.program.stop()


def _search(report: Report, amity: Amity, people: People, stored: int) -> None:
    """Measure searches, one at a time: the whole call, with the total and a page of 20."""
    chat = {"sendID": people.ids[PAIRS - 1], "recvID": people.ids[2 * PAIRS - 1]}
    for label, asked in (
        ("a rare word", {"keyword": _RARE}),
        ("what no message has", {"keyword": "qzxk"}),
        ("two letters of one in 1,000", {"keyword": "qz"}),
        ("a word of one in 1,000", {"keyword": _FREQUENT}),
        ("the same in one chat", {"keyword": _FREQUENT, **chat}),
        ("a frequent pair of letters", {"keyword": "th"}),
    ):
        took: list[float] = []
        total: object = None
        for _ in range(5):
            began = time.perf_counter()
            try:
                answer = amity.call(_SEARCH, asked | {"pagination": {"pageNumber": 1, "showNumber": 20}})
                total = answer["chatLogsNum"]
            except RuntimeError as error:
                total = "1355" if "1355" in str(error) else error
            took.append((time.perf_counter() - began) * 1000)
        middle = report.figure(label, took, "ms")
        report.note(f"  finds {total} of {stored:,}")
        if label == "a rare word":
            report.below("ms to find a rare word", middle, 100)


def _texts(seed: int) -> Iterator[str]:
    """Yield texts of about 100 characters, of words whose frequencies fall as those of a language do."""
    chance = random.Random(7)
    words = ["".join(chance.choices(_LETTERS, range(22, 0, -1), k=chance.randint(2, 9))) for _ in range(WORDS)]
    weights = list(itertools.accumulate(1 / rank for rank in range(1, WORDS + 1)))
    chance = random.Random(seed)
    number = 0
    while True:
        some = chance.choices(words, cum_weights=weights, k=17)
        number += 1
        if number % 1000 == 0:
            some[3] = _FREQUENT
        if number == 5000:
            some[4] = _RARE
        yield " ".join(some)


def _frames(people: People, count: int, turn: int) -> list[Iterator[bytes]]:
    each = count // PAIRS * 3 + 10
    texts = _texts(turn + 1)
    return [
        iter(
            [
                message(people.ids[pair], people.ids[PAIRS + pair], pair * 10**9 + turn * each + number, next(texts))
                for number in range(each)
            ]
        )
        for pair in range(PAIRS)
    ]


def _bring(amity: Amity, people: People, count: int) -> float:
    """Bring in messages, and return the seconds that it took."""
    texts = _texts(99)

    def body(batch: int) -> bytes:
        messages = []
        for number in range(batch * BATCH, (batch + 1) * BATCH):
            pair = number % PAIRS
            messages.append(
                {
                    "sendID": people.ids[pair],
                    "recvID": people.ids[PAIRS + pair],
                    "sendTime": _START_MS + number,
                    "contentType": 101,
                    "content": {"content": next(texts)},
                    "clientMsgID": f"{number:032x}",
                }
            )
        return json.dumps({"messages": messages}).encode()

    seconds = 0.0
    for first in range(0, count // BATCH, _AT_ONCE):
        batches = range(first, min(first + _AT_ONCE, count // BATCH))
        requests = amity.encoded("/msg/import_messages", [body(batch) for batch in batches])
        began = time.perf_counter()
        amity.load(requests, 1)
        seconds += time.perf_counter() - began
    return seconds


def _settle(amity: Amity, url: str | None) -> None:
    """Return once nothing waits to be indexed."""
    if url is not None:
        return
    connection = open_database(str(amity.database))
    while connection.execute("select 1 from message_texts_waiting limit 1").fetchone():
        time.sleep(0.2)
    time.sleep(3)  # what is merged after that
    connection.close()


def _size(amity: Amity, url: str | None) -> int:
    if url is not None:
        return asyncio.run(_size_on_postgres(url))
    connection = open_database(str(amity.database))
    (size,) = connection.execute("select page_count * page_size from pragma_page_count, pragma_page_size").fetchone()
    connection.close()
    return int(size)


async def _size_on_postgres(url: str) -> int:
    connection = await asyncpg.connect(url)
    try:
        return int(await connection.fetchval("select pg_database_size(current_database())"))
    finally:
        await connection.close()
