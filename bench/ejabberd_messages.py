"""Measure messages beside ejabberd, if Debian's package is installed: single chats, and a room, both with an archive.

Its archive is in Mnesia, which writes its log behind: a message is delivered before it is on disk.
"""

import itertools
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import msgspec
import uvloop

from bench.ejabberd import control_of, started
from bench.gateway import People
from bench.groups import Groups, compare, deliveries, fan_out, sides
from bench.load import Load, offer, post
from bench.messages import PAIRS, frames
from bench.report import Report
from bench.run import Run, free_port
from bench.server import Amity
from bench.sockets import Clients, Peer
from bench.xmpp import open_xmpp, stanza

TURNS = 3
ROOMS = 10
MEMBERS = 100
_HOST = "bench.example"
_DONE = b'"'

# Without modules that are not needed, without limits and without a log.
_SETTINGS = """
hosts: [{host}]
loglevel: critical
default_db: mnesia
auth_method: internal
auth_password_format: plain
listen:
  - {{port: {clients}, ip: "127.0.0.1", module: ejabberd_c2s, starttls: false, backlog: 1024}}
  - {{port: {port}, ip: "127.0.0.1", module: ejabberd_http, request_handlers: {{/api: mod_http_api}}}}
api_permissions:
  bench: {{from: [mod_http_api], who: [{{ip: "127.0.0.1/8"}}], what: [register]}}
modules:
  mod_mam: {{default: always}}
  mod_muc: {{access: all, default_room_options: {{mam: true, max_users: 200, persistent: true}}}}
"""


def ejabberd_messages(run: Run) -> Report:
    """Measure both in turn on the same core, each with the clients that OpenIM's and XMPP's forms want."""
    report = Report("ejabberd-messages", "messages to receivers that are connected, beside ejabberd's with an archive")
    if (control := control_of(report)) is None:
        return report
    theirs = _Ejabberd(run, control)
    _chats(run, report, theirs)
    _rooms(run, report, theirs)
    return report


def _chats(run: Run, report: Report, theirs: "_Ejabberd") -> None:
    """Measure 200 senders, each with one message under way to a receiver of its own."""
    people = People(2 * PAIRS)
    amity = Amity(run, "amity-chats", prepare=people.prepare)
    senders, receivers = people.ids[:PAIRS], people.ids[PAIRS:]
    theirs.register(people.ids)
    ours, them = Clients(), Clients()
    count, their_count = run.size(20_000), run.size(2_000)
    sent: list[Load] = []
    their_sent: list[Load] = []
    try:
        them.connect([theirs.address(user) for user in people.ids], open_xmpp)
        ours.connect(people.addresses(amity.gateway_port))
        them.sockets = [_Pair(*pair) for pair in zip(them.sockets[:PAIRS], them.sockets[PAIRS:], strict=True)]
        stanzas = [
            _stanzas("chat", f"{receiver}@{_HOST}", sender) for sender, receiver in zip(senders, receivers, strict=True)
        ]
        for turn in range(TURNS):
            ours.ping()
            busy = amity.program.processor_seconds()
            one = ours.exchange(frames(people, PAIRS, count, turn), count, answers=2, pushed=count)
            one.busy = amity.program.processor_seconds() - busy
            sent.append(one)
            their_sent.append(fan_out(theirs.program, them, stanzas, their_count, 1))
    finally:
        ours.close()
        them.close()
    report.note(f"{PAIRS} senders in single chats; XMPP's goes on when its receiver has the message")
    for label, loads in (("messages", sent), ("ejabberd", their_sent)):
        report.loads(label, loads, "messages/s")
        sides(report, loads)
    report.at_least("times ejabberd's messages/s", compare(report, sent, their_sent), 8)
    amity.program.stop()


def _rooms(run: Run, report: Report, theirs: "_Ejabberd") -> None:
    """Measure 10 groups, and as many rooms, of 100 members each, with one sender each."""
    groups = Groups(run, "amity-groups", ROOMS, MEMBERS)
    users = [f"room-user-{number}" for number in range(ROOMS + MEMBERS - 1)]
    rooms = [f"room-{number}@conference.{_HOST}" for number in range(ROOMS)]
    theirs.register(users)
    count, their_count = run.size(2_000), run.size(500)
    stanzas = [_stanzas("groupchat", room, user) for room, user in zip(rooms, users, strict=False)]
    them = Clients()
    sent: list[Load] = []
    their_sent: list[Load] = []
    try:
        senders = [theirs.address(user, room) for user, room in zip(users, rooms, strict=False)]
        them.connect(senders + [theirs.address(user, *rooms) for user in users[ROOMS:]], open_xmpp)
        groups.connect()  # not before: they would be silent for as long as the others take to enter their rooms
        for _ in range(TURNS):
            sent.append(groups.turn(count))
            their_sent.append(fan_out(theirs.program, them, stanzas, their_count, MEMBERS))
    finally:
        groups.clients.close()
        them.close()
    report.note(f"{ROOMS} groups of {MEMBERS}, one sender in each")
    deliveries(report, "group messages", sent, MEMBERS)
    deliveries(report, "ejabberd's rooms", their_sent, MEMBERS)
    report.at_least("times ejabberd's deliveries/s of rooms", compare(report, sent, their_sent), 8)


def _stanzas(kind: str, to: str, sender: str) -> Iterator[bytes]:
    for number in itertools.count():
        yield stanza(kind, to, f"{sender}-{number}", f"{number:0100d}")


class _Ejabberd:
    """A server whose users have their names as passwords."""

    def __init__(self, run: Run, control: Path) -> None:
        self._port, self._http = free_port(), free_port()
        settings = _SETTINGS.format(host=_HOST, clients=self._port, port=self._http)
        self.program = started(run, control, settings, self._port)

    def register(self, users: Sequence[str]) -> None:
        """Register users."""
        bodies = [msgspec.json.encode({"user": user, "host": _HOST, "password": user}) for user in users]
        uvloop.run(offer(self._http, iter([post("/api/register", body, {}) for body in bodies]), 1, _DONE))

    def address(self, user: str, *rooms: str) -> str:
        """Return what ``open_xmpp`` needs to connect as a user, and to enter rooms."""
        return " ".join((str(self._port), _HOST, user, *rooms))


class _Pair:
    """A sender and its receiver, as one connection: what the receiver is sent answers the sender."""

    def __init__(self, sender: Peer, receiver: Peer) -> None:
        self._sender, self._receiver = sender, receiver

    @property
    def lost(self) -> bool:
        return self._sender.lost or self._receiver.lost

    @property
    def on_message(self) -> Callable[[], None]:
        return self._receiver.on_message

    @on_message.setter
    def on_message(self, on_message: Callable[[], None]) -> None:
        self._receiver.on_message = on_message

    def send(self, frame: bytes) -> None:
        self._sender.send(frame)

    def close(self) -> None:
        self._sender.close()
        self._receiver.close()
