"""Every pair once, for the owner that the file named first, in the order of the file, in batches that do not change."""

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from amity.importing.planning import make_plan
from amity.importing.reading import FriendshipFile
from amity.importing.source import Source


def plan_of(path, pairs, batch_size=1000):
    path.write_text("".join(f"{owner},{friend}\n" for owner, friend in pairs))
    with Source.open(path) as source:
        return make_plan(FriendshipFile(source), batch_size)


def sent(plan):
    return [(batch.number, batch.owner, batch.friends) for batch in plan.batches()]


def test_friends_are_sent_by_owner_in_the_order_of_the_file(tmp_path):
    plan = plan_of(tmp_path / "f.csv", [("z", "b"), ("a", "c"), ("z", "a"), ("b", "q")])
    assert sent(plan) == [(0, "z", ["b", "a"]), (1, "a", ["c"]), (2, "b", ["q"])]
    assert plan.people == ["z", "b", "a", "c", "q"]
    assert (plan.pairs, plan.owners, plan.batch_count) == (4, 3, 3)


def test_a_pair_is_sent_once_whichever_way_round_it_is_repeated(tmp_path):
    plan = plan_of(tmp_path / "f.csv", [("a", "b"), ("b", "a"), ("a", "b"), ("b", "c"), ("b", "a")])
    assert sent(plan) == [(0, "a", ["b"]), (1, "b", ["c"])]
    assert (plan.pairs, plan.duplicates, plan.reverse_duplicates) == (2, 3, 2)


def test_an_owner_all_of_whose_pairs_were_there_before_is_sent_nothing(tmp_path):
    plan = plan_of(tmp_path / "f.csv", [("a", "b"), ("b", "a")])
    assert sent(plan) == [(0, "a", ["b"])]
    assert (plan.owners, plan.batch_count) == (1, 1)


def test_a_long_list_is_cut_into_batches(tmp_path):
    plan = plan_of(tmp_path / "f.csv", [("a", f"b{number}") for number in range(2001)])
    assert [(number, owner, len(friends)) for number, owner, friends in sent(plan)] == [
        (0, "a", 1000),
        (1, "a", 1000),
        (2, "a", 1),
    ]
    assert plan.batch_count == 3


def test_bad_lines_are_counted_and_the_first_are_kept(tmp_path):
    path = tmp_path / "f.csv"
    path.write_text("a,b\n" + "a,a\n" * 5)
    with Source.open(path) as source:
        plan = make_plan(FriendshipFile(source), bad_lines_kept=2)
    assert plan.bad_line_count == 5
    assert [line.number for line in plan.bad_lines] == [2, 3]


def test_the_hash_is_that_of_the_files_bytes(tmp_path):
    plan = plan_of(tmp_path / "f.csv", [("a", "b")])
    assert plan.sha256 == hashlib.sha256(b"a,b\n").hexdigest()


names = st.sampled_from([f"u{number}" for number in range(8)])


@given(st.lists(st.tuples(names, names).filter(lambda pair: pair[0] != pair[1]), min_size=1), st.integers(1, 4))
def test_a_plan_sends_what_a_naive_reading_of_the_file_would(tmp_path_factory, pairs, batch_size):
    plan = plan_of(tmp_path_factory.mktemp("plan") / "f.csv", pairs, batch_size)
    expected: dict[str, list[str]] = {}
    seen: set[frozenset[str]] = set()
    for owner, friend in pairs:
        expected.setdefault(owner, [])
        if frozenset((owner, friend)) not in seen:
            seen.add(frozenset((owner, friend)))
            expected[owner].append(friend)
    batches = [
        (owner, friends[start : start + batch_size])
        for owner, friends in expected.items()
        for start in range(0, len(friends), batch_size)
    ]
    assert [(batch.owner, batch.friends) for batch in plan.batches()] == batches
    assert [batch.number for batch in plan.batches()] == list(range(plan.batch_count))
    assert plan.duplicates == len(pairs) - plan.pairs
