"""Samples of the metrics: what happened between two readings of the counters, as rates and quantiles.

A reading costs a fraction of a millisecond: it sums up what the meters have counted, and asks nobody.
"""

from array import array
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from prometheus_client.metrics import MetricWrapperBase

from amity import metrics
from amity.callbacks.telling.others import OutboxMeasured
from amity.errors import Code
from amity.metrics.meters import SECONDS, Summed
from amity.wire.frames import Identifier

SENDS: Final = ("/msg/send_msg", "/msg/batch_send_msg", "/msg/send_simple_msg", "/msg/send_business_notification")
SERIES: Final = (
    "api_rate",
    "api_refused",
    "api_faults",
    "gateway_rate",
    "gateway_refused",
    "messages",
    "pushes",
    "pushes_dropped",
    "api_p50",
    "api_p99",
    "gateway_p50",
    "gateway_p99",
    "asked_p50",
    "asked_p99",
    "commit_p50",
    "commit_p99",
    "commit_size",
    "connections",
    "outbox_pending",
    "outbox_age",
    "outbox_dead",
    "breakers",
    "lag",
    "database",
    "processes",
    "bus_published",
    "bus_received",
    "bus_dropped",
    "log_dropped",
    "reads_refused",
)
"""The names of a sample's numbers, in their order. Rates are in things a second, times in seconds, sizes in bytes. What
did not happen, as the latency of no call, is NaN."""
_AT: Final = {name: at for at, name in enumerate(SERIES)}
_NAN: Final = float("nan")
_FAULTS: Final = tuple(str(int(code)) for code in (Code.SERVER_INTERNAL, Code.DATABASE))


class Reading(NamedTuple):
    """The counters at a moment of the monotonic clock."""

    at: float
    api: Summed
    api_faults: int
    gateway: Summed
    asked: Summed
    messages: int
    sent: int
    dropped: int
    commits: Sequence[int]
    committed: float
    bus: tuple[int, int, int]
    log_dropped: float
    reads_refused: float


class Around(NamedTuple):
    """What no counter has."""

    breakers: int
    database: float
    processes: int
    outbox: OutboxMeasured


def read(now: float) -> Reading:
    """Read the counters."""
    commits = _samples(metrics.commit_seconds)
    batches = _samples(metrics.commit_batch_transactions)
    bus = metrics.bus
    return Reading(
        now,
        metrics.requests.summed("0"),
        metrics.requests.total(*_FAULTS),
        metrics.gateway_requests.summed("0"),
        metrics.callbacks.summed("approved"),
        metrics.gateway_requests.count(str(int(Identifier.SEND_MSG)), "0")
        + sum(metrics.requests.count(path, "0") for path in SENDS),
        metrics.connections.sent,
        metrics.connections.dropped,
        _apart([int(each.value) for each in commits if each.name.endswith("_bucket")]),
        sum(each.value for each in batches if each.name.endswith("_sum")),
        (bus.published, bus.received, bus.dropped),
        _total(metrics.log_lines_dropped_total),
        _total(metrics.reads_refused_total),
    )


def sample(before: Reading, now: Reading, around: Around) -> "array[float]":
    """Return what happened between two readings, and how it is at the second."""
    seconds = max(now.at - before.at, 1e-3)
    commits = [new - old for new, old in zip(now.commits, before.commits, strict=True)]
    found = {
        "api_rate": (now.api.all - before.api.all) / seconds,
        "api_refused": (now.api.others - before.api.others) / seconds,
        "api_faults": (now.api_faults - before.api_faults) / seconds,
        "gateway_rate": (now.gateway.all - before.gateway.all) / seconds,
        "gateway_refused": (now.gateway.others - before.gateway.others) / seconds,
        "messages": (now.messages - before.messages) / seconds,
        "pushes": (now.sent - before.sent) / seconds,
        "pushes_dropped": (now.dropped - before.dropped) / seconds,
        "commit_size": (now.committed - before.committed) / sum(commits) if sum(commits) else _NAN,
        "connections": metrics.connections.opened - sum(metrics.connections.closed.values()),
        "outbox_pending": around.outbox.waiting,
        "outbox_age": around.outbox.age,
        "outbox_dead": around.outbox.dead,
        "breakers": around.breakers,
        "lag": _gauge(metrics.loop_lag_worst_seconds),
        "database": around.database,
        "processes": around.processes,
        "bus_published": (now.bus[0] - before.bus[0]) / seconds,
        "bus_received": (now.bus[1] - before.bus[1]) / seconds,
        "bus_dropped": (now.bus[2] - before.bus[2]) / seconds,
        "log_dropped": (now.log_dropped - before.log_dropped) / seconds,
        "reads_refused": (now.reads_refused - before.reads_refused) / seconds,
    }
    for name, counts in (
        ("api", _between(before.api.buckets, now.api.buckets)),
        ("gateway", _between(before.gateway.buckets, now.gateway.buckets)),
        ("asked", _between(before.asked.buckets, now.asked.buckets)),
        ("commit", commits),
    ):
        found[f"{name}_p50"] = quantile(counts, 0.5)
        found[f"{name}_p99"] = quantile(counts, 0.99)
    return array("d", [found[name] for name in SERIES])


def value(of: "array[float]", name: str) -> float:
    """Return one number of a sample."""
    found: float = of[_AT[name]]
    return found


def quantile(counts: Sequence[int], q: float) -> float:
    """Return the seconds below which a share ``q`` of the times lies, from how many are in each bucket of ``SECONDS``;
    within a bucket they count as even. NaN for no times; the last bound for those above it."""
    total = sum(counts)
    if not total:
        return _NAN
    rank, below, lower = q * total, 0, 0.0
    for count, upper in zip(counts, SECONDS, strict=False):
        if count and below + count >= rank:
            return lower + (upper - lower) * (rank - below) / count
        below += count
        lower = upper
    return SECONDS[-1]


def _between(before: Sequence[int], now: Sequence[int]) -> list[int]:
    return [new - old for new, old in zip(now, before, strict=True)]


def _apart(cumulative: Sequence[int]) -> list[int]:
    return [count - below for count, below in zip(cumulative, (0, *cumulative), strict=False)]


def _samples(metric: MetricWrapperBase) -> Sequence[Any]:
    return next(iter(metric.collect())).samples


def _gauge(metric: MetricWrapperBase) -> float:
    found: float = _samples(metric)[0].value
    return found


def _total(metric: MetricWrapperBase) -> float:
    return sum(float(each.value) for each in _samples(metric) if each.name.endswith("_total"))
