"""How a file begins, as it is shown before it is imported."""

import io

import pytest

from amity.importing.lines import texts_of
from amity.importing.reading import FRIEND, OWNER
from amity.importing.table import beginning_of


def beginning(content, given=None, most=2):
    return beginning_of(texts_of(io.BufferedReader(io.BytesIO(content))), (OWNER, FRIEND), 2, given, most)


def test_a_header_is_no_row():
    assert beginning(b"since,owner,friend\n2020,a,b\n2021,c,d\n2022,e,f\n") == (
        ["since", "owner", "friend"],
        [["2020", "a", "b"], ["2021", "c", "d"]],
        [1, 2],
    )


def test_without_a_header_the_first_line_is_a_row():
    assert beginning(b"a1,b1\na2,b2\na3,b3\n") == ([], [["a1", "b1"], ["a2", "b2"]], [0, 1])


def test_columns_that_are_given_count():
    assert beginning(b"x;from;to\n1;a;b\n", "to,from").places == [2, 1]


@pytest.mark.parametrize("content", [b"from,to\na,b\n", b"owner,owner\na,b\n"])
def test_a_header_that_cannot_be_read_is_shown_as_a_row(content):
    found = beginning(content)
    assert found.names == []
    assert found.places == []
    assert len(found.rows) == 2


def test_json_lines_are_rows_of_one_cell():
    line = '{"ownerUserID": "a", "friendUserIDs": ["b"]}'
    assert beginning(f"{line}\n{line}\n{line}\n".encode()) == ([], [[line], [line]], [])


def test_a_line_that_is_no_csv_is_shown_as_it_is():
    assert beginning(b'owner,friend\na,"b\n').rows == [['a,"b']]


def test_blank_lines_show_nothing():
    assert beginning(b"\n \n") == ([], [], [])
