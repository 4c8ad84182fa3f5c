"""What the relay reads of a body, which it passes on as it came."""

import json

import pytest

from amity.relay.commands import BY_SETTING, Commands
from amity.relay.request import LONGEST_CHECKED, NotAnObject, RelayedRequest, read
from amity.wire.events.catalogue import EVENTS, payload

BEFORE_IMPORT = "callbackBeforeImportFriendsCommand"
TWICE_NAMED = [event for event in EVENTS if event.documented]


def requested(name: str, body: bytes) -> RelayedRequest:
    command = Commands().named(name)
    assert command is not None
    return read(command, body, "op", "", documented_names=False)


def test_a_field_is_decoded_when_it_is_asked_for():
    fields = requested(
        "callbackBeforeNewCommand", b'{"userID": "ann", "a": [1, {"b": null}], "a": 2, "c": null}'
    ).fields
    assert dict(fields) == {"userID": "ann", "a": 2, "c": None}
    assert len(fields) == 3
    assert fields.get("d", "none") == "none"


def test_a_field_that_cannot_be_decoded_is_nothing_and_the_body_is_passed_on():
    body = b'{"userID": ' + b"1" * 5000 + b"}"
    request = requested("callbackBeforeNewCommand", body)
    assert (request.fields["userID"], request.owner, request.body) == (None, "callbackBeforeNewCommand", body)


def test_a_long_body_has_its_owner_and_no_check_of_its_form():
    friends = b'"bob",' * (LONGEST_CHECKED // 6)
    request = requested(BEFORE_IMPORT, b'{"ownerUserID": "ann", "friendUserIDs": [' + friends + b'"cid"]}')
    assert (request.owner, request.misfit) == ("ann", f"it has more than {LONGEST_CHECKED} bytes")


@pytest.mark.parametrize("body", [b"", b"[]", b'{"a": }', b'{"a": "\xff"}', b'{"a": "\\ud800"}', b"[" * 100_000])
def test_what_is_no_json_object_is_none(body: bytes):
    with pytest.raises(NotAnObject):
        requested(BEFORE_IMPORT, body)


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
