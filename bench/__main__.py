"""``python -m bench [NAME ...]``: measure, and print figures and targets. The exit code says only whether it ran."""

import argparse
import os
import sys
import time
from collections.abc import Callable

from bench import (
    after_events,
    bus,
    cluster,
    cluster_moving,
    ejabberd,
    ejabberd_messages,
    friend_list,
    gateway,
    groups_clients,
    groups_lists,
    groups_making,
    groups_messages,
    history,
    imports,
    latency,
    loadcheck,
    messages,
    messages_callbacks,
    messages_clients,
    messages_postgres,
    messages_stored,
    mosquitto,
    native,
    real_graph,
    relationships,
    relay,
    text_search,
)
from bench.load import LoadFailed
from bench.machine import Pinning, facts, pin
from bench.report import Report, mark
from bench.run import ProgramFailed, Run

BENCHES: dict[str, Callable[[Run], Report]] = {
    "load": loadcheck.load,
    "import-1000": imports.import_1000,
    "import-10": imports.import_10,
    "import-1": imports.import_1,
    "import-callback": imports.import_callback,
    "ejabberd": ejabberd.ejabberd,
    "latency-small": latency.latency_small,
    "friend-list": friend_list.friend_list,
    "after-events": after_events.after_events,
    "real-graph": real_graph.real_graph,
    "friend-requests": relationships.friend_requests,
    "long-list": relationships.long_list,
    "gateway-idle": gateway.gateway_idle,
    "gateway-requests": gateway.gateway_requests,
    "gateway-pushes": gateway.gateway_pushes,
    "messages": messages.messages,
    "messages-callbacks": messages_callbacks.messages_callbacks,
    "messages-stored": messages_stored.messages_stored,
    "messages-memory": messages_stored.messages_memory,
    "messages-postgres": messages_postgres.messages_postgres,
    "text-search": text_search.text_search,
    "history": history.history,
    "groups-making": groups_making.groups_making,
    "groups-messages": groups_messages.groups_messages,
    "mosquitto": mosquitto.mosquitto,
    "ejabberd-messages": ejabberd_messages.ejabberd_messages,
    "groups-lists": groups_lists.groups_lists,
    "cluster": cluster.cluster,
    "cluster-moving": cluster_moving.cluster_moving,
    "relay": relay.relay,
    "bus": bus.bus,
    "native-client": native.native_client,
    "messages-clients": messages_clients.messages_clients,
    "groups-clients": groups_clients.groups_clients,
}
ON_REQUEST = {"messages-clients", "groups-clients"}
"""Benches that run only where they are named."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench", description="What amity reaches on this machine.")
    parser.add_argument(
        "names",
        nargs="*",
        metavar="NAME",
        help=f"which; if none is named, all but {', '.join(sorted(ON_REQUEST))}: {', '.join(BENCHES)}",
    )
    parser.add_argument("--quick", action="store_true", help="a tenth of the work: to try the benches, not to measure")
    parser.add_argument("--graph", metavar="FILE", help="the friendships of real-graph; else BENCH_GRAPH, else made up")
    options = parser.parse_args()
    if unknown := [name for name in options.names if name not in BENCHES]:
        parser.error(f"there is no {', '.join(unknown)}; there are {', '.join(BENCHES)}")
    if options.graph:
        os.environ["BENCH_GRAPH"] = options.graph

    began = time.monotonic()
    pinning = Pinning()
    with Run(pinning) as run:
        for what, value in facts(run.directory).items():
            print(f"{what:<12} {value}")
    print(f"{'cores':<12} {pinning}", flush=True)
    pin(pinning.other)
    names = options.names or [name for name in BENCHES if name not in ON_REQUEST]
    reports = [_run(name, pinning, quick=options.quick) for name in names]
    _summary(reports)
    print(f"\n{time.monotonic() - began:.0f} s")
    return 0


def _run(name: str, pinning: Pinning, *, quick: bool) -> Report:
    try:
        with Run(pinning, quick=quick) as run:
            report = BENCHES[name](run)
    except (LoadFailed, ProgramFailed, RuntimeError, OSError) as failure:
        report = Report(name, "could not be measured", skipped=str(failure))
    report.show()
    return report


def _summary(reports: list[Report]) -> None:
    print("\nTargets")
    for report in reports:
        for target in report.targets:
            print(f"  {mark(target)}  {report.name:<16} {target.text}: {target.measured}")
        if report.skipped:
            print(f"  skipped      {report.name:<16} {report.skipped.splitlines()[0]}")


if __name__ == "__main__":
    sys.exit(main())
