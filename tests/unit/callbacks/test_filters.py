"""For which messages a callback is, by its settings."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amity.callbacks.filters import Filter, Subject
from amity.settings import Callback
from amity.settings.content_types import ranges_of
from amity.settings.webhooks import goes_on

number = st.integers(0, 999_999_999)
pair = st.tuples(number, number).map(sorted)
entry = st.one_of(number, number.map(str), pair.map(lambda ends: f"{ends[0]}-{ends[1]}"))


@given(st.lists(entry, max_size=10), number)
def test_the_types_of_entries_are_the_numbers_and_what_lies_between_the_ends_of_ranges(entries, content_type):
    named = False
    for each in entries:
        first, *last = map(int, str(each).split("-"))
        named = named or first <= content_type <= (last[0] if last else first)
    assert any(content_type in each for each in ranges_of(entries)) == named


@given(pair)
def test_both_ends_of_a_range_belong_to_it_and_nothing_beyond(ends):
    (found,) = ranges_of([f"{ends[0]}-{ends[1]}"])
    assert ends[0] in found
    assert ends[1] in found
    assert ends[0] - 1 not in found
    assert ends[1] + 1 not in found


@given(pair.filter(lambda ends: ends[0] < ends[1]))
def test_a_range_that_ends_before_it_begins_is_refused(ends):
    with pytest.raises(ValueError, match="ends before it begins"):
        ranges_of([f"{ends[1]}-{ends[0]}"])


@pytest.mark.parametrize(
    ("settings", "admitted"),
    [
        ({}, True),
        ({"attention_ids": [], "denied_types": [], "allowed_types": []}, True),
        ({"attention_ids": ["ann"]}, True),
        ({"attention_ids": ["bob"]}, True),
        ({"attention_ids": ["cid"]}, False),
        ({"denied_types": [101]}, False),
        ({"denied_types": ["100-110"]}, False),
        ({"denied_types": [102, "200-500"]}, True),
        ({"allowed_types": [101]}, True),
        ({"allowed_types": ["102-110"]}, False),
        ({"allowed_types": ["100-110"], "denied_types": [101]}, False),
        ({"attention_ids": ["ann"], "allowed_types": [102]}, False),
    ],
)
def test_a_message_is_admitted_by_its_people_and_by_its_type(settings, admitted):
    assert Filter.of(Callback(**settings)).admits(Subject(101, ("ann", "bob"))) is admitted


@pytest.mark.parametrize(
    ("setting", "said", "goes"),
    [
        ("beforeSendSingleMsg", None, False),
        ("beforeSendSingleMsg", True, True),
        ("beforeOnlinePush", None, True),
        ("beforeOfflinePush", None, True),
        ("beforeOnlinePush", False, False),
    ],
)
def test_a_push_goes_on_where_its_callback_fails_and_nothing_else_does_unless_the_settings_say_so(setting, said, goes):
    assert goes_on(setting, Callback(failed_continue=said)) is goes
