"""How the connections of a pool are shared between kinds of reads."""

import pytest

from amity.storage.postgres.database import shares


@pytest.mark.parametrize("connections", range(8, 201))
def test_whatever_the_size_of_the_pool_a_quarter_is_left_for_short_reads_and_transactions(connections):
    long, scans = shares(connections)
    assert long >= 4
    assert scans >= 2
    assert connections - long - scans >= connections / 4


def test_a_pool_of_the_usual_size_leaves_five():
    assert shares(16) == (8, 3)
