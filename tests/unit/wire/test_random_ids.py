import re

from amity.wire.random_ids import random_id


def test_ids_are_32_hex_digits_and_none_comes_twice():
    made = [random_id() for _ in range(2000)]
    assert all(re.fullmatch("[0-9a-f]{32}", each) for each in made)
    assert len(set(made)) == len(made)
