"""What an answer means, row by row of the contract's table, and for everything that is no answer."""

import gzip
import json
from codecs import BOM_UTF8

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from amity.callbacks.asking.verdict import MESSAGE_LIMIT, Approved, Failed, Rejected, decide
from amity.wire.events.friends import ReplaceFriends
from amity.wire.events.users import ReplaceProfile, ReplaceUsers


def judge(answer, status=200, change=ReplaceFriends):
    return decide(status, answer if isinstance(answer, bytes) else json.dumps(answer).encode(), change)


ZEROS = [0, "0", None, -0]
ONES = [1, "1"]


@pytest.mark.parametrize("next_code", ONES)
@pytest.mark.parametrize("action_code", [0, 1, "7", None])
def test_next_code_1_rejects_whatever_the_action_code(next_code, action_code):
    answer = {"actionCode": action_code, "errCode": 5001, "errMsg": "no", "errDlt": "why", "nextCode": next_code}
    assert judge(answer) == Rejected(5001, "no", "why")


@pytest.mark.parametrize(
    "nothing", [{}, {"errCode": 0, "errMsg": ""}, {"errCode": "0"}, {"errCode": None, "errMsg": None}]
)
def test_a_rejection_without_code_and_message_gets_80000_and_rejected_by_the_app(nothing):
    assert judge({"nextCode": 1, **nothing}) == Rejected(80000, "rejected by the app", "")


def test_a_rejection_does_not_look_at_what_might_be_replaced():
    assert judge({"nextCode": 1, "friendUserIDs": 5}) == Rejected(80000, "rejected by the app", "")


@pytest.mark.parametrize(
    ("answer", "change"),
    [
        ({"friendUserIDs": ["bob"]}, ReplaceFriends),
        ({"users": [{"userID": "bob", "nickname": "Bob"}]}, ReplaceUsers),
        ({"nickName": "Bob"}, ReplaceProfile),
        ({"nextCode": 1}, ReplaceFriends),
        ({"nextCode": 2}, ReplaceFriends),
    ],
)
def test_nothing_in_a_verdict_that_is_kept_can_be_changed(answer, change):
    assert judge(answer, change=change) is judge(answer, change=change)
    # What can be changed has no hash.
    assert hash(judge(answer, change=change)) == hash(judge(answer, change=change))


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (gzip.compress(b"{}", mtime=0), "what is compressed (gzip), which was not asked for"),
        (BOM_UTF8 + b"{}", "a byte order mark before its JSON"),
        (b"OK", "what is not JSON"),
    ],
)
def test_what_is_not_json_is_named(body, words):
    verdict = judge(body)
    assert isinstance(verdict, Failed)
    assert (verdict.code, verdict.reason) == (90007, f"the app's callback answered with {words}")


def test_words_of_a_rejection_are_cut_to_a_length():
    verdict = judge({"nextCode": 1, "errMsg": "m" * 5000, "errDlt": "d" * 5000})
    assert verdict == Rejected(80000, "m" * MESSAGE_LIMIT, "d" * MESSAGE_LIMIT)


@pytest.mark.parametrize("next_code", ZEROS)
@pytest.mark.parametrize("action_code", ZEROS)
def test_zeros_in_any_spelling_approve(next_code, action_code):
    assert judge({"actionCode": action_code, "nextCode": next_code}) == Approved(ReplaceFriends())


@pytest.mark.parametrize("status", [200, 201, 204, 299])
def test_every_2xx_is_an_answer(status):
    assert judge({}, status) == Approved(ReplaceFriends())


def test_the_err_code_of_an_approval_is_ignored_and_noted():
    assert judge({"errCode": 5001}) == Approved(ReplaceFriends(), "errCode 5001 ignored")


@pytest.mark.parametrize("action_code", [1, -1, "1", 2**31 - 1])
def test_an_action_code_that_is_not_0_is_a_failure_whose_words_stay_in_the_log(action_code):
    verdict = judge({"actionCode": action_code, "errMsg": "Traceback: line 7 of app/server.py"})
    assert isinstance(verdict, Failed)
    assert verdict.code == 90007
    assert "line 7" not in verdict.reason
    assert "line 7" in verdict.detail


@pytest.mark.parametrize("absent", [{}, {"friendUserIDs": None}])
def test_an_absent_list_leaves_the_list(absent):
    assert judge(absent) == Approved(ReplaceFriends(friend_user_ids=None))


@pytest.mark.parametrize("ids", [[], ["a"], ["a", "a", ""], ["x" * 1000] * 2000])
def test_a_list_of_strings_replaces_the_list_the_empty_one_included(ids):
    assert judge({"friendUserIDs": ids}) == Approved(ReplaceFriends(friend_user_ids=ids))


def test_unknown_fields_are_ignored_and_names_are_exact():
    answer = {"nextcode": 1, "NextCode": 1, "friendUserIds": ["x"], "more": {"nextCode": 1}}
    assert judge(answer) == Approved(ReplaceFriends())


def test_the_last_of_two_fields_of_one_name_counts():
    assert judge(b'{"nextCode":1,"nextCode":0}') == Approved(ReplaceFriends())
    assert judge(b'{"nextCode":0,"nextCode":"1"}') == Rejected(80000, "rejected by the app", "")


def test_what_may_be_replaced_depends_on_the_event():
    assert judge({"nickName": "Ann", "friendUserIDs": 5}, change=ReplaceProfile) == Approved(
        ReplaceProfile(nick_name="Ann")
    )
    users = judge({"users": [{"userID": "a", "faceURL": "u"}]}, change=ReplaceUsers)
    assert isinstance(users, Approved)
    assert users.change.users[0].face_url == "u"


def test_an_empty_answer_is_a_failure():
    verdict = judge(b"")
    assert isinstance(verdict, Failed)
    assert verdict.code == 90007
    assert "empty answer" in verdict.reason


@pytest.mark.parametrize("field", ["actionCode", "errCode", "nextCode"])
@pytest.mark.parametrize(
    "value",
    [True, False, 1.0, 0.0, 0.5, "", " 1", "1 ", "1.5", "1.0", "+1", "01", "one", "0x1", "1e0", "\uff11", "\u0661", "-",
     "1\n", [], [1], {}, {"a": 1}, 2**31, -(2**31) - 1, str(2**31), 10**30, "9" * 400],
)  # fmt: skip
def test_a_code_that_is_no_32_bit_integer_is_a_failure(field, value):
    verdict = judge({field: value})
    assert isinstance(verdict, Failed)
    assert verdict.code == 90007


@pytest.mark.parametrize("next_code", [2, -1, "2", 2**31 - 1, -(2**31)])
def test_another_next_code_is_a_failure(next_code):
    verdict = judge({"nextCode": next_code})
    assert isinstance(verdict, Failed)
    assert verdict.code == 90007
    assert "nextCode" in verdict.reason


@pytest.mark.parametrize(
    "answer",
    [
        {"errMsg": 5}, {"errDlt": ["x"]}, {"errMsg": True}, {"nextCode": 1, "errMsg": {}}, {"nextCode": 1, "errDlt": 0},
        {"friendUserIDs": "a"}, {"friendUserIDs": {}}, {"friendUserIDs": [1]}, {"friendUserIDs": ["a", None]},
        {"friendUserIDs": False}, {"friendUserIDs": [["a"]]},
    ],
)  # fmt: skip
def test_a_field_of_the_wrong_type_is_a_failure(answer):
    verdict = judge(answer)
    assert isinstance(verdict, Failed)
    assert verdict.code == 90007


@pytest.mark.parametrize(
    "body",
    [
        b"null", b"[]", b"0", b'"{}"', b"true", b"{", b"}", b"{}x", b"{}{}", b"{,}", b'{"a":1,}', b"{'a':1}", b" ",
        b"\n", b"\0", b"{}\0", b"\xef\xbb\xbf{}", b"\xff\xfe{\x00}\x00", b'{"errMsg":"\xff"}', b'{"other":"\xff"}',
        b'{"other":"\\ud800"}', b'{"errMsg":"\\ud800"}', b'{"a":NaN}', b'{"a":01}', b'{"a":"\n"}', b"<html></html>",
        b"[" * 100_000, b'{"a":' * 100_000, b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        b'{"nextCode":' + b"9" * 100_000 + b"}", b"x" * (1 << 20),
    ],
    ids=lambda body: repr(body[:24]),
)  # fmt: skip
def test_what_is_no_json_object_is_a_failure(body):
    verdict = judge(body)
    assert isinstance(verdict, Failed)
    assert verdict.code == 90007


@pytest.mark.parametrize(
    "status", [100, 199, 300, 301, 302, 304, 307, 308, 400, 401, 404, 413, 429, 500, 502, 503, 999]
)
@pytest.mark.parametrize("body", [b"", b"{}", b'{"nextCode":1}'])
def test_any_other_status_is_a_failure_whatever_the_body(status, body):
    verdict = judge(body, status)
    assert isinstance(verdict, Failed)
    assert verdict.code == 90004
    assert str(status) in verdict.reason


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(st.characters(codec="utf-8")),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(st.characters(codec="utf-8")), inner, max_size=4)
    ),
    max_leaves=8,
)
names = ["actionCode", "errCode", "errMsg", "errDlt", "nextCode", "friendUserIDs"]
answers = st.dictionaries(st.sampled_from(names), json_values | st.sampled_from([0, 1, "0", "1", None, []]))


@given(st.integers(0, 999), st.binary())
@example(200, b'{"errCode":"-"}')
def test_any_bytes_have_a_verdict(status, body):
    assert isinstance(decide(status, body, ReplaceFriends), Approved | Rejected | Failed)


def is_integer(value):
    """The contract's words, written down a second time."""
    if value is None:
        return True
    if isinstance(value, str):
        try:
            value = json.loads(value) if value == value.strip() else None
        except ValueError:
            return False
    return isinstance(value, int) and not isinstance(value, bool) and -(2**31) <= value < 2**31


@given(answers)
def test_a_verdict_is_what_the_table_says(answer):
    verdict = judge(answer)
    codes = [answer.get(name) for name in ("actionCode", "errCode", "nextCode")]
    words = [answer.get(name) for name in ("errMsg", "errDlt")]
    if not all(map(is_integer, codes)) or not all(word is None or isinstance(word, str) for word in words):
        assert isinstance(verdict, Failed)
        return
    action_code, err_code, next_code = (int(code or 0) for code in codes)
    friends = answer.get("friendUserIDs")
    if next_code == 1:
        assert isinstance(verdict, Rejected)
        assert verdict.code == (err_code or 80000)
    elif (
        next_code == 0
        and action_code == 0
        and (friends is None or (isinstance(friends, list) and all(isinstance(friend, str) for friend in friends)))
    ):
        assert isinstance(verdict, Approved)
        assert verdict.change.friend_user_ids == (None if friends is None else tuple(friends))
    else:
        assert isinstance(verdict, Failed)
        assert verdict.code == 90007
