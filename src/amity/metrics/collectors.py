"""Counts that are plain numbers until somebody scrapes them."""

from collections.abc import Iterable

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from amity.clock import monotonic


class Imports(Collector):
    """Imports of friends, counted as cheaply as by a meter."""

    def __init__(self) -> None:
        self.done = 0
        self.refused = 0
        self.friends = 0

    def collect(self) -> Iterable[Metric]:
        """Yield the families, when scraped."""
        imports = CounterMetricFamily("amity_imports", "Imports of friends by result", labels=["result"])
        imports.add_metric(["done"], self.done)
        imports.add_metric(["refused"], self.refused)
        yield imports
        yield CounterMetricFamily("amity_imported_friends", "Pairs of friends that imports created", value=self.friends)


class Connections(Collector):
    """The gateway's connections and pushes, counted as cheaply as by a meter."""

    def __init__(self) -> None:
        self.opened = 0
        self.closed: dict[str, int] = {}
        self.refused: dict[str, int] = {}
        self.sent = 0
        self.dropped = 0

    def collect(self) -> Iterable[Metric]:
        """Yield the families, when scraped."""
        closed = CounterMetricFamily(
            "amity_connections_closed", "Connections of clients that ended, by cause", labels=["cause"]
        )
        for cause, count in sorted(self.closed.items()):
            closed.add_metric([cause], count)
        refused = CounterMetricFamily(
            "amity_connections_refused", "Clients that were not let in, by errCode", labels=["code"]
        )
        for code, count in sorted(self.refused.items()):
            refused.add_metric([code], count)
        pushes = CounterMetricFamily(
            "amity_pushes", "Frames sent to clients unasked, by connection and result", labels=["result"]
        )
        pushes.add_metric(["sent"], self.sent)
        pushes.add_metric(["dropped"], self.dropped)
        is_open = self.opened - sum(self.closed.values())
        yield GaugeMetricFamily("amity_connections", "Clients that are connected to the gateway", value=is_open)
        yield CounterMetricFamily("amity_connections_opened", "Clients that were let in", value=self.opened)
        yield from (closed, refused, pushes)


class Bus(Collector):
    """The bus between the processes of one database. It is up in a process that needs none."""

    def __init__(self) -> None:
        self.published = 0
        self.received = 0
        self.dropped = 0
        self._is_up = True
        self._seconds_down = 0.0
        self._down_since = 0.0

    def note(self, *, is_up: bool) -> None:
        """Note whether messages pass from now on."""
        now = monotonic()
        if not self._is_up:
            self._seconds_down += now - self._down_since
        self._is_up = is_up
        self._down_since = now

    def collect(self) -> Iterable[Metric]:
        """Yield the families, when scraped."""
        down = self._seconds_down + (0.0 if self._is_up else monotonic() - self._down_since)
        yield GaugeMetricFamily("amity_bus_up", "Whether the bus between processes passes messages", value=self._is_up)
        yield CounterMetricFamily("amity_bus_down_seconds", "Seconds in which the bus passed no messages", value=down)
        yield CounterMetricFamily("amity_bus_published", "Messages to other processes", value=self.published)
        yield CounterMetricFamily("amity_bus_received", "Messages of other processes", value=self.received)
        yield CounterMetricFamily(
            "amity_bus_dropped", "Messages to other processes that were dropped: too many waited", value=self.dropped
        )
