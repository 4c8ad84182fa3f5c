"""Measure a server in whose database there are many messages already: sending, reading, and what they take on disk.

They are written with SQL, as the server would have: 10,000 chats, each message in the order of its arrival.
"""

import statistics
from pathlib import Path

from amity.wire.frames import Identifier
from amity.wire.proto.msg_pb2 import GetConversationsHasReadAndMaxSeqReq, GetLastMessageReq
from amity.wire.proto.sdkws_pb2 import MsgData, PullMessageBySeqsReq, SeqRange
from bench.floor import open_database
from bench.gateway import People
from bench.load import Load
from bench.messages import TURNS, frames
from bench.report import Report, rates
from bench.run import Run
from bench.server import Amity
from bench.sockets import Clients, request

PAIRS = 200
FEW, MANY = 10_000, 5_000_000
HELD = 1_000_000
CONNECTIONS = 5_000
CHATS = 10_000
_AT_ONCE = 50_000
_READERS = 501
"""Users, of whom the first reads the chats with all others."""
_START_MS = 1_700_000_000_000
_MESSAGE = (
    "insert into messages (timeline, seq, sender_seq, sent_at, once_part, once, body) values (?, ?, ?, ?, ?, ?, ?)"
)


def messages_stored(run: Run) -> Report:
    """Measure with 10,000 messages stored, and with 5,000,000."""
    report = Report("messages-stored", "a server with many messages stored, durable SQLite")
    count = run.size(20_000)
    sent: dict[str, list[Load]] = {"few": [], "many": []}
    servers: dict[str, tuple[Amity, People, Clients]] = {}
    for name, stored in (("few", FEW), ("many", run.size(MANY))):
        people = People(_READERS)
        file = run.directory / f"amity-{name}.db"

        def prepare(url: str, people: People = people, file: Path = file, stored: int = stored) -> None:
            people.prepare(url)
            _fill(file, len(people.ids), stored)

        amity = Amity(run, f"amity-{name}", prepare=prepare)
        if name == "many":
            report.figure("bytes on disk of a message", [file.stat().st_size / stored], "B")
            report.below("bytes of a message of 100 bytes of text", file.stat().st_size / stored, 380)
        servers[name] = (amity, people, Clients())
    try:
        for amity, people, clients in servers.values():
            clients.connect(people.addresses(amity.gateway_port))
        for turn in range(TURNS):
            for name, (amity, people, clients) in servers.items():
                busy = amity.program.processor_seconds()
                load = clients.exchange(frames(people, PAIRS, count, turn), count, answers=2, pushed=count)
                load.busy = amity.program.processor_seconds() - busy
                sent[name].append(load)
        _reading(run, report, *servers["many"])
    finally:
        for _, _, clients in servers.values():
            clients.close()
    for name, loads in sent.items():
        report.loads(f"sending with {name} stored", loads, "messages/s")
    ratio = report.ratio("many / few", rates(sent["many"]), rates(sent["few"]))
    report.at_least("of the rate with 10,000 stored", ratio * 100, 80, " %")
    memory = servers["many"][0].program.peak_memory()
    if memory is not None:
        report.figure("peak memory with many stored", [memory / 2**20], "MiB")
    return report


def messages_memory(run: Run) -> Report:
    """Measure the memory of a server with 1,000,000 messages stored and 5,000 clients, of whom some send."""
    report = Report("messages-memory", "a server with 5,000 clients and many messages stored, durable SQLite")
    count, stored = run.size(20_000), run.size(HELD)
    people = People(run.size(CONNECTIONS))
    file = run.directory / "amity-memory.db"

    def prepare(url: str) -> None:
        people.prepare(url)
        _fill(file, len(people.ids), stored)

    amity, clients = Amity(run, "amity-memory", prepare=prepare), Clients()
    try:
        clients.connect(people.addresses(amity.gateway_port))
        busy = amity.program.processor_seconds()
        load = clients.exchange(frames(people, PAIRS, count, 0), count, answers=2, pushed=count)
        load.busy = amity.program.processor_seconds() - busy
    finally:
        clients.close()
    report.loads(f"sending beside {len(people.ids)} clients", [load], "messages/s")
    memory = amity.program.peak_memory()
    if memory is not None:
        report.below("MB of the server at most", report.figure("peak memory", [memory / 1e6], "MB"), 250)
    return report


def _reading(run: Run, report: Report, amity: Amity, people: People, clients: Clients) -> None:
    """Measure what one client reads, one request at a time."""
    user = people.ids[0]
    ids = [f"si_{'_'.join(sorted((user, peer)))}" for peer in people.ids[1:]]
    count = run.size(300)
    pull = PullMessageBySeqsReq(userID=user, seqRanges=[SeqRange(conversationID=ids[0], begin=1, end=10**9, num=100)])
    newest = GetLastMessageReq(userID=user, conversationIDs=ids[:200])
    every = GetConversationsHasReadAndMaxSeqReq(userID=user)
    unread = GetConversationsHasReadAndMaxSeqReq(userID=user, conversationIDs=ids)
    for label, identifier, asked, limit in (
        ("pull of 100", Identifier.PULL_BY_RANGES, pull, 1.5),
        ("newest of 200 conversations", Identifier.GET_LAST_MESSAGE, newest, 3.0),
        (f"unread of all {len(ids)} conversations, as at login", Identifier.GET_READ_AND_MAX_SEQ, every, 1.5),
        (f"unread of {len(ids)} conversations by their ids", Identifier.GET_READ_AND_MAX_SEQ, unread, None),
    ):
        frame = request(identifier, user, asked.SerializeToString())
        busy = amity.program.processor_seconds()
        load = clients.exchange([iter([frame] * (count + 1))], count)
        report.figure(label, [each * 1000 for each in load.latencies], "ms")
        report.figure("  processor time", [(amity.program.processor_seconds() - busy) / count * 1000], "ms")
        if limit is not None:
            median = statistics.median(load.latencies) * 1000
            report.below(f"ms for {label}, from the request to the answer", median, limit)


def _fill(file: Path, people: int, messages: int) -> None:
    """Write messages of chats of the first user with all others, and of pairs of the others."""
    connection = open_database(str(file))
    connection.execute("pragma synchronous = off")
    first = connection.execute("select min(user_seq) from users").fetchone()[0]
    pairs = [(first, first + number) for number in range(1, people)]
    step = 1
    while len(pairs) < min(CHATS, messages):
        pairs += [(first + one, first + one + step) for one in range(1, people - step)]
        step += 1
    pairs = list(dict.fromkeys(pairs))[: min(CHATS, messages)]
    each = -(-messages // len(pairs))
    connection.execute("begin")
    connection.executemany(
        "insert into timelines (timeline, form, first_seq, second_seq, max_seq, min_seq, last_at)"
        " values (?, 1, ?, ?, ?, 1, ?)",
        [(place + 1, *pair, each, _START_MS + messages) for place, pair in enumerate(pairs)],
    )
    connection.executemany(
        "insert into conversations (owner_seq, timeline, peer_seq, version, added_version, deleted, read_seq, min_seq,"
        " max_seq, recv_msg_opt, is_pinned, is_private_chat, burn_duration, group_at_type, is_msg_destruct,"
        " msg_destruct_time, latest_msg_destruct_time, attached_info, ex)"
        " values (?, ?, ?, ?, ?, 0, ?, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, '', '')",
        [
            (owner, place + 1, peer, place + 2, place + 2, each // 2)
            for place, pair in enumerate(pairs)
            for owner, peer in (pair, pair[::-1])
        ],
    )
    connection.execute("commit")
    for begin in range(0, each * len(pairs), _AT_ONCE):
        connection.execute("begin")
        end = min(begin + _AT_ONCE, each * len(pairs))
        connection.executemany(_MESSAGE, [_row(number, pairs) for number in range(begin, end)])
        connection.execute("commit")
    connection.execute("pragma wal_checkpoint(truncate)")
    connection.close()


def _row(number: int, pairs: list[tuple[int, int]]) -> tuple[object, ...]:
    """Return a message of the chats in turn: the worst case, as a chat's messages are never beside each other."""
    place = number % len(pairs)
    sender, receiver = pairs[place]
    sent_at = _START_MS + number
    body = MsgData(
        sendID=f"c{sender:05d}",
        recvID=f"c{receiver:05d}",
        clientMsgID=f"{number:032x}",
        serverMsgID=f"{number:032x}",
        senderPlatformID=7,
        senderNickname=f"c{sender:05d}",
        sessionType=1,
        msgFrom=100,
        contentType=101,
        content=b'{"content":"' + f"{number:0100d}".encode() + b'"}',
        sendTime=sent_at,
        createTime=sent_at,
        status=2,
    ).SerializeToString()
    once = (number * 0x9E3779B97F4A7C15) & (2**63 - 1)
    return place + 1, number // len(pairs) + 1, sender, sent_at, sent_at // 43_200_000, once, body
