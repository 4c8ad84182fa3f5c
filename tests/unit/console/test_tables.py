"""No program for tables takes a cell for a formula, whatever it takes for the separator."""

import csv
import io
import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from amity.console.tables import harmless, table_of

FORMULAS = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")
CELLS = st.text(st.sampled_from([*FORMULAS, *";,|\t\r\n\"' 1a"]), max_size=8)


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@given(cells=st.lists(CELLS, min_size=1, max_size=4))
@example(cells=["a", "b;=1+1"])
@example(cells=["a", 'b;"=1+1'])
@example(cells=["a", "b\n=1+1"])
def test_no_cell_begins_a_formula_with_any_separator(separator, cells):
    text = table_of([("x", *cells)]).decode()
    for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator):
        for cell in row:
            assert not cell.lstrip(' "').startswith(FORMULAS), (text, row)


@given(cells=st.lists(st.text(st.characters(codec="utf-8"))))
def test_a_table_has_the_cells_that_it_was_made_of(cells):
    text = table_of([("x", *cells, 1)]).decode()
    assert next(csv.reader(io.StringIO(text, newline=""))) == ["x", *map(harmless, cells), "1"]


@pytest.mark.parametrize("text", ["hello", "a, b; c", "1-2=3", "x | y", "ann@example.org", "", "'quoted'"])
def test_a_text_without_a_formula_stays_as_it_is(text):
    assert harmless(text) == text


@pytest.mark.parametrize("text", [*FORMULAS, "|x", "\tx", "\rx", "\nx", " =1", '"=1'])
def test_what_begins_as_a_formula_gets_a_mark(text):
    assert harmless(text) == f"'{text}"


@pytest.mark.parametrize("run", ["\n", " ", '"', ";", ";=", "; "])
def test_the_time_grows_with_the_text_and_not_with_its_square(run):
    begun = time.perf_counter()
    harmless(run * 300_000)
    assert time.perf_counter() - begun < 5


@pytest.mark.parametrize("separator", [*",;|\t\r\n", '"'])
def test_a_cell_with_what_may_be_a_separator_is_quoted(separator):
    written = table_of([("a", f"b{separator}c", 1)]).decode()
    assert written == f'a,"b{separator.replace(chr(34), chr(34) * 2)}c",1\r\n'
