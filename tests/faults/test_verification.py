"""The verification that the other tests rely on: it finds nothing in a true story, and each kind of lie in others."""

import dataclasses

import pytest

from tests.faults.ledger import Arrival, ImportCall, Ledger, Outcome, approval
from tests.faults.verification import FriendRow, Verification

ANN_BOB = Arrival("evt_1", "op-1", "ann", ("bob",), accepted=True)
ANN_CY = Arrival("evt_2", "op-2", "ann", ("cy",), accepted=True)


class Story:
    """Ann imported bob and then cy, who asked for ann in return."""

    def __init__(self):
        self.calls = {
            "op-1": ImportCall("op-1", "ann", ["bob"], "", 1, 2, Outcome.DONE, ["bob"]),
            "op-2": ImportCall("op-2", "ann", ["cy"], "", 3, 4, Outcome.DONE, ["cy"]),
            "op-3": ImportCall("op-3", "cy", ["ann"], "", 5, 6, Outcome.DONE, [], ["ann"]),
        }
        self.arrivals = [ANN_BOB, ANN_CY, ANN_CY]
        self.rows = [
            FriendRow("ann", "bob", 2, 2, 0),
            FriendRow("bob", "ann", 2, 2, 0),
            FriendRow("ann", "cy", 3, 3, 0),
            FriendRow("cy", "ann", 2, 2, 0),
        ]
        self.lists = {"ann": ["bob", "cy"], "bob": ["ann"], "cy": ["ann"]}

    def problems(self):
        ledger = Ledger(calls=self.calls, arrivals=self.arrivals)
        return Verification(ledger, self.rows, self.lists, approval).problems


def half_a_pair(story):
    del story.rows[1]
    story.lists["bob"] = []


def no_friendship_for_an_event(story):
    del story.rows[2:]
    story.lists = {"ann": ["bob"], "bob": ["ann"]}


def no_event_for_a_friendship(story):
    story.arrivals = [ANN_BOB]
    story.calls["op-2"].outcome = Outcome.UNKNOWN


def an_event_never_accepted(story):
    story.arrivals[0] = dataclasses.replace(ANN_BOB, accepted=False)


def two_events_for_a_friendship(story):
    story.arrivals.append(dataclasses.replace(ANN_CY, event_id="evt_3", operation_id="op-4"))


def an_event_that_changed(story):
    story.arrivals[2] = dataclasses.replace(ANN_CY, friends=("bob",))


def the_wrong_order(story):
    story.arrivals = [ANN_CY, ANN_BOB]


def an_import_among_another(story):
    story.arrivals = [dataclasses.replace(ANN_BOB, friends=("bob", "dee")), ANN_CY]
    story.calls["op-1"] = ImportCall("op-1", "ann", ["bob", "dee"], "", 1, 2, Outcome.DONE, ["bob", "dee"])
    story.rows += [FriendRow("ann", "dee", 4, 4, 0), FriendRow("dee", "ann", 2, 2, 0)]
    story.lists |= {"ann": ["bob", "cy", "dee"], "dee": ["ann"]}


def one_version_for_two_imports(story):
    story.rows[2] = FriendRow("ann", "cy", 2, 2, 0)


def a_deleted_friend(story):
    story.rows[2] = FriendRow("ann", "cy", 3, 3, 1)


def a_refused_import_that_is_there(story):
    story.calls["op-2"].outcome = Outcome.REFUSED


def an_answer_that_names_too_few(story):
    story.calls["op-2"].imported = []


def an_answer_without_its_friendship(story):
    story.calls["op-4"] = ImportCall("op-4", "bob", ["cy"], "", 7, 8, Outcome.DONE, [], ["cy"])


def an_event_of_what_the_app_did_not_allow(story):
    story.calls["op-2"].asked = ["dee"]
    story.calls["op-2"].outcome = Outcome.UNKNOWN


def a_list_that_shows_too_few(story):
    story.lists["ann"] = ["bob"]


def test_a_true_story_has_no_problems():
    assert Story().problems() == []


def test_a_version_that_was_for_a_friend_who_was_one_already_is_missing_in_a_true_story():
    story = Story()
    story.rows[2] = FriendRow("ann", "cy", 4, 4, 0)
    assert story.problems() == []


@pytest.mark.parametrize(
    "lie",
    [
        half_a_pair,
        no_friendship_for_an_event,
        no_event_for_a_friendship,
        an_event_never_accepted,
        two_events_for_a_friendship,
        an_event_that_changed,
        the_wrong_order,
        an_import_among_another,
        one_version_for_two_imports,
        a_deleted_friend,
        a_refused_import_that_is_there,
        an_answer_that_names_too_few,
        an_answer_without_its_friendship,
        an_event_of_what_the_app_did_not_allow,
        a_list_that_shows_too_few,
    ],
)
def test_a_lie_is_found(lie):
    story = Story()
    lie(story)
    assert story.problems()
