"""What other processes tell is pushed to the users that they name, or to a set that they have defined."""

from types import SimpleNamespace
from typing import Any

import pytest

from amity.cluster.exchange import Exchange
from amity.delivery.ascending import Ascending
from amity.delivery.elsewhere import receiving
from amity.delivery.elsewhere.receiving import Receiving
from amity.delivery.elsewhere.told import DefineSet, ForgetSet, PushMessage, PushToSet, UnknownSet

ANN_AND_BOB = frozenset({"ann", "bob"})


class Here:
    """Notes what is pushed."""

    def __init__(self):
        self.pushed = []

    def message(self, users, conversation_id, body, operation_id=""):
        self.pushed.append((sorted(users), body))


class Others:
    """The other processes: ``say`` has one tell something, ``told`` is what they were told."""

    def __init__(self):
        self.told: list[Any] = []
        self.exchange = Exchange(SimpleNamespace(publish=lambda *_: None))
        self.exchange.tell = lambda process, told: self.told.append((process, told))  # type: ignore[method-assign]

    def say(self, told, process="one"):
        self.exchange._handlers[type(told)](told, process)


@pytest.fixture
def here():
    return Here()


@pytest.fixture
def others(here):
    made = Others()
    processes = SimpleNamespace(others=frozenset({"one", "two"}))
    cluster: Any = SimpleNamespace(exchange=made.exchange, processes=processes, when_missed=[])
    Receiving(cluster, here, Ascending(here.message))
    return made


def to_set(number, body, seq=0):
    return PushToSet(number, "sg_group", body, 5 if seq else 0, seq, "op")


async def test_a_message_is_pushed_to_the_users_that_it_names(here, others):
    others.say(PushMessage(["ann"], "si_ann_bob", b"1", 5, 1, "op"))
    assert here.pushed == [(["ann"], b"1")]


async def test_a_message_to_a_set_is_pushed_to_its_users(here, others):
    others.say(DefineSet(1, list(ANN_AND_BOB)))
    others.say(to_set(1, b"1"))
    assert here.pushed == [(["ann", "bob"], b"1")]


async def test_sets_of_two_processes_may_have_one_number(here, others):
    others.say(DefineSet(1, ["ann"]), "one")
    others.say(DefineSet(1, ["bob"]), "two")
    others.say(to_set(1, b"1"), "two")
    assert here.pushed == [(["bob"], b"1")]


async def test_messages_to_a_set_that_is_not_known_wait_until_it_is_defined_again(here, others):
    others.say(DefineSet(1, ["ann"]))
    others.say(ForgetSet(1))
    others.say(to_set(1, b"1"))
    others.say(to_set(1, b"2"))
    assert (here.pushed, others.told) == ([], [("one", UnknownSet(1))])
    others.say(DefineSet(1, ["ann"]))
    assert here.pushed == [(["ann"], b"1"), (["ann"], b"2")]


async def test_what_waits_for_a_definition_is_bounded(here, others, monkeypatch):
    monkeypatch.setattr(receiving, "MOST_WAITING", 10)
    for number in range(11):
        others.say(to_set(number, b"1"))
    for number in range(11):
        others.say(DefineSet(number, [str(number)]))
    assert [users for users, _ in here.pushed] == [[str(number)] for number in range(1, 11)]


async def test_a_set_that_its_process_has_forgotten_is_waited_for_no_more(here, others):
    others.say(to_set(1, b"1", seq=3))
    others.say(DefineSet(1, []))
    others.say(PushMessage(["ann"], "sg_group", b"2", 5, 3, "op"))
    assert here.pushed == [(["ann"], b"2")]
