"""Metrics for Prometheus: counters, gauges and histograms of this process, in a registry of their own.

Each metric is a module attribute named as it is scraped, without ``amity_``. The code that does the work counts it,
with one of the functions below. Label children are looked up once and kept on hot paths.
"""

from collections.abc import Callable

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    GCCollector,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)

from amity.errors import NAMES
from amity.metrics.collectors import Bus, Connections, Imports
from amity.metrics.meters import SECONDS, Meters

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

disable_created_metrics()  # type: ignore[no-untyped-call]  # they double the text, and nobody asks for them

registry = CollectorRegistry()
ProcessCollector(registry=registry)
PlatformCollector(registry=registry)
GCCollector(registry=registry)

outbox_pending = Gauge("amity_outbox_pending", "After-callbacks that wait for delivery", registry=registry)
outbox_oldest_age_seconds = Gauge(
    "amity_outbox_oldest_age_seconds", "Age of the oldest after-callback that waits", registry=registry
)
outbox_dead = Gauge("amity_outbox_dead", "After-callbacks that were given up", registry=registry)
deliveries_total = Counter(
    "amity_deliveries_total", "Attempts to deliver after-callbacks", ["callback", "result"], registry=registry
)
relayed_total = Counter(
    "amity_relayed_total",
    "Callbacks of OpenIM's server, by what the relay did",
    ["callback", "result"],
    registry=registry,
)
limits_total = Counter(
    "amity_limits_total", "Operations that were refused because of a limit", ["limit"], registry=registry
)
pushes_given_up_total = Counter(
    "amity_pushes_given_up_total",
    "Messages that were not pushed: too many waited for the business server",
    ["kind"],
    registry=registry,
)
http_refused_total = Counter(
    "amity_http_refused_total",
    "Requests and connections to the REST API that were refused or ended, by reason",
    ["reason"],
    registry=registry,
)
reads_refused_total = Counter(
    "amity_reads_refused_total", "Reads of the database that were refused", ["kind", "reason"], registry=registry
)
_reads_waiting = Gauge("amity_reads_waiting", "Reads of the database that wait", ["kind"], registry=registry)
loop_moves_total = Counter(
    "amity_loop_moves_total",
    "Transactions and reads that began on the event loop and were too large for it, by how that was known",
    ["kind", "known"],
    registry=registry,
)
log_lines_dropped_total = Counter(
    "amity_log_lines_dropped_total",
    "Log lines that were dropped because nobody took them, or they could not be written",
    registry=registry,
)
late_rows_dropped_total = Counter(
    "amity_late_rows_dropped_total",
    "Entries of logs in the database that were dropped because it could not take them, by the log's table",
    ["log"],
    registry=registry,
)
loop_lag_seconds = Histogram(
    "amity_loop_lag_seconds",
    "Seconds by which turns of the event loop hold up what is due",
    buckets=SECONDS,
    registry=registry,
)
loop_lag_worst_seconds = Gauge(
    "amity_loop_lag_worst_seconds", "The longest of the last minute's lags of the event loop", registry=registry
)
console_actions_total = Counter(
    "amity_console_actions_total",
    "What administrators did in the web console, by outcome",
    ["action", "outcome"],
    registry=registry,
)
_profile_fanouts = Gauge(
    "amity_profile_fanouts_pending", "Users whose changed profile not all friend lists show yet", registry=registry
)
_profile_fanout_lists = Counter(
    "amity_profile_fanout_lists_total", "Friend lists that were changed by the fan-out of profiles", registry=registry
)
commit_batch_transactions = Histogram(
    "amity_commit_batch_transactions",
    "Transactions that one commit made durable",
    buckets=(1, 2, 4, 8, 16, 32, 64, 128, 256),
    registry=registry,
)
commit_seconds = Histogram(
    "amity_commit_seconds",
    "Seconds from a group's first statement to its commit",
    buckets=SECONDS,
    registry=registry,
)


_imports = Imports()
registry.register(_imports)
connections = Connections()
registry.register(connections)
bus = Bus()
registry.register(bus)
gateway_requests = Meters(
    ("amity_gateway_requests", "Requests over the gateway by reqIdentifier and errCode"),
    ("amity_gateway_request_seconds", "Seconds from a request's turn to its reply"),
    "identifier",
    "code",
)
requests = Meters(
    ("amity_requests", "Requests by operation and errCode"),
    ("amity_request_seconds", "Seconds from the request's head to its answer"),
    "operation",
    "code",
)
callbacks = Meters(
    ("amity_callbacks", "Before-callbacks by verdict"),
    ("amity_callback_seconds", "Seconds a before-callback took"),
    "callback",
    "verdict",
)
_meters = (requests, gateway_requests, callbacks)
_WAITING = {kind: _reads_waiting.labels(kind) for kind in ("long", "scan")}
# A business server may reject with any code. Unknown codes share one label, so that the number of labels is bounded.
_CODES = {int(code): str(int(code)) for code in NAMES}


def request_meter(operation: str) -> Callable[[int, float], None]:
    """Return the meter of an operation's requests: call it with their ``errCode`` and seconds."""
    meter = requests.meter(operation)
    return lambda code, seconds: meter(_CODES.get(code, "app"), seconds)


def gateway_request_meter(identifier: int) -> Callable[[int, float], None]:
    """Return the meter of the gateway's requests with an identifier: call it with their ``errCode`` and seconds."""
    meter = gateway_requests.meter(str(int(identifier)))
    return lambda code, seconds: meter(_CODES.get(code, "app"), seconds)


def callback_meter(callback: str) -> Callable[[str, float], None]:
    """Return the meter of one command's before-callbacks: call it with the verdict (approved, modified, rejected,
    failed) and the seconds."""
    return callbacks.meter(callback)


def http_refused(reason: str) -> None:
    """Count a refused or closed request or connection of the REST API, by its reason (``api.serving``)."""
    http_refused_total.labels(reason).inc()


def import_done(created: int) -> None:
    """Count a successful import, and the pairs that it created."""
    _imports.done += 1
    _imports.friends += created


def import_refused() -> None:
    """Count an import that was answered with an error."""
    _imports.refused += 1


def limit_reached(limit: str) -> None:
    """Count an operation that was refused because of a limit, by its key in the settings."""
    limits_total.labels(limit).inc()


def connection_opened() -> None:
    """Count an accepted client of the gateway."""
    connections.opened += 1


def connection_closed(cause: str) -> None:
    """Count a closed connection of a client by its cause (``gateway.session.Cause``)."""
    connections.closed[cause] = connections.closed.get(cause, 0) + 1


def connection_refused(code: int) -> None:
    """Count a refused client of the gateway by its ``errCode``."""
    label = _CODES.get(code, "app")
    connections.refused[label] = connections.refused.get(label, 0) + 1


def pushed(sent: int, dropped: int) -> None:
    """Count pushed frames, and those not sent because a client reads too slowly."""
    connections.sent += sent
    connections.dropped += dropped


def push_given_up(kind: str) -> None:
    """Count a message that is not pushed to "clients", or to "phones" (``delivery.waiting``)."""
    pushes_given_up_total.labels(kind).inc()


def delivery_done(callback: str, result: str) -> None:
    """Count an attempt to deliver an after-callback by its result (delivered, retrying, dead)."""
    deliveries_total.labels(callback, result).inc()


def deliveries() -> dict[tuple[str, str], int]:
    """Return the counts of ``delivery_done``, by callback and result."""
    samples = next(iter(deliveries_total.collect())).samples
    return {
        (each.labels["callback"], each.labels["result"]): int(each.value)
        for each in samples
        if each.name.endswith("_total")
    }


def relayed(callback: str, result: str) -> None:
    """Count a callback of OpenIM's server by what the relay did: asked, allowed, stored, dropped, lost, refused;
    shadowed, agrees, differs, not compared in shadow mode."""
    relayed_total.labels(callback, result).inc()


def outbox_state(pending: int, oldest_age: float, dead: int) -> None:
    """Set how many after-callbacks wait, the age of the oldest in seconds, and how many were given up."""
    outbox_pending.set(pending)
    outbox_oldest_age_seconds.set(oldest_age)
    outbox_dead.set(dead)


def read_refused(kind: str, reason: str) -> None:
    """Count a refused read (long, scan): too many of its caller wait (caller), too many of all callers (all), or it
    took too long (time)."""
    reads_refused_total.labels(kind, reason).inc()


def reads_waiting(kind: str, reads: int) -> None:
    """Set how many reads of a kind (long, scan) wait."""
    _WAITING[kind].set(reads)


def log_lines_dropped(count: int) -> None:
    """Count dropped log lines. Any thread may call this."""
    log_lines_dropped_total.inc(count)


def late_rows_counter(log: str) -> Callable[[int], None]:
    """Return what counts dropped entries of a log in the database, which the metrics have from now on."""
    return late_rows_dropped_total.labels(log).inc


def moved_off_loop(kind: str, known: str) -> None:
    """Count a ``transaction`` or a ``read`` that began on the event loop and was too large for it.

    ``known`` is ``said`` if it announced its rows before it touched them, or ``found`` if it was found to touch too
    many, which is a mistake in this program.
    """
    loop_moves_total.labels(kind, known).inc()


def loop_lag(seconds: float, worst: float) -> None:
    """Record the delay of the event loop's timer in seconds; ``worst`` is the longest of the last minute."""
    loop_lag_seconds.observe(seconds)
    loop_lag_worst_seconds.set(worst)


def profile_fanouts_pending(users: int) -> None:
    """Set how many users have a changed profile that not all friend lists show yet."""
    _profile_fanouts.set(users)


def profiles_fanned_out(lists: int) -> None:
    """Count friend lists that the fan-out of profiles has changed."""
    _profile_fanout_lists.inc(lists)


def commit_done(transactions: int, seconds: float) -> None:
    """Count a commit by its transactions and its seconds. May be called from any thread."""
    commit_batch_transactions.observe(transactions)
    commit_seconds.observe(seconds)


def console_action(action: str, outcome: str) -> None:
    """Count an action in the web console by its outcome (done, refused, failed)."""
    console_actions_total.labels(action, outcome).inc()


def exposition() -> bytes:
    """Return all metrics in Prometheus' text format, of the type ``CONTENT_TYPE``."""
    return generate_latest(registry) + "".join([each.text() for each in _meters]).encode()
