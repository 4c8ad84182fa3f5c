"""What is passed on of a request of OpenIM's server."""

import json

import pytest

from amity.relay.commands import BY_SETTING
from amity.relay.request import read
from amity.wire.events.catalogue import EVENTS, payload

TWICE_NAMED = [event for event in EVENTS if event.documented]


@pytest.mark.parametrize("event", TWICE_NAMED, ids=lambda each: each.setting)
def test_documented_names_follow_what_came_and_leave_nothing_out(event):
    came = payload(event.sampled())[:-1] + b',"ofANewerVersion": 1.50}\n'
    request = read(BY_SETTING[event.setting], came, "op", "", documented_names=True)
    assert request.body.startswith(came.rstrip()[:-1])
    fields = json.loads(came)
    beside = {name: fields[sent] for sent, name in event.documented.items()}
    assert json.loads(request.body) == fields | beside


@pytest.mark.parametrize("event", TWICE_NAMED, ids=lambda each: each.setting)
def test_without_them_a_body_is_passed_on_byte_for_byte(event):
    came = payload(event.sampled()) + b"\n"
    assert read(BY_SETTING[event.setting], came, "op", "", documented_names=False).body == came
