"""What every test may ask for: a fresh database on either engine."""

import itertools
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.postgres import PostgresServer

# A shell starts what runs in the background deaf to SIGINT, and the programs under test would inherit that.
signal.signal(signal.SIGINT, signal.default_int_handler)

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """A running PostgreSQL, started with the first test that needs it. Where it cannot start, those tests fail."""
    with PostgresServer(fsync=False) as server:  # what a power cut leaves is for tests/faults
        yield server


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """The URL of a SQLite file that does not exist yet."""
    return f"sqlite:///{tmp_path / 'amity.db'}"


@pytest.fixture
def postgres_url(postgres_server: PostgresServer) -> Iterator[str]:
    """The URL of an empty PostgreSQL database, removed after the test whoever is still connected."""
    name = f"test_{next(_numbers)}"
    yield postgres_server.create_database(name)
    postgres_server.drop_database(name)


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The URL of an empty database; a test that asks for it runs once on each engine."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url
