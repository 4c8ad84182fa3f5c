from hypothesis import given
from hypothesis import strategies as st

from amity.storage.values import SIZES, parts, values


def test_the_parameters_are_numbered_row_by_row():
    assert values(2, 3) == "values ($1, $2, $3), ($4, $5, $6)"


def test_each_parameter_is_cast_where_a_type_is_given():
    assert values(1, 2, "integer") == "values (cast($1 as integer), cast($2 as integer))"


@given(st.lists(st.integers(), max_size=300))
def test_rows_are_parted_in_their_order_into_sizes_for_which_there_are_statements(rows):
    found = parts(rows)
    assert [row for part, _ in found for row in part] == rows
    assert all(len(part) == size and size in SIZES for part, size in found)
