"""Where events of the outbox go."""

from amity.callbacks.telling.kind_queue import KindQueues
from amity.callbacks.telling.routes import Route, Routes, catalogue_routes
from amity.settings import Callback, Callbacks
from tests.support.fake_clock import FakeClock

AFTER_IMPORT = "callbackAfterImportFriendsCommand"


def test_every_after_callback_with_a_url_has_a_route_switched_on_or_not():
    common = catalogue_routes(Callbacks(url="http://a.example/cb"))
    assert common.of(AFTER_IMPORT) == Route("afterImportFriends", AFTER_IMPORT)
    # The name of afterRevokeMsg's is OpenIM's.
    odd = {"callbackBeforeAfterMsgCommand"}
    assert all(command.startswith("callbackAfter") for command in common.known.keys() - odd)
    assert catalogue_routes(Callbacks()).known == {}
    own = Callbacks(
        url="http://a.example/cb",
        events={"afterDeleteFriend": Callback(url="", enable=False), "afterImportFriends": Callback(url="http://b")},
    )
    assert catalogue_routes(own).of("callbackAfterDeleteFriendCommand") is None
    assert catalogue_routes(own).of(AFTER_IMPORT) is not None


def test_a_command_that_is_not_known_goes_by_the_setting_for_others():
    routes = Routes({}, other="others")
    assert routes.of("callbackAfterSomethingCommand") == Route("others", "callbackAfterSomethingCommand")


def test_commands_of_strangers_share_a_label_in_metrics():
    routes = Routes({AFTER_IMPORT: Route("afterImportFriends", AFTER_IMPORT)}, other="others")
    assert routes.label(AFTER_IMPORT) == AFTER_IMPORT
    assert {routes.label(f"callbackAfter{number}Command") for number in range(9)} == {"others"}


def test_a_kind_of_event_has_one_queue_from_its_first_event_on():
    queues = KindQueues(Routes({AFTER_IMPORT: Route("afterImportFriends", AFTER_IMPORT)}, other="others"), FakeClock())
    assert [kind.command for kind in queues] == [AFTER_IMPORT]
    unknown = queues.get("callbackAfterSomethingCommand")
    assert queues.get("callbackAfterSomethingCommand") is unknown
    assert [kind.command for kind in queues] == [AFTER_IMPORT, "callbackAfterSomethingCommand"]
    assert KindQueues(Routes({}), FakeClock()).get(AFTER_IMPORT) is None
