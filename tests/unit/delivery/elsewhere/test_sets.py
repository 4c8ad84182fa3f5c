"""Sets of users have numbers, which each process learns once, and which are forgotten in a bounded memory."""

from amity.delivery.elsewhere.sets import OthersSets, OwnSets

ANN_AND_BOB = frozenset({"ann", "bob"})


def test_a_set_keeps_its_number_and_another_object_has_another_one():
    own = OwnSets()
    number = own.number(ANN_AND_BOB, "a")
    assert own.number(ANN_AND_BOB, "a") == number
    assert own.number(frozenset({"ann", "carol"}), "b") != number


def test_each_process_is_told_a_set_once():
    own = OwnSets()
    number = own.number(ANN_AND_BOB, "a")
    assert [own.is_known_to(number, process) for process in ("one", "two", "one")] == [False, False, True]


def test_the_users_of_a_set_are_there_until_it_is_forgotten():
    own = OwnSets(most_sets=1)
    number = own.number(ANN_AND_BOB, "a")
    assert own.users(number) == ANN_AND_BOB
    own.number(frozenset({"carol"}), "b")
    own.forget()
    assert own.users(number) is None


def test_the_sets_named_longest_ago_are_forgotten_and_those_who_know_them_are_returned():
    own = OwnSets(most_sets=2)
    sets = [frozenset({str(number)}) for number in range(3)]
    first = own.number(sets[0], "0")
    own.is_known_to(first, "one")
    own.number(sets[1], "1")
    own.number(sets[2], "2")
    assert own.forget() == [(first, {"one"})]
    assert own.number(sets[0], "0") > first


def test_own_sets_are_bounded_by_their_users():
    own = OwnSets(most_users=3)
    first, second = frozenset({"a", "b"}), frozenset({"c", "d"})
    number = own.number(first, "a")
    own.number(second, "b")
    assert own.forget() == [(number, set())]


def test_sets_of_others_are_theirs_alone():
    others = OthersSets()
    others.define("one", 1, ANN_AND_BOB)
    assert others.get("one", 1) == ANN_AND_BOB
    assert others.get("two", 1) is None


def test_sets_of_others_are_bounded_by_their_users():
    others = OthersSets(most_users=3)
    others.define("one", 1, ANN_AND_BOB)
    others.define("one", 2, frozenset({"c", "d"}))
    assert others.get("one", 1) is None
    assert others.get("one", 2) == frozenset({"c", "d"})


def test_sets_of_processes_that_are_no_more_are_dropped():
    others = OthersSets()
    others.define("one", 1, ANN_AND_BOB)
    others.define("two", 1, ANN_AND_BOB)
    others.forget_all_but(frozenset({"two"}))
    assert (others.get("one", 1), others.get("two", 1)) == (None, ANN_AND_BOB)


def test_a_later_set_of_a_conversation_takes_the_place_of_an_earlier_one():
    own = OwnSets()
    earlier = own.number(ANN_AND_BOB, "a")
    own.is_known_to(earlier, "one")
    later = own.number(frozenset({"ann", "bob", "carol"}), "a")
    assert own.forget() == [(earlier, {"one"})]
    assert (own.users(earlier), own.users(later)) == (None, frozenset({"ann", "bob", "carol"}))


def test_the_more_processes_name_sets_the_fewer_users_each_keeps():
    own = OwnSets(most_users=4)
    number = own.number(ANN_AND_BOB, "a")
    own.number(frozenset({"c", "d"}), "b")
    assert own.forget(processes=1) == []
    assert own.forget(processes=2) == [(number, set())]


def test_the_sets_of_others_that_are_named_stay():
    others = OthersSets(most_users=4)
    others.define("one", 1, ANN_AND_BOB)
    others.define("one", 2, frozenset({"c", "d"}))
    others.get("one", 1)
    others.define("one", 3, frozenset({"e", "f"}))
    assert (others.get("one", 1), others.get("one", 2)) == (ANN_AND_BOB, None)
