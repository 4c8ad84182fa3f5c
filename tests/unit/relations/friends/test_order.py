"""An order brought up by what has changed is the order read anew."""

from hypothesis import given
from hypothesis import strategies as st

from amity.relations.friends.order import Order, Place

_places = st.lists(
    st.builds(Place, st.integers(1, 40), st.integers(0, 9), st.booleans(), st.booleans()),
    unique_by=lambda place: place.number,
)


def read(places):
    """The order as the database gives it."""
    there = [place for place in places if not place.is_deleted]
    return Order.of(sorted(there, key=lambda place: (not place.is_pinned, place.created_at, place.number)))


@given(_places, _places)
def test_what_has_changed_takes_its_place(before, changed):
    latest = {place.number: place for place in (*before, *changed)}
    order = read(before).changed(changed)
    assert list(order.numbers) == list(read(latest.values()).numbers)
    assert list(order.changed([]).numbers) == list(order.numbers)


@given(_places, _places)
def test_the_order_from_before_stays_what_it_was(before, changed):
    order = read(before)
    numbers = list(order.numbers)
    order.changed(changed)
    assert list(order.numbers) == numbers


def test_pins_are_counted_on_so_that_later_changes_find_their_place():
    order = Order.of([Place(1, 5, True), Place(2, 1, False), Place(3, 2, False)])
    order = order.changed([Place(3, 2, True)])
    assert list(order.numbers) == [3, 1, 2]
    order = order.changed([Place(1, 5, False), Place(4, 9, True)])
    assert list(order.numbers) == [3, 4, 2, 1]
    assert len(order) == 4
