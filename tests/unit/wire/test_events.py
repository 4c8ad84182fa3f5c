"""A callback is declared once: its names follow from its class, and it is in the catalogue by being declared."""

import pkgutil
import types

import pytest

from amity.wire import events
from amity.wire.events import catalogue
from amity.wire.events.blacks import AfterAddBlack
from amity.wire.events.catalogue import BY_COMMAND, BY_SETTING, EVENTS
from amity.wire.events.event import DECLARED, AfterEvent, BeforeEvent, OwnerEvent

SAMPLED = {"sample": {"owner_user_id": "amity-sample-owner"}}


@pytest.fixture
def declared():
    """What is declared in the test; forgotten after it."""
    before = list(DECLARED)
    yield DECLARED
    DECLARED[:] = before


def declare(name, *bases, **body):
    """Declare an event about hands that are waved, with what every event has."""
    return types.new_class(name, bases, {"frozen": True}, lambda it: it.update(SAMPLED | body))


@pytest.mark.parametrize(
    ("name", "setting", "command", "attribute"),
    [
        ("AfterWaveHands", "afterWaveHands", "callbackAfterWaveHandsCommand", "after_wave_hands"),
        ("AfterWaveSaveDB", "afterWaveSaveDB", "callbackAfterWaveSaveDBCommand", "after_wave_save_db"),
    ],
)
def test_the_names_of_an_event_follow_from_its_class(declared, name, setting, command, attribute):
    event = declare(name, OwnerEvent, AfterEvent)
    assert declared[-1] is event
    assert (event.setting, event.command, event.attribute) == (setting, command, attribute)


def test_an_event_may_say_another_setting_or_command(declared):
    event = declare("AfterWaveHands", OwnerEvent, AfterEvent, setting="afterHands", command="callbackWaved")
    assert declared[-1] is event
    assert (event.setting, event.command) == ("afterHands", "callbackWaved")


@pytest.mark.parametrize(
    ("name", "bases", "body", "lacks"),
    [
        ("WaveHands", (OwnerEvent, AfterEvent), {}, "the name of a class of AfterEvent begins with After"),
        ("AfterWaveHands", (OwnerEvent, BeforeEvent), {}, "the name of a class of BeforeEvent begins with Before"),
        ("BeforeWaveHands", (OwnerEvent, BeforeEvent), {}, "it lacks change"),
        ("AfterWaveHands", (OwnerEvent, AfterEvent), {"sample": {}}, "it lacks sample"),
        ("AfterWaveHands", (AfterEvent,), {}, r"it lacks owner\(\)"),
    ],
    ids=["a name that says no kind", "a name of the other kind", "no change", "no sample", "no owner"],
)
def test_an_event_that_lacks_something_is_not_declared(declared, name, bases, body, lacks):
    before = list(declared)
    with pytest.raises(TypeError, match=rf"^{name}: {lacks}"):
        declare(name, *bases, **body)
    assert declared == before


@pytest.mark.parametrize(
    "names", [{"setting": "afterAddBlack"}, {"command": "callbackAfterAddBlackCommand"}], ids=["setting", "command"]
)
@pytest.mark.usefixtures("declared")
def test_two_events_have_no_name_in_common(names):
    with pytest.raises(TypeError, match="are those of AfterAddBlack already"):
        declare("AfterWaveHands", OwnerEvent, AfterEvent, **names)


def test_a_kind_of_an_event_is_no_event_of_its_own(declared):
    before = list(declared)

    class Welcome(AfterAddBlack, frozen=True):
        pass

    assert declared == before
    assert (Welcome.setting, Welcome.attribute) == (AfterAddBlack.setting, AfterAddBlack.attribute)


def test_the_events_of_every_room_are_in_the_catalogue():
    rooms = {module.name for module in pkgutil.iter_modules(events.__path__, f"{events.__name__}.")}
    assert {event.__module__ for event in EVENTS} == rooms - {catalogue.__name__, f"{events.__name__}.event"}
    assert set(DECLARED) == set(EVENTS) == set(BY_SETTING.values()) == set(BY_COMMAND.values())
