"""What operations.md says of PostgreSQL, done as it stands there: role, database, TLS, backup, restore."""

import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from amity.storage import StorageError, open_database
from amity.storage.state import examine
from amity.sync.lists import list_version_id
from tests.support.postgres import PostgresServer
from tests.support.tls import AUTHORITY, CERTIFICATES
from tests.unit.docs.pages import blocks, text

PASSWORD = "a password for tests"


def installed() -> Path | None:
    """The directory of a PostgreSQL on this machine that speaks TLS, which the package's does not."""
    for program in sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_config"), reverse=True):
        options = subprocess.run([program, "--configure"], check=False, capture_output=True, text=True).stdout
        if "--with-openssl" in options or "--with-ssl" in options:
            return program.parents[1]
    return None


class Page:
    """The page's lines, with this machine's names for the example's."""

    def __init__(self, folder: Path, port: int = 0) -> None:
        self._section = text("docs/operations.md").split("\n### PostgreSQL\n")[1].split("\n## ")[0]
        self._folder = folder
        self._port = port

    def block(self, language: str, number: int = 0) -> str:
        found = [*blocks(self._section, language)][number]
        for example, here in {
            "'password'": f"'{PASSWORD}'",
            ":password@db.example.com:5432": f":{PASSWORD.replace(' ', '%20')}@localhost:{self._port}",
            "host=db.example.com": f"host=localhost port={self._port}",
            "/etc/amity/db-ca.pem": str(AUTHORITY),
            "10.0.0.0/8": "127.0.0.1/32",
            "/backup": str(self._folder),
        }.items():
            found = found.replace(example, here)
        return found

    @property
    def url(self) -> str:
        line = re.search(r"^database: (.*)$", self.block("yaml"), re.MULTILINE)
        assert line
        return line[1]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresServer]:
    """A server with the page's settings, role and database, that lets in whom the page says, and its superuser."""
    page = Page(tmp_path_factory.mktemp("page"))
    found = installed()
    if found is None:
        pytest.skip("PostgreSQL with TLS is not installed here (Debian: apt install postgresql)")
    with (
        tempfile.TemporaryDirectory(prefix="amity-tls-") as folder,
        PostgresServer(fsync=False, superuser="root", installed=found) as started,
    ):
        access = Path(started.query("show hba_file"))
        shutil.chown(folder, access.owner(), access.group())
        for name, value in re.findall(r"^(\w+) = '?(.*?)'?$", page.block("ini"), re.MULTILINE):
            here: str | Path = value
            if name.endswith("_file"):
                here = Path(shutil.copy(CERTIFICATES / "server.pem", Path(folder) / value))
                here.chmod(0o600)
                shutil.chown(here, access.owner(), access.group())
            started.query(f"alter system set {name} = '{here}'")
        access.write_text(f"host all root 127.0.0.1/32 trust\n{page.block('text')}", encoding="utf-8")
        started.query("select pg_reload_conf()")
        while started.query("select bool_and(error is null) and count(*) = 2 from pg_hba_file_rules") != "t" or (
            started.query("show ssl") != "on"
        ):
            time.sleep(0.01)
        for statement in page.block("sql").split(";"):
            started.query(statement)  # one by one: a database is made in no transaction
        yield started


@pytest.fixture
def page(server: PostgresServer, tmp_path: Path) -> Page:
    """The page, with that server's address."""
    return Page(tmp_path, server.port)


def run(page: Page, server: PostgresServer, number: int) -> None:
    """Run one of the page's blocks as a reader would, with the tools of that server."""
    found = installed()
    assert found is not None
    ran = subprocess.run(
        ["sh", "-e", "-c", page.block("bash", number)],
        check=False,
        capture_output=True,
        text=True,
        env={"PATH": f"{found / 'bin'}:/usr/bin:/bin", "PGPASSWORD": PASSWORD},
    )
    assert ran.returncode == 0, ran.stderr


async def test_the_url_of_the_page_connects_over_tls_to_a_database_made_by_its_lines(page):
    database = await open_database(page.url)
    rows = await database.fetch("select version from pg_stat_ssl where pid = pg_backend_pid()")
    assert [row[0] for row in rows] == ["TLSv1.3"]
    await database.close()
    state = await examine(page.url)
    assert (state.unusable, state.unwritable, state.version) == ("", "", state.newest)


@pytest.mark.parametrize("change", [("sslmode=verify-full", "sslmode=disable"), (str(AUTHORITY), "/etc/hostname")])
async def test_it_does_not_connect_without_tls_or_the_authority(page, change):
    assert change[0] in page.url
    with pytest.raises(StorageError) as refusal:
        await open_database(page.url.replace(*change))
    assert PASSWORD not in str(refusal.value)


async def test_its_lines_back_up_and_restore_and_have_clients_sync_anew(page, server, tmp_path):
    database = await open_database(page.url)
    before = await list_version_id(database)
    await database.write(lambda tx: tx.fetch("insert into facts (name, value) values ('then', '1')"))
    run(page, server, 0)
    assert (tmp_path / "amity.dump").stat().st_mode & 0o777 == 0o600
    await database.close()
    server.query("drop database amity")
    server.query(page.block("sql").split(";")[1])
    run(page, server, 1)
    restored = await open_database(page.url)
    assert [row[0] for row in await restored.fetch("select value from facts where name = 'then'")] == ["1"]
    assert await list_version_id(restored) != before
    await restored.close()
