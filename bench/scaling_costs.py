"""What each kind of work costs: the measured figures that ``bench.scaling`` reckons with, and where each comes from.

Times are microseconds of one core. A figure without a bench is an estimate, and says so. Put your own machine's figures
in here, or give them as options.
"""

from dataclasses import dataclass, field, fields

_ESTIMATE = "estimate, not measured"


def _cost(value: float, source: str) -> float:
    described: float = field(default=value, metadata={"source": source})
    return described


@dataclass(frozen=True, slots=True, kw_only=True)
class Costs:
    """Costs of one unit of work. ``source`` gives the origin of each."""

    message_us: float = _cost(137, "bench messages: a message over the gateway with its push, SQLite")
    delivery_us: float = _cost(9, "bench groups-messages: a push to one more connected client, 7 to 9")
    login_us: float = _cost(500, "bench gateway-idle: about 2,000 handshakes/s on one core")
    request_us: float = _cost(18, "bench gateway-requests: a small request that is answered from memory")
    connection_us: float = _cost(7, "bench gateway-idle: a connected client that only pings, in one second")
    before_callback_us: float = _cost(
        175, "bench messages-callbacks, processor time with it less that without, busy machine"
    )
    after_callback_us: float = _cost(
        115, "bench messages-callbacks, processor time with it less that without, busy machine"
    )
    lookup_us: float = _cost(20, "bench cluster: a message in halves less one in two that are apart, 18 to 24")
    bus_us: float = _cost(15, "one message published and received, Redis, both ends together; NOTIFY is 22")
    presence_us: float = _cost(2, f"{_ESTIMATE}: one change of who is online at one process, batched")
    database_message_us: float = _cost(55, "PostgreSQL's processes during bench.messages_writing, 8,000 messages/s")
    database_delivery_us: float = _cost(5, f"{_ESTIMATE}: PostgreSQL's share of a look-up, for one receiver")
    database_login_us: float = _cost(300, f"{_ESTIMATE}: token, two rows of a connection, lists at the login")
    message_rows: float = _cost(3, "bench.postgres_floor: the message, the timeline's number, the sender's read mark")
    login_rows: float = _cost(2, "a row of table connections, made and deleted")
    message_disk_bytes: float = _cost(450, "PostgreSQL, table messages and its indexes, 100 bytes of text")
    message_log_bytes: float = _cost(950, "PostgreSQL's write-ahead log during bench.messages_writing")
    message_wire_bytes: float = _cost(500, f"{_ESTIMATE}: a push as it goes over the bus, 100 bytes of text")
    presence_wire_bytes: float = _cost(40, f"{_ESTIMATE}: one change of who is online, batched")
    connection_memory_kib: float = _cost(10, "bench gateway-idle: 8 to 10 KiB beside what the system keeps")

    @classmethod
    def sources(cls) -> dict[str, str]:
        """Return where each figure comes from, by the field's name."""
        return {each.name: each.metadata["source"] for each in fields(cls)}
