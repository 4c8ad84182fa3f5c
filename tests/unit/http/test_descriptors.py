"""Descriptors that listeners share: the limit, and which connection is closed for a new one."""

import pytest

from amity.http.descriptors import Descriptors


class Listener:
    """Its connections, each by the seconds for which it has not been served; the idlest first."""

    def __init__(self, *idle: float, served: int = 0) -> None:
        self.idle = list(idle)
        self.served = served

    def __len__(self) -> int:
        return len(self.idle) + self.served

    def idle_for(self) -> float | None:
        return self.idle[0] if self.idle else None

    def make_room(self) -> None:
        del self.idle[0]


@pytest.mark.parametrize(("most", "has_room"), [(5, False), (6, True)])
def test_connections_of_all_listeners_count(most, has_room):
    descriptors = Descriptors(most)
    descriptors.share(Listener(1.0, 0.5, served=1))
    descriptors.share(Listener(served=2))
    assert descriptors.has_room() is has_room


def test_the_longest_idle_connection_of_any_listener_is_closed():
    one, other = Listener(3.0, 1.0), Listener(5.0, 2.0, served=1)
    descriptors = Descriptors(4)
    descriptors.share(one)
    descriptors.share(other)
    assert [descriptors.make_room() for _ in range(5)] == [True, True, True, True, False]
    assert (len(one), len(other)) == (0, 1)


def test_one_idle_connection_is_closed_at_a_time():
    one, other = Listener(3.0, 1.0), Listener(5.0, 2.0)
    descriptors = Descriptors(4)
    descriptors.share(one)
    descriptors.share(other)
    descriptors.make_room()
    assert (one.idle, other.idle) == ([3.0, 1.0], [2.0])
    descriptors.make_room()
    assert (one.idle, other.idle) == ([1.0], [2.0])
