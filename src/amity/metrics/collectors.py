"""Counts that are plain numbers until somebody scrapes them."""

from collections.abc import Iterable

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector


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
