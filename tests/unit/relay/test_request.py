"""What the relay reads of a body, which it passes on as it came."""

import pytest

from amity.relay.commands import Commands
from amity.relay.request import LONGEST_CHECKED, NotAnObject, RelayedRequest, read

BEFORE_IMPORT = "callbackBeforeImportFriendsCommand"


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
