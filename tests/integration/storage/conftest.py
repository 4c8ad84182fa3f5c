"""Storage keeps its guarantees behind a pooler."""

from collections.abc import Iterator

import pytest

from tests.support.pgbouncer import PgBouncer, pgbouncer
from tests.support.postgres import PostgresServer


@pytest.fixture(scope="session")
def pooler(postgres_server: PostgresServer) -> Iterator[PgBouncer]:
    """A PgBouncer in transaction mode, with its own usual number of sessions."""
    with PgBouncer(postgres_server.port, "transaction", connections=20) as running:
        yield running


@pytest.fixture
def pooled_url(pooler: PgBouncer, postgres_url: str) -> str:
    """The URL of a migrated database behind ``pooler``."""
    return pooler.url(postgres_url.rpartition("/")[2])


@pytest.fixture(params=["sqlite", "postgres", "pooled"])
def each_way_url(request: pytest.FixtureRequest) -> str:
    """The URL of a new database; a test that asks for it runs on each engine, and on PostgreSQL behind a pooler."""
    if request.param == "pooled":
        pgbouncer()
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url
