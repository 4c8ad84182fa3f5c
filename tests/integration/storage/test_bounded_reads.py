"""A read for a caller stops where it brings more than any answer may hold; the server's own reads do not."""

import pytest

from amity.caller import caller_id
from amity.errors import Code, ImError
from amity.storage import open_database
from amity.storage.bounded_reads import MOST_BYTES, size_of

LARGE = 100_000
ROWS = MOST_BYTES // LARGE + 50
WIDE = "select value, $2 from EACH_INT($1)"


@pytest.fixture
async def database(each_way_url):
    opened = await open_database(each_way_url)
    yield opened
    await opened.close()


@pytest.fixture
def as_caller():
    token = caller_id.set("alice")
    yield
    caller_id.reset(token)


async def test_a_read_that_is_too_large_for_an_answer_is_refused(database, as_caller):
    for read in (database.fetch_long, database.fetch_scan):
        with pytest.raises(ImError, match="the answer is too large") as refused:
            await read(WIDE, list(range(ROWS)), "x" * LARGE)
        assert refused.value.code == Code.ARGS
        assert len(await read(WIDE, list(range(100)), "x" * LARGE)) == 100
        assert len(await read(WIDE, list(range(5000)), "x")) == 5000


async def test_multibyte_characters_count_with_all_their_bytes(database, as_caller):
    with pytest.raises(ImError, match="the answer is too large"):
        await database.fetch_long(WIDE, list(range(ROWS // 3)), "張" * LARGE)


async def test_the_servers_own_reads_are_not_bounded(database):
    assert len(await database.fetch_long(WIDE, list(range(ROWS)), "x" * LARGE)) == ROWS


def test_the_size_of_rows_is_that_of_their_texts():
    assert size_of([]) == 0
    assert size_of([(1, "ab", None, "c"), (2, "abc", None, "張")]) == 2 + 1 + 3 + 4
