"""The common SQL text in the words of each engine."""

from amity.storage.database import translate
from amity.storage.sqlite.lists import adapt


def test_parameters_and_lists_take_the_form_of_sqlite():
    sql = "select value from EACH_TEXT($2) where $1 = value FOR_UPDATE"
    assert translate(sql, "sqlite").rstrip() == "select value from json_each(?2) where ?1 = value"


def test_parameters_and_lists_take_the_form_of_postgresql():
    sql = "select value from EACH_INT($2) where $1 = value FOR_UPDATE"
    expected = "select value from unnest($2::bigint[]) as each_of(value) where $1 = value for no key update"
    assert translate(sql, "postgres") == expected


def test_that_a_number_is_in_a_list_is_a_condition_on_its_index_for_postgresql():
    sql = "select 1 from t where a IN_INTS($1)"
    assert translate(sql, "postgres") == "select 1 from t where a = any($1::bigint[])"
    assert translate(sql, "sqlite") == "select 1 from t where a in (select value from json_each(?1))"


def test_lists_are_passed_to_sqlite_as_json():
    assert adapt(("a", ["b", "ü"], 3)) == ("a", '["b","ü"]', 3)


def test_parameters_without_lists_are_passed_as_they_are():
    args = ("a", None, 3)
    assert adapt(args) is args
