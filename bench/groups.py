"""Groups for the benches, and messages to all of their members."""

from collections.abc import Iterator, Sequence
from functools import partial

import msgspec
from picows import WSFrame, WSTransport

from bench.gateway import People
from bench.load import Load
from bench.report import Report
from bench.run import Program, Run
from bench.server import Amity
from bench.sockets import Clients, Socket, group_message, open_socket

CREATE = "/group/create_group"
INVITE = "/group/invite_user_to_group"
MOST = 1000
"""Members that one call may name."""
ANSWERS = 2
"""What a sender is sent for a message: the answer, and the message, as its other members."""


def creation(group: str, members: Sequence[str]) -> bytes:
    """Return the body that makes a group; its owner is the first of its members."""
    owner, *rest = members
    info = {"groupID": group, "groupName": group, "groupType": 2}
    return msgspec.json.encode({"memberUserIDs": rest, "ownerUserID": owner, "groupInfo": info})


def invitation(group: str, users: Sequence[str]) -> bytes:
    """Return the body that brings users into a group."""
    return msgspec.json.encode({"groupID": group, "invitedUserIDs": list(users), "reason": "bench"})


def make(amity: Amity, group: str, members: Sequence[str]) -> None:
    """Make a group of any size."""
    amity.load(amity.encoded(CREATE, [creation(group, members[:MOST])]), 1)
    for first in range(MOST, len(members), MOST):
        amity.load(amity.encoded(INVITE, [invitation(group, members[first : first + MOST])]), 1)


class Groups:
    """A server with one group for each of ``senders``: its members are its own sender, and ``members - 1`` users whom
    all groups have in common. So the sender of one is sent nothing of the others."""

    def __init__(self, run: Run, name: str, senders: int, members: int) -> None:
        self.members = members
        self._senders = senders
        self._people = People(senders + members - 1)
        self.amity = Amity(run, name, prepare=self._people.prepare)
        common = self._people.ids[senders:]
        for number, sender in enumerate(self._people.ids[:senders]):
            make(self.amity, _group(number), [sender, *common])
        self.clients = Clients()
        self._sent = 0

    def connect(self) -> None:
        """Connect all members."""
        self.clients.connect(self._people.addresses(self.amity.gateway_port))

    def pushed(self) -> bytes:
        """Send one message, and return what a member's client is sent of it: a frame's payload."""
        clients = Clients()
        urls = self._people.addresses(self.amity.gateway_port)
        try:
            clients.connect([urls[0], urls[-1]], partial(open_socket, kind=_Keeping))
            self._exchange(clients, 1, 1, 1)
            receiver = clients.sockets[-1]
            assert isinstance(receiver, _Keeping)
            return receiver.payload
        finally:
            clients.close()

    def turn(self, count: int) -> Load:
        """Send ``count`` messages. Each sender sends the next once the last is answered, and pushed to itself."""
        self.clients.ping()
        busy = self.amity.program.processor_seconds()
        load = self._exchange(self.clients, self._senders, count, self.members - 1)
        load.busy = self.amity.program.processor_seconds() - busy
        return load

    def _exchange(self, clients: Clients, senders: int, count: int, receivers: int) -> Load:
        frames = [self._frames(sender) for sender in range(senders)]
        return clients.exchange(frames, count, answers=ANSWERS, pushed=count * receivers)

    def _frames(self, sender: int) -> Iterator[bytes]:
        while True:
            self._sent += 1
            yield group_message(self._people.ids[sender], _group(sender), self._sent)


class _Keeping(Socket):
    """A connection that keeps the last message."""

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        self.payload = frame.get_payload_as_bytes()
        super().on_ws_frame(transport, frame)


def fan_out(program: Program, clients: Clients, frames: Sequence[Iterator[bytes]], count: int, members: int) -> Load:
    """Send ``count`` messages to the groups of another server than amity, where a sender knows that its message was
    delivered when it gets it itself."""
    busy = program.processor_seconds()
    load = clients.exchange(frames, count, pushed=count * (members - 1))
    load.busy = program.processor_seconds() - busy
    return load


def deliveries(report: Report, label: str, loads: Sequence[Load], members: int) -> None:
    """Add the deliveries a second of messages to groups of so many members, the processor time of each, and how busy
    both sides were."""
    report.figure(label, [load.rate * members for load in loads], "deliveries/s")
    report.figure("  processor time of one", costs(loads, members), "us")
    sides(report, loads)


def sides(report: Report, loads: Sequence[Load]) -> None:
    """Add how busy the measured core was with the server, and the other with the load: which of them is the limit."""
    report.figure("  core of the server", [load.busy / load.seconds * 100 for load in loads], "%")
    report.figure("  core of the load", [load.own / load.seconds * 100 for load in loads], "%")


def compare(report: Report, ours: Sequence[Load], theirs: Sequence[Load]) -> float:
    """Add how many times the rate of theirs ours is, and how many times the processor time of ours theirs takes.
    Return the first."""
    ratio = report.ratio("  ours / theirs", [load.rate for load in ours], [load.rate for load in theirs])
    costs_of = [[load.microseconds for load in loads] for loads in (theirs, ours)]
    report.ratio("  by processor time", *costs_of)
    return ratio


def costs(loads: Sequence[Load], members: int) -> list[float]:
    """Return the server's processor time of one delivery, in microseconds."""
    return [load.microseconds / members for load in loads]


def _group(number: int) -> str:
    return f"group-{number}"
