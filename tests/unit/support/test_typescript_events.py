"""What the TypeScript kit says of each callback is what follows from the declarations."""

from collections.abc import Sequence
from typing import Any, ClassVar

import msgspec
import pytest

from amity.wire.events.catalogue import EVENTS
from amity.wire.events.event import DECLARED, AfterEvent
from amity.wire.integers import Int32
from tests.support.typescript_events import FILE, generate


def test_what_is_committed_is_what_is_written():
    assert FILE.read_text(encoding="utf-8") == generate(), "make events writes it anew"


def test_every_event_has_its_setting_its_command_and_its_type():
    text = generate()
    for event in EVENTS:
        assert f'{event.setting}: {{ command: "{event.command}", event: "{event.__name__}"' in text
        assert f"export interface {event.__name__} {{" in text


@pytest.fixture
def declare():
    """Declares an event with one field for the time of the test."""

    def declared(**annotations):
        body = {"owner": lambda self: "", "sample": {"user_id": "a"}, "__doc__": "``user_id`` may be ``None``."}
        fields = [*annotations.items(), ("sample", ClassVar[dict[str, Any]])]
        return msgspec.defstruct("AfterTrying", fields, bases=(AfterEvent,), namespace=body, frozen=True)

    before = list(DECLARED)
    yield declared
    DECLARED[:] = before


@pytest.mark.parametrize(
    ("annotation", "typed", "checked"),
    [
        (str, "string", "string"),
        (Int32, "number", "integer"),
        (bool, "boolean", "boolean"),
        (str | None, "string | null", "string|null"),
        (Sequence[str], "readonly string[]", "string[]"),
        (Sequence[Int32] | None, "readonly number[] | null", "integer[]|null"),
        (dict[str, bool], "Readonly<Record<string, boolean>>", "boolean{}"),
    ],
)
def test_a_field_has_its_name_on_the_wire_and_its_type(declare, annotation, typed, checked):
    text = generate([declare(user_id=annotation)])
    assert f"  userID: {typed};" in text
    assert f'    userID: "{checked}",' in text
    assert "`userID` may be `null`." in text


def test_a_field_of_a_type_that_typescript_lacks_is_refused(declare):
    with pytest.raises(TypeError, match="AfterTrying: the TypeScript kit has nothing for"):
        generate([declare(user_id=bytes)])
