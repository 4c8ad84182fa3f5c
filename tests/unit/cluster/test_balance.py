"""Shares are even among processes, whoever comes and goes, and stay where they are otherwise."""

import random
from collections import Counter

import pytest

from amity.cluster.balance import balance
from amity.cluster.shares import SHARES, share_of


def look(process, processes, holders):
    """Do what a process does in one look, with nothing under way; return whether anything changed."""
    due = balance(process, processes, holders, SHARES)
    before = dict(holders)
    for share, holder in before.items():
        if holder == process and share not in due.keep:
            del holders[share]
    holders.update(dict.fromkeys(due.take, process))
    return holders != before


def settle(processes, holders, chance=None):
    """Let each look until nothing changes; return how many rounds that took."""
    for rounds in range(1, 20):
        order = sorted(processes) if chance is None else chance.sample(sorted(processes), len(processes))
        changes = [look(process, processes, holders) for process in order]
        if not any(changes):
            return rounds
    raise AssertionError("the shares do not come to rest")


def counts(processes, holders):
    held = Counter(holders.values())
    return sorted(held[process] for process in processes)


def test_one_process_takes_all():
    assert balance("a", ["a"], {}, SHARES).take == frozenset(range(SHARES))


@pytest.mark.parametrize("number", [2, 3, 5, 9, 10, 63, 64, 70])
def test_shares_are_even(number):
    processes = {f"p{each}" for each in range(number)}
    holders: dict[int, str] = {}
    settle(processes, holders)
    held = counts(processes, holders)
    assert sum(held) == SHARES
    assert held[-1] - held[0] <= 1


@pytest.mark.parametrize("seed", range(5))
def test_shares_are_even_whoever_comes_and_goes_in_whatever_order_they_look(seed):
    chance = random.Random(seed)
    processes = {"p0"}
    holders: dict[int, str] = {}
    for number in range(1, 40):
        if len(processes) > 1 and chance.random() < 0.4:
            gone = chance.choice(sorted(processes))
            processes.remove(gone)
            holders = {share: holder for share, holder in holders.items() if holder != gone}
        else:
            processes.add(f"p{number}")
        assert settle(processes, holders, chance) <= 4
        held = counts(processes, holders)
        assert sum(held) == SHARES
        assert held[-1] - held[0] <= 1


def test_what_need_not_move_stays():
    processes = {"a", "b", "c"}
    holders: dict[int, str] = {}
    settle(processes, holders)
    before = dict(holders)
    settle(processes | {"d"}, holders)
    moved = [share for share, holder in before.items() if holders[share] != holder]
    assert len(moved) == SHARES // 4
    assert {holders[share] for share in moved} == {"d"}


def test_nobody_takes_what_another_holds():
    due = balance("b", ["a", "b"], dict.fromkeys(range(SHARES), "a"), SHARES)
    assert due.keep == due.take == frozenset()


def test_an_owners_share_is_the_same_in_all_versions():
    # Two versions that run side by side would otherwise both deliver an owner's events, or neither would.
    assert [share_of(owner) for owner in ("lena", "max", "群:1", "")] == [11, 9, 4, 0]


def test_owners_are_spread_over_all_shares():
    held = Counter(share_of(f"user-{number}") for number in range(64_000))
    assert len(held) == SHARES
    assert min(held.values()) > 850
    assert max(held.values()) < 1150
