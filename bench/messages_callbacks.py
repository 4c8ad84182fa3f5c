"""Measure messages while a business server decides before each, or is told of each."""

from bench.gateway import People
from bench.load import Load
from bench.messages import PAIRS, TURNS, frames
from bench.report import Report, rates
from bench.run import Run
from bench.server import Amity, BusinessServer
from bench.sockets import Clients


def messages_callbacks(run: Run) -> Report:
    """Measure 200 senders with callbacks off, with ``beforeSendSingleMsg`` on, and with ``afterSendSingleMsg`` on."""
    report = Report("messages-callbacks", "messages of 200 senders, durable SQLite, the business server beside")
    count = run.size(20_000)
    business = BusinessServer(run)
    callbacks: dict[str, dict[str, object]] = {
        "off": {},
        "before": {"url": business.url, "beforeSendSingleMsg": {"enable": True}},
        "after": {"url": business.url, "afterSendSingleMsg": {"enable": True}},
    }
    servers: dict[str, tuple[Amity, People]] = {}
    loads: dict[str, list[Load]] = {name: [] for name in callbacks}
    for name, settings in callbacks.items():
        people = People(2 * PAIRS)
        servers[name] = (Amity(run, f"amity-{name}", settings, people.prepare), people)
    for turn in range(TURNS):
        for name, (amity, people) in servers.items():
            # Clients that wait for the other servers' turns answer no pings, and would be disconnected.
            clients = Clients()
            try:
                clients.connect(people.addresses(amity.gateway_port))
                busy = amity.program.processor_seconds()
                load = clients.exchange(frames(people, PAIRS, count, turn), count, answers=2, pushed=count)
                load.busy = amity.program.processor_seconds() - busy
                loads[name].append(load)
            finally:
                clients.close()
    for name in callbacks:
        report.loads(f"callbacks: {name}", loads[name], "messages/s")
    for name, wanted in (("before", 75), ("after", 85)):
        ratio = report.ratio(f"{name} / off", rates(loads[name]), rates(loads["off"]))
        report.at_least(f"of the rate without callbacks, with {name}", ratio * 100, wanted, " %")
    return report
