"""The limits of bytes of bodies under way, for each caller and in all."""

import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amity.api.bodies import Bodies, read_body
from amity.errors import Code, ImError


def refused(bodies, caller, size, *, is_admin=False):
    try:
        bodies.take(caller, size, is_admin=is_admin)
    except ImError as error:
        return error.code == Code.SERVER_BUSY
    return False


def test_a_caller_has_a_share_and_others_have_the_rest():
    bodies = Bodies(800)
    assert not refused(bodies, "alice", 60)
    assert refused(bodies, "alice", 60)
    assert not refused(bodies, "bob", 60)
    assert not refused(bodies, "admin", 300, is_admin=True)
    assert refused(bodies, "admin", 300, is_admin=True)


def test_all_together_have_no_more_than_the_bound():
    bodies = Bodies(800)
    taken = sum(not refused(bodies, f"admin-{number}", 90, is_admin=True) for number in range(20))
    assert (taken, bodies.held) == (8, 720)


def test_all_users_together_leave_half_to_administrators():
    bodies = Bodies(800)
    taken = sum(not refused(bodies, f"user-{number}", 90) for number in range(20))
    assert (taken, bodies.held) == (4, 360)
    assert not refused(bodies, "admin", 400, is_admin=True)
    assert refused(bodies, "user-30", 90)


def test_a_single_body_passes_whatever_its_size():
    bodies = Bodies(800)
    assert not refused(bodies, "alice", 5000)
    assert refused(bodies, "bob", 90)
    bodies.release("alice", 5000, is_admin=False)
    assert not refused(bodies, "bob", 90)


async def test_a_body_in_pairs_of_bytes_takes_no_more_memory_than_another():
    left = 100_000

    async def receive():
        nonlocal left
        left -= 1
        return {"type": "http.request", "body": left.to_bytes(8)[-2:], "more_body": left > 0}

    tracemalloc.start()
    body = await read_body(receive, 1_000_000, lambda: None)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(body) == 200_000
    assert peak < 5 * len(body)


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(1, 300)), max_size=50))
def test_a_released_body_leaves_no_count(asked):
    bodies = Bodies(800)
    taken = [(caller, size) for caller, size in asked if not refused(bodies, caller, size, is_admin=caller == "c")]
    assert bodies.held == sum(size for _, size in taken)
    for caller, size in taken:
        bodies.release(caller, size, is_admin=caller == "c")
    assert (bodies.held, bodies._held_by_users) == (0, 0)
    assert bodies._by_caller == {}


@pytest.mark.parametrize("size", [1, 100])
def test_a_refused_body_is_not_counted(size):
    bodies = Bodies(800)
    assert not refused(bodies, "alice", 99)
    assert refused(bodies, "alice", size + 1)
    bodies.release("alice", 99, is_admin=False)
    assert bodies._by_caller == {}
