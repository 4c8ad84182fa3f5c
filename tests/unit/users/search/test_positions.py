"""Known positions in the list of all users."""

from hypothesis import given
from hypothesis import strategies as st

from amity.users.search.positions import Position, Positions
from tests.support.fake_clock import FakeClock


def test_a_page_begins_at_the_nearest_known_position_before_it():
    positions = Positions(FakeClock())
    assert positions.before(100) == Position(0, 0)
    positions.remember(Position(50, 70))
    positions.remember(Position(200, 290))
    assert positions.before(49) == Position(0, 0)
    assert positions.before(50) == Position(50, 70)
    assert positions.before(199) == Position(50, 70)
    assert positions.before(10**9) == positions.last() == Position(200, 290)


def test_positions_expire_after_a_minute():
    clock = FakeClock()
    positions = Positions(clock)
    clock.advance(1000)
    positions.remember(Position(50, 70))
    clock.advance(59)
    positions.remember(Position(60, 80))
    assert positions.last() == Position(60, 80)
    clock.advance(1)
    assert positions.last() == Position(0, 0)


@given(st.lists(st.integers(1, 10_000), max_size=300))
def test_few_positions_are_kept_and_the_last_is_among_them(counts):
    positions = Positions(FakeClock(), most=16)
    for count in counts:
        positions.remember(Position(count, 2 * count))
        assert len(positions._known) <= 16
        assert positions._known == sorted(set(positions._known))
    if counts:
        assert positions.last() == Position(max(counts), 2 * max(counts))
