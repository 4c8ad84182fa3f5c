"""A Redis with a replica and a Sentinel, and a Redis Cluster, for tests."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Final

from tests.support.processes import free_port
from tests.support.redis import RedisServer

MASTER: Final = "mymaster"


class Watched:
    """A master, its replica, and the Sentinel that watches them."""

    def __init__(self, master: RedisServer, replica: RedisServer, sentinel: RedisServer) -> None:
        self.master = master
        self.replica = replica
        self.sentinel = sentinel

    @property
    def url(self) -> str:
        return f"redis+sentinel://127.0.0.1:{self.sentinel.port}/{MASTER}"


@contextmanager
def watched_redis() -> Iterator[Watched]:
    """Run a master with a replica, and one Sentinel that replaces it half a second after it has gone."""
    with ExitStack() as stack:
        master = stack.enter_context(RedisServer({"repl-diskless-sync-delay": "0"}))
        replica = stack.enter_context(RedisServer({"replicaof": f"127.0.0.1 {master.port}"}))
        _until(lambda: "master_link_status:up" in replica.tell("INFO", "replication"))
        lines = [
            f"monitor {MASTER} 127.0.0.1 {master.port} 1",
            f"down-after-milliseconds {MASTER} 500",
            f"failover-timeout {MASTER} 5000",
        ]
        sentinel = stack.enter_context(RedisServer({"sentinel": "\n".join(lines)}, is_sentinel=True))
        _until(lambda: "master-link-status\r\n$2\r\nok" in sentinel.tell("SENTINEL", "REPLICAS", MASTER))
        yield Watched(master, replica, sentinel)


class Cluster:
    """A Redis Cluster of masters without replicas."""

    def __init__(self, nodes: list[RedisServer]) -> None:
        self.nodes = nodes

    @property
    def url(self) -> str:
        return "redis+cluster://" + ",".join(f"127.0.0.1:{node.port}" for node in self.nodes)

    def with_slot(self, slot: int) -> RedisServer:
        """Return the master of a slot."""
        size = 16384 // len(self.nodes)
        return self.nodes[min(slot // size, len(self.nodes) - 1)]

    def move(self, slot: int, to: RedisServer) -> None:
        """Give a slot to another master."""
        name = to.tell("CLUSTER", "MYID").split("\r\n")[1]
        for node in [to, *(each for each in self.nodes if each is not to)]:
            assert node.tell("CLUSTER", "SETSLOT", str(slot), "NODE", name) == "+OK\r\n"


@contextmanager
def redis_cluster(masters: int = 3) -> Iterator[Cluster]:
    """Run a Redis Cluster."""
    with ExitStack() as stack:
        nodes, ports = [], []
        for _ in range(masters):
            ports.append(free_port())
            options = {"cluster-enabled": "yes", "cluster-port": str(ports[-1]), "cluster-node-timeout": "2000"}
            nodes.append(stack.enter_context(RedisServer(options)))
        size = 16384 // masters
        for number, node in enumerate(nodes):
            last = 16383 if number == masters - 1 else (number + 1) * size - 1
            assert node.tell("CLUSTER", "ADDSLOTSRANGE", str(number * size), str(last)) == "+OK\r\n"
            assert node.tell("CONFIG", "SET", "cluster-node-timeout", "2000") == "+OK\r\n"
            if number:
                nodes[0].tell("CLUSTER", "MEET", "127.0.0.1", str(node.port), str(ports[number]))
        for node in nodes:
            _until(lambda node=node: "cluster_state:ok" in node.tell("CLUSTER", "INFO"))  # type: ignore[misc]
            _until(lambda node=node: f"cluster_known_nodes:{masters}" in node.tell("CLUSTER", "INFO"))  # type: ignore[misc]
        yield Cluster(nodes)


def _until(condition: Callable[[], bool], seconds: float = 30.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "the servers did not find each other"
        time.sleep(0.02)
