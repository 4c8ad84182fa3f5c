"""Measure messages to many beside mosquitto, a broker in C, if Debian's package is installed: at quality 0 it stores
nothing, and answers nothing."""

import itertools
import os
import shutil

from bench.groups import Groups, compare, deliveries, fan_out
from bench.load import Load
from bench.mqtt import open_mqtt, publication
from bench.report import Report
from bench.run import Run, free_port
from bench.sockets import Clients

TURNS = 5
SENDERS = 2
MEMBERS = 1000
MESSAGES = 100
_SETTINGS = """
listener {port} 127.0.0.1
allow_anonymous true
persistence false
log_type error
set_tcp_nodelay true
max_queued_messages 0
"""


def mosquitto(run: Run) -> Report:
    """Measure deliveries a second of both, in turn on the same core, with payloads of the same size."""
    report = Report("mosquitto", "messages to 1,000 who are connected, beside mosquitto's at quality 0")
    program = shutil.which("mosquitto", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if program is None:
        report.skipped = "mosquitto is not installed (Debian: apt-get install mosquitto)"
        return report
    members, count = MEMBERS, run.size(MESSAGES)
    groups = Groups(run, "amity", SENDERS, members)
    payload = groups.pushed()
    port = free_port()
    settings = run.directory / "mosquitto.conf"
    settings.write_text(_SETTINGS.format(port=port), encoding="utf-8")
    broker = run.measured("mosquitto", [program, "-c", str(settings)], port=port)
    theirs = Clients()
    topics = [f"group-{number}" for number in range(SENDERS)]
    packets = [itertools.repeat(publication(topic, payload)) for topic in topics]
    ours: list[Load] = []
    them: list[Load] = []
    try:
        senders = [f"{port} sender-{topic} {topic}" for topic in topics]
        receivers = [f"{port} member-{number} {' '.join(topics)}" for number in range(members - 1)]
        theirs.connect(senders + receivers, open_mqtt)
        groups.connect()
        for _ in range(TURNS):
            ours.append(groups.turn(count))
            them.append(fan_out(broker, theirs, packets, count, members))
    finally:
        groups.clients.close()
        theirs.close()
    report.note(f"{SENDERS} senders to {members:,} each, {len(payload)} bytes; ours are stored first")
    deliveries(report, "group messages", ours, members)
    deliveries(report, "mosquitto", them, members)
    report.at_least("times mosquitto's deliveries/s", compare(report, ours, them), 1)
    return report
