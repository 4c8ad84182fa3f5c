"""``python -m bench.scaling``: reckon how many processes, database cores and how much of a bus a load needs.

Nothing is measured here: the costs are those of ``bench.scaling_costs``. docs/scaling.md shows the arithmetic.
All rates are those of the busiest hour: a day's average times ``peak``.
"""

import argparse
import math
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields

from bench.scaling_costs import Costs

DAY = 86_400
YEAR_DAYS = 365
BROADCAST_MEMBERS = 16
"""A group with more members than this for each other process is told to all processes, without looking up where its
members are connected (``amity.delivery.elsewhere.sending``)."""
PRIMARY_CORES = 32.0
"""Cores of a PostgreSQL primary that are busy with amity; an estimate of what one machine should be asked for."""
PRIMARY_ROWS = 150_000.0
"""Rows that one PostgreSQL primary writes in a second, that is 50,000 messages; an estimate."""
PRIMARY_GIB = 20_480.0
"""What one PostgreSQL database should hold of messages; an estimate."""
NOTIFY_SHARE = 0.25
"""Share of a core above which NOTIFY, whose queue has one lock, is no longer the bus to take."""
REDIS_MESSAGES = 100_000.0
"""Messages that one Redis delivers in a second on its one core; an estimate."""
NOTIFY_US = 22
"""Microseconds of a core for one message over NOTIFY, sent and received."""
_MOST_PROCESSES = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What users do. Rates are for one user and day."""

    users: float = 1_000_000
    online: float = 0.1
    """Share of the users who are connected in the busiest hour."""
    messages: float = 40
    peak: float = 3
    """The busiest hour's rate, in averages of the day."""
    in_groups: float = 0.3
    """Share of the messages that go to groups."""
    group_size: float = 50
    logins: float = 5
    """Connections made, those again after the network was away included."""
    requests: float = 20
    """Requests of one login."""
    before: float = 0
    """Share of the messages about which the business server is asked before."""
    after: float = 0
    """Share of the messages of which it is told after."""
    connections: float = 50_000
    """Clients that one process is to have at most: all of them log in at the others when it ends."""
    utilisation: float = 0.6
    """Share of its core that a process is planned to use in the busiest hour."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """What the load needs. Rates are per second of the busiest hour."""

    connected: float
    messages: float
    deliveries: float
    logins: float
    process_cores: float
    """Cores that all processes are busy with, without what each is told because all are told."""
    told_share: float
    """Share of each process's core that goes into what all processes are told."""
    processes: int | None
    """``None`` if what all processes are told leaves too little of a core, however many there are."""
    memory_gib: float
    """Of all connections together."""
    database_cores: float
    rows: float
    """Rows that the database writes."""
    log_mbytes: float
    """Megabytes of PostgreSQL's write-ahead log."""
    disk_gib_year: float
    bus_messages: float
    """Messages that the bus delivers, counted at each receiving process."""
    bus_gbit: float

    @property
    def limits(self) -> list[str]:
        """Say where the architecture ends."""
        found = []
        if self.processes is None:
            found.append("what all processes are told takes too much of each: several amitys, by region")
        if self.database_cores > PRIMARY_CORES or self.rows > PRIMARY_ROWS:
            found.append(
                "more than one PostgreSQL primary writes: several amitys, or a PostgreSQL that spreads its tables"
            )
        if self.disk_gib_year > PRIMARY_GIB:
            found.append("a year's messages are more than one PostgreSQL should hold: messages.keepDays, or as above")
        if self.bus_messages > REDIS_MESSAGES:
            found.append("more than one Redis delivers: several, or several amitys, by region")
        if self.bus_gbit > 10:
            found.append("the bus needs more than 10 Gbit/s")
        return found


def need(load: Load, costs: Costs) -> Need:
    """Return what a load needs. More processes tell each other more, so their number is looked for from below."""
    work, messages, logins = _work(load, costs), _messages(load), _logins(load)
    processes: int | None = max(1, math.ceil(load.users * load.online / load.connections))
    told = _told(load, costs, 1)
    while processes is not None:
        told = _told(load, costs, processes)
        left = load.utilisation - told.share
        enough = math.ceil((work + told.cores) / left) if left > 0 else _MOST_PROCESSES + 1
        if enough <= processes:
            break
        if enough <= _MOST_PROCESSES:
            processes = enough
        elif _is_told_to_all(load, processes):
            processes = _first_that_looks_up(load)
        else:
            processes = None
    deliveries = _deliveries(load)
    database_us = (
        messages * costs.database_message_us
        + deliveries * costs.database_delivery_us
        + logins * costs.database_login_us
    )
    return Need(
        connected=load.users * load.online,
        messages=messages,
        deliveries=deliveries,
        logins=logins,
        process_cores=work,
        told_share=told.share,
        processes=processes,
        memory_gib=load.users * load.online * costs.connection_memory_kib / 1024**2,
        database_cores=database_us / 1e6,
        rows=messages * costs.message_rows + logins * costs.login_rows,
        log_mbytes=messages * costs.message_log_bytes / 1e6,
        disk_gib_year=load.users * load.messages * YEAR_DAYS * costs.message_disk_bytes / 1024**3,
        bus_messages=told.messages,
        bus_gbit=told.bytes * 8 / 1e9,
    )


def _messages(load: Load) -> float:
    return load.users * load.messages / DAY * load.peak


def _logins(load: Load) -> float:
    return load.users * load.logins / DAY * load.peak


def _members(load: Load) -> float:
    """Return how many members of a group are connected, its sender left out."""
    return max(0.0, load.group_size - 1) * load.online


def _deliveries(load: Load) -> float:
    return _messages(load) * ((1 - load.in_groups) * load.online + load.in_groups * _members(load))


def _work(load: Load, costs: Costs) -> float:
    """Return the cores that all processes are busy with, apart from the bus. A message's cost has one push in it."""
    messages = _messages(load)
    each = costs.message_us + costs.lookup_us
    each += load.before * costs.before_callback_us + load.after * costs.after_callback_us
    login = costs.login_us + load.requests * costs.request_us
    more_pushes = max(0.0, _deliveries(load) - messages)
    idle = load.users * load.online * costs.connection_us
    return (messages * each + more_pushes * costs.delivery_us + _logins(load) * login + idle) / 1e6


@dataclass(frozen=True, slots=True)
class _Told:
    """What so many processes tell each other. ``share`` is that of each process's core that goes into what all are
    told, ``cores`` what all of them together spend on what single ones are told."""

    share: float
    cores: float
    messages: float
    bytes: float


def _told(load: Load, costs: Costs, processes: int) -> _Told:
    others = processes - 1
    if not others:
        return _Told(0, 0, 0, 0)
    in_groups = _messages(load) * load.in_groups
    single = (_messages(load) - in_groups) * _reached(load.online, others)
    to_all = in_groups if _is_told_to_all(load, processes) else 0.0
    directed = single + (0.0 if to_all else in_groups * _reached(_members(load), others))
    changes = 2 * _logins(load)  # who comes, and who goes
    delivered = directed + to_all * others
    return _Told(
        share=(to_all * costs.bus_us + changes * costs.presence_us) / 1e6,
        cores=directed * costs.bus_us / 1e6,
        messages=delivered,
        bytes=delivered * costs.message_wire_bytes + changes * costs.presence_wire_bytes * others,
    )


def _reached(receivers: float, others: int) -> float:
    """Return at how many of the other processes so many receivers are to be expected: all processes have as many."""
    return others * (1 - math.pow(1 - 1 / (others + 1), receivers))


def _is_told_to_all(load: Load, processes: int) -> bool:
    return load.group_size > BROADCAST_MEMBERS * (processes - 1)


def _first_that_looks_up(load: Load) -> int:
    """Return the number of processes from which on a group's message is told to single ones."""
    return 1 + math.ceil(load.group_size / BROADCAST_MEMBERS)


ROWS: Sequence[tuple[str, str, Callable[[Need], float | None]]] = (
    ("connected users", "", lambda need: need.connected),
    ("messages", "/s", lambda need: need.messages),
    ("deliveries", "/s", lambda need: need.deliveries),
    ("logins", "/s", lambda need: need.logins),
    ("cores of amity, without the bus", "", lambda need: need.process_cores),
    ("each core, for what all are told", "%", lambda need: need.told_share * 100),
    ("processes", "", lambda need: need.processes),
    ("memory of connections", "GiB", lambda need: need.memory_gib),
    ("cores of PostgreSQL", "", lambda need: need.database_cores),
    ("rows written", "/s", lambda need: need.rows),
    ("write-ahead log", "MB/s", lambda need: need.log_mbytes),
    ("messages on disk, a year", "GiB", lambda need: need.disk_gib_year),
    ("messages that the bus delivers", "/s", lambda need: need.bus_messages),
    ("bytes of the bus", "Gbit/s", lambda need: need.bus_gbit),
)


def table(loads: Sequence[Load], costs: Costs) -> list[str]:
    """Return the lines of a table with a column for each load, and what ends below it."""
    needs = [need(load, costs) for load in loads]
    lines = [_line("users", "", [load.users for load in loads])]
    lines += [_line(label, unit, [value(each) for each in needs]) for label, unit, value in ROWS]
    for load, each in zip(loads, needs, strict=True):
        lines += [f"{show(load.users)} users: {limit}" for limit in each.limits]
        if each.bus_messages * NOTIFY_US / 1e6 > NOTIFY_SHARE:
            lines.append(f"{show(load.users)} users: too much for NOTIFY: set bus to a Redis")
    return lines


def _line(label: str, unit: str, values: Sequence[float | None]) -> str:
    return f"{label:<34}{unit:>7}" + "".join(f"{show(value):>15}" for value in values)


def show(value: float | None) -> str:
    """Write a number with three digits that count, and whole from a hundred on."""
    if value is None:
        return "too many"
    if value >= 100 or value == int(value):
        return f"{value:,.0f}"
    return f"{value:.2f}" if value < 10 else f"{value:.1f}"


def parser() -> argparse.ArgumentParser:
    """Return the options: one for each figure of ``Load`` and ``Costs``."""
    made = argparse.ArgumentParser(
        prog="python -m bench.scaling", description="What a load needs: processes, database, bus."
    )
    made.add_argument(
        "--users", type=float, nargs="+", default=[1e4, 1e6, 1e8], help="a column for each; 1e6 is a million"
    )
    for kind in (Load, Costs):
        for each in fields(kind):
            if each.name != "users":
                source = each.metadata.get("source", "")
                help_text = f"{each.default}{f' ({source})' if source else ''}".replace("%", "%%")
                made.add_argument(f"--{each.name.replace('_', '-')}", type=float, default=each.default, help=help_text)
    return made


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table."""
    given = vars(parser().parse_args(arguments))
    costs = Costs(**{each.name: given[each.name] for each in fields(Costs)})
    common = {each.name: given[each.name] for each in fields(Load) if each.name != "users"}
    print("\n".join(table([Load(users=users, **common) for users in given["users"]], costs)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
