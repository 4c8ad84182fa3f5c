"""A callback is declared once: its names follow from its class, and it is in the catalogue by being declared."""

import pkgutil
import types

import pytest

from amity.wire import events
from amity.wire.events import catalogue
from amity.wire.events.catalogue import BY_COMMAND, BY_SETTING, EVENTS
from amity.wire.events.event import DECLARED, AfterEvent, BeforeEvent, NoChange, OwnerEvent


@pytest.fixture
def declared():
    """What is declared in the test; forgotten after it."""
    before = list(DECLARED)
    yield DECLARED
    DECLARED[:] = before


def test_the_names_of_an_event_follow_from_its_class(declared):
    class BeforeWaveHands(OwnerEvent, BeforeEvent, frozen=True):
        pass

    assert declared[-1] is BeforeWaveHands
    assert BeforeWaveHands.setting == "beforeWaveHands"
    assert BeforeWaveHands.command == "callbackBeforeWaveHandsCommand"
    assert BeforeWaveHands.attribute == "before_wave_hands"
    assert BeforeWaveHands.change is NoChange


def test_an_event_may_say_another_setting_or_command(declared):
    class AfterWaveHands(OwnerEvent, AfterEvent, frozen=True):
        setting = "afterWave"
        command = "callbackWaved"

    assert declared[-1] is AfterWaveHands
    assert (AfterWaveHands.setting, AfterWaveHands.command) == ("afterWave", "callbackWaved")


@pytest.mark.parametrize(
    "names", [{"setting": "afterAddBlack"}, {"command": "callbackAfterAddBlackCommand"}], ids=["setting", "command"]
)
@pytest.mark.usefixtures("declared")
def test_two_events_have_no_name_in_common(names):
    with pytest.raises(TypeError, match="are those of AfterAddBlack already"):
        types.new_class("AfterWaveHands", (OwnerEvent, AfterEvent), {"frozen": True}, lambda body: body.update(names))


def test_the_events_of_every_room_are_in_the_catalogue():
    rooms = {module.name for module in pkgutil.iter_modules(events.__path__, f"{events.__name__}.")}
    assert {event.__module__ for event in EVENTS} == rooms - {catalogue.__name__, f"{events.__name__}.event"}
    assert set(DECLARED) == set(EVENTS) == set(BY_SETTING.values()) == set(BY_COMMAND.values())
