"""The rows of a report: nothing in them is a formula, and what is written can be read."""

import pytest

from amity.console.imports.rows import csv_of, head, rows_of


def row(owner="ann", friend="bob", reason="why"):
    return (owner, friend, 1004, "RecordNotFoundError", reason)


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "|cmd"])
def test_a_cell_that_begins_as_a_formula_is_text(cell):
    assert rows_of(csv_of([row(cell)]), 1)[0][0] == f"'{cell}"


@pytest.mark.parametrize("cell", ["ann", "a=b", "1-1", "", "'", "用户"])
def test_any_other_cell_stays(cell):
    assert rows_of(csv_of([row(cell)]), 1)[0][0] == cell


def test_commas_quotes_and_line_breaks_stay_within_their_cell():
    reason = 'he said "no",\nand left'
    assert rows_of(csv_of([row(reason=reason), row()]), 2)[0][4] == reason


def test_what_is_no_unicode_is_written_all_the_same():
    assert rows_of(csv_of([row("\ud800")]), 1)[0][0] == "?"


def test_only_the_first_rows_are_read():
    assert len(rows_of(csv_of([row()] * 10), 3)) == 3


def test_the_head_says_that_it_is_utf_8():
    assert head().decode("utf-8-sig") == "owner,friend,errCode,errMsg,reason\r\n"
