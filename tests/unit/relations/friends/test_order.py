"""An order updated by changes equals the order read anew."""

from hypothesis import given
from hypothesis import strategies as st

from amity.relations.friends.order import Entry, Order

_entries = st.lists(
    st.builds(Entry, st.integers(1, 40), st.integers(0, 9), st.booleans(), st.booleans()),
    unique_by=lambda entry: entry.number,
)


def read(entries):
    """Return the order as the database would."""
    there = [entry for entry in entries if not entry.is_deleted]
    return Order.of(sorted(there, key=lambda entry: (not entry.is_pinned, entry.created_at, entry.number)))


@given(_entries, _entries)
def test_a_changed_order_equals_the_order_read_anew(before, changed):
    latest = {entry.number: entry for entry in (*before, *changed)}
    order = read(before).changed(changed)
    assert list(order.numbers) == list(read(latest.values()).numbers)
    assert list(order.changed([]).numbers) == list(order.numbers)


@given(_entries, _entries)
def test_changing_an_order_leaves_the_original_unchanged(before, changed):
    order = read(before)
    numbers = list(order.numbers)
    order.changed(changed)
    assert list(order.numbers) == numbers


def test_changed_pins_are_counted_for_later_changes():
    order = Order.of([Entry(1, 5, True), Entry(2, 1, False), Entry(3, 2, False)])
    order = order.changed([Entry(3, 2, True)])
    assert list(order.numbers) == [3, 1, 2]
    order = order.changed([Entry(1, 5, False), Entry(4, 9, True)])
    assert list(order.numbers) == [3, 4, 2, 1]
    assert len(order) == 4
