"""The comparison with recorded answers: what is the same, what is listed, and what of it does not occur."""

import pytest

from tests.support.recorded_answers import (
    ABSENT,
    Found,
    compared,
    differences,
    normalized,
    normalized_message,
    unlisted,
    without_users,
)


def one(**parts):
    whole = {"cases": ["a case"], "changes": {"errCode": [0, 1001]}, "reason": "why", "documented": "a line", **parts}
    return differences({"difference": [whole]})


def test_equal_answers_have_no_difference():
    assert not list(compared("a case", {"data": [{"a": 1}, None]}, {"data": [{"a": 1}, None]}))


@pytest.mark.parametrize(
    ("theirs", "ours", "field", "values"),
    [
        ({"errCode": 0}, {"errCode": 1001}, "errCode", (0, 1001)),
        ({"data": {"list": None}}, {"data": {"list": []}}, "data.list", (None, [])),
        ({"data": [{"ex": ""}]}, {"data": [{}]}, "data.0.ex", ("", ABSENT)),
        ({}, {"data": {"new": 1}}, "data.new", (ABSENT, 1)),
        ({"isPinned": 1}, {"isPinned": True}, "isPinned", (1, True)),
    ],
)
def test_a_field_that_is_not_the_same_is_found_with_both_values(theirs, ours, field, values):
    assert Found("a case", field, *values) in list(compared("a case", theirs, ours))


def test_what_is_listed_is_no_problem_and_what_is_not_is_one():
    found = [Found("a case", "errCode", 0, 1001), Found("another", "errCode", 0, 1001)]
    assert unlisted(found, one()) == found[1:]
    assert unlisted(found, one(cases=["a*"])) == []


@pytest.mark.parametrize(
    "found",
    [
        Found("a case", "errMsg", 0, 1001),
        Found("a case", "errCode", 1, 1001),
        Found("a case", "errCode", 0, 1002),
        Found("a case", "errCode", False, 1001),
    ],
)
def test_a_difference_is_listed_with_its_field_and_both_values(found):
    assert unlisted([found], one()) == [found]


def test_a_listed_difference_that_does_not_occur_is_missing_by_case_and_field():
    (listed,) = one(cases=["a case", "b*"], changes={"errCode": [0, 1001], "data.*": ["<null>", "<any>"]})
    unlisted([Found("a case", "errCode", 0, 1001), Found("b1", "data.x", None, 7)], [listed])
    assert listed.missing() == ["a case: data.*", "b*: errCode"]


def test_what_differs_from_run_to_run_is_named():
    answer = {"createTime": 1_795_842_617, "handleTime": 1_795_842_617_529, "version": 7, "versionID": "6b0a"}
    assert normalized({**answer, "token": "eyJhbGciOi.x", "list": ["mine"]}, {"mine": "ua/7"}) == {
        "createTime": "<seconds>",
        "handleTime": "<milliseconds>",
        "version": "<version>",
        "versionID": "<versionID>",
        "token": "<token>",
        "list": ["<token of ua/7>"],
    }
    assert normalized({"createTime": 0, "version": 0, "versionID": ""}, {}) == {
        "createTime": 0,
        "version": 0,
        "versionID": "",
    }


def test_a_message_is_compared_without_its_ids_and_what_is_empty():
    message = {
        "clientMsgID": "a",
        "serverMsgID": "b",
        "seq": 0,
        "recvID": "ub",
        "content": '{"detail":"{\\"friendVersion\\":0}"}',
        "options": {"history": False},
        "offlinePushInfo": {"title": "text"},
        "ex": "",
    }
    assert normalized_message(message, {}) == {
        "recvID": "ub",
        "content": {"detail": {"friendVersion": 0}},
        "options": {"history": False},
        "offlinePushInfo": "<texts>",
    }


def test_of_an_answer_about_everybody_only_the_first_is_compared_by_what_it_is_made_of():
    answer = {"errCode": 0, "data": {"total": 9, "users": [{"userID": "x"}, {"userID": "y"}], "userIDs": []}}
    assert without_users(answer)["data"] == {"total": "<count>", "users": [{"userID": "<any>"}], "userIDs": []}
