"""The guarantees of ``Database``, on SQLite and on PostgreSQL."""

import asyncio

import asyncpg
import pytest

from amity.errors import Code, ImError
from amity.storage import StorageError, open_database

PUT = "insert into facts (name, value) values ($1, $2)"


@pytest.fixture
async def database(each_way_url):
    opened = await open_database(each_way_url)
    yield opened
    await opened.close()


async def facts(database):
    rows = await database.fetch("select name, value from facts order by name")
    return {row[0]: row[1] for row in rows}


async def test_a_transaction_is_stored_and_its_result_returned(database):
    async def work(tx):
        await tx.fetch(PUT, "a", "1")
        return "done"

    assert await database.write(work) == "done"
    assert await facts(database) == {"a": "1"}


async def test_a_transaction_sees_what_it_wrote_itself(database):
    async def work(tx):
        await tx.fetch(PUT, "a", "1")
        return (await tx.fetch("select value from facts where name = $1", "a"))[0][0]

    assert await database.write(work) == "1"


async def test_an_exception_rolls_back_the_transaction_and_is_raised(database):
    async def work(tx):
        await tx.fetch(PUT, "a", "1")
        raise ImError(Code.ARGS, "no")

    with pytest.raises(ImError, match="no"):
        await database.write(work)
    assert await facts(database) == {}


async def test_a_failing_transaction_does_not_affect_others_of_its_group(database):
    async def put(tx, name):
        await tx.fetch(PUT, name, "1")
        if int(name) % 3 == 0:
            raise ValueError(name)
        return name

    def work(name):
        return lambda tx: put(tx, name)

    results = await asyncio.gather(*(database.write(work(str(n))) for n in range(30)), return_exceptions=True)
    failed = [str(n) for n in range(30) if n % 3 == 0]
    assert [str(result) for result in results if isinstance(result, ValueError)] == failed
    assert set(await facts(database)) == {str(n) for n in range(30)} - set(failed)


async def test_a_statement_that_breaks_a_rule_of_the_table_is_a_database_error_for_its_own_transaction_only(database):
    async def twice(tx):
        await tx.fetch(PUT, "a", "1")
        await tx.fetch(PUT, "a", "2")

    async def once(tx):
        await tx.fetch(PUT, "b", "1")

    results = await asyncio.gather(database.write(twice), database.write(once), return_exceptions=True)
    assert [getattr(result, "code", result) for result in results] == [Code.DATABASE, None]
    assert await facts(database) == {"b": "1"}


async def test_a_wrong_read_is_a_database_error(database):
    with pytest.raises(ImError) as refusal:
        await database.fetch("select nothing from nowhere")
    assert refusal.value.code == Code.DATABASE


async def test_lists_of_texts_and_of_numbers_are_tables(database):
    texts = await database.fetch("select value from EACH_TEXT($1) order by value", ["b", "a'é"])
    assert [row[0] for row in texts] == ["a'é", "b"]
    numbers = await database.fetch_long("select value + 1 from EACH_INT($1) order by 1", [2**40, 1])
    assert [row[0] for row in numbers] == [2, 2**40 + 1]


ENDLESS = "with recursive n(i) as (select 1 union all select i + 1 from n) select count(*) from n where i < $1"


@pytest.fixture
def scans_are_short(monkeypatch):
    """Set before the database is opened, which takes it from there."""
    for dialect in ("sqlite", "postgres"):
        monkeypatch.setattr(f"amity.storage.{dialect}.database.SCAN_SECONDS", 0.2)


@pytest.mark.usefixtures("scans_are_short")
async def test_a_scan_that_takes_too_long_is_refused(database):
    with pytest.raises(ImError) as refusal:
        await database.fetch_scan(ENDLESS, 0)
    assert (refusal.value.code, refusal.value.message) == (Code.READS_LIMIT, "ReadsLimitError")
    assert (await database.fetch_scan("select 1"))[0][0] == 1


async def test_a_large_transaction_and_many_small_ones_all_succeed(database):
    async def large(tx):
        await tx.fetch(
            "insert into facts (name, value) select value, 'large' from EACH_TEXT($1)", [f"l{n}" for n in range(3000)]
        )

    def small(n):
        async def work(tx):
            await tx.fetch(PUT, f"s{n}", "small")

        return work

    await asyncio.gather(
        database.write(large, rows=3000), *(database.write(small(n)) for n in range(100)), database.write(large_again)
    )
    assert len(await facts(database)) == 3101


async def large_again(tx):
    await tx.fetch(PUT, "again", "large")


async def test_what_was_written_is_there_when_the_database_is_opened_again(database_url):
    first = await open_database(database_url)
    await first.write(large_again)
    await first.close()
    second = await open_database(database_url)
    assert await facts(second) == {"again": "large"}
    await second.close()


async def test_a_database_that_is_newer_than_the_program_is_refused(database_url):
    first = await open_database(database_url)

    async def age(tx):
        await tx.fetch("insert into schema_version (version) values (9999)")
        await tx.fetch("insert into facts (name, value) values ('post_migration', '9999')")

    await first.write(age)
    await first.close()
    with pytest.raises(StorageError, match="at version 9999"):
        await open_database(database_url)


async def test_two_openings_at_once_of_an_empty_database_migrate_it_once(empty_database_url):
    if empty_database_url.startswith("sqlite"):
        first = await open_database(empty_database_url)
        with pytest.raises(StorageError, match="in use by another amity"):
            await open_database(empty_database_url)
        await first.close()
    else:
        for opened in await asyncio.gather(*(open_database(empty_database_url) for _ in range(4))):
            await opened.close()


@pytest.mark.parametrize("url", ["", "sqlite:///", "mysql://x", "amity.db"])
async def test_a_url_of_no_known_kind_is_refused(url):
    with pytest.raises(StorageError, match="sqlite:///"):
        await open_database(url)


async def test_a_file_that_is_no_database_is_refused_by_name(tmp_path):
    (tmp_path / "notes.db").write_text("These are my notes, and not a database. " * 100)
    with pytest.raises(StorageError, match=r"notes\.db cannot be used"):
        await open_database(f"sqlite:///{tmp_path}/notes.db")


async def test_a_folder_that_does_not_exist_is_named(tmp_path):
    with pytest.raises(StorageError, match="No such file"):
        await open_database(f"sqlite:///{tmp_path}/missing/amity.db")


async def test_an_unreachable_postgresql_is_refused_without_its_password(unused_tcp_port):
    with pytest.raises(StorageError) as refusal:
        await open_database(f"postgresql://amity:hidden-word@127.0.0.1:{unused_tcp_port}/amity")
    assert "hidden-word" not in str(refusal.value)


async def test_a_new_file_is_readable_by_its_owner_only(tmp_path):
    database = await open_database(f"sqlite:///{tmp_path}/amity.db")
    others = [
        path.name for path in tmp_path.glob("amity.db*") if path.stat().st_mode & 0o077 and path.suffix != ".lock"
    ]
    await database.close()
    assert others == []


async def test_an_error_that_is_raised_as_the_connection_is_lost_is_the_one_that_is_told(postgres_url):
    database = await open_database(postgres_url)
    outside = await asyncpg.connect(postgres_url)

    async def work(tx):
        ((pid,),) = await tx.fetch("select pg_backend_pid()")
        await outside.execute("select pg_terminate_backend($1, 5000)", pid)
        raise LookupError("of the work")

    with pytest.raises(LookupError, match="of the work"):
        await database.write(work)
    assert (await database.fetch("select 1"))[0][0] == 1
    await outside.close()
    await database.close()
