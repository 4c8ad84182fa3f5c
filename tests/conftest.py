"""What every test may ask for: a fresh database on either engine."""

import gc
import importlib.util
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

from tests.support.databases import SqliteTemplate
from tests.support.postgres import PostgresServer

# A shell starts what runs in the background deaf to SIGINT, and the programs under test would inherit that.
signal.signal(signal.SIGINT, signal.default_int_handler)

# httpx looks for this package at every request, and searches the whole path where it is missing: a quarter of its time.
if importlib.util.find_spec("sniffio") is None:
    sys.modules["sniffio"] = None  # type: ignore[assignment]  # what an import that is to fail finds

# How long an example takes, by the wall clock, says how busy the machine is.
hypothesis.settings.register_profile("amity", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("amity")


def pytest_collection_finish() -> None:
    """Spare the garbage collector what was collected to be run: it stays until the end."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """A running PostgreSQL, started with the first test that needs it. Where it cannot start, those tests fail."""
    with PostgresServer(fsync=False) as server:  # what a power cut leaves is for tests/faults
        yield server


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> SqliteTemplate:
    """What the SQLite files of all tests are copies of."""
    return SqliteTemplate(tmp_path_factory.mktemp("template"))


@pytest.fixture
def sqlite_url(sqlite_template: SqliteTemplate, tmp_path: Path) -> str:
    """The URL of a SQLite file that has its tables and nobody in them."""
    return sqlite_template.copy(tmp_path / "amity.db")


@pytest.fixture
def postgres_url(postgres_server: PostgresServer) -> Iterator[str]:
    """The URL of a PostgreSQL database that has its tables and nobody in them, emptied after the test whoever is still
    connected."""
    name = postgres_server.databases.take()
    yield postgres_server.url(name)
    postgres_server.databases.give_back(name)


@pytest.fixture
def empty_postgres_url(postgres_server: PostgresServer) -> Iterator[str]:
    """The URL of a PostgreSQL database without tables, removed after the test whoever is still connected."""
    name = postgres_server.databases.make_empty()
    yield postgres_server.url(name)
    postgres_server.databases.drop(name)


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The URL of a new database; a test that asks for it runs once on each engine."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture(params=["sqlite", "postgres"])
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database without tables, which on SQLite is no file yet, for tests of migrations."""
    url: str = request.getfixturevalue("empty_postgres_url") if request.param == "postgres" else ""
    return url or f"sqlite:///{tmp_path / 'amity.db'}"
