import pytest

from amity.business import (
    AfterImportFriends,
    Allow,
    BeforeAddBlack,
    BeforeAddFriend,
    BeforeImportFriends,
    BusinessServer,
    Reject,
    ReplaceFriends,
    ReplaceRemark,
    TestClient,
)
from amity.wire.events.catalogue import EVENTS
from amity.wire.events.event import BeforeEvent, Event

EVENT = BeforeImportFriends(owner_user_id="o", friend_user_ids=["f"])


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.__name__)
def test_every_event_has_its_decorator(event):
    app = BusinessServer()
    decorator = getattr(app, event.attribute)
    assert decorator.event is event
    assert (type(decorator).__name__ == "Before") == issubclass(event, BeforeEvent)
    handler = decorator(lambda _: None)
    assert app.gate.handlers == {event: handler}


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.__name__)
def test_an_event_that_is_named_has_the_same_decorator(event):
    app = BusinessServer()
    decorator = app.on(event)
    assert decorator == getattr(app, event.attribute)
    handler = decorator(lambda _: None)
    assert app.gate.handlers == {event: handler}


@pytest.mark.parametrize("event", [Event, BeforeEvent, ReplaceFriends, EVENT, "before_import_friends", None])
def test_what_is_no_event_has_no_decorator(event):
    with pytest.raises(TypeError, match="is no callback: name one by its class, as BeforeImportFriends"):
        BusinessServer().on(event)


def test_a_type_checker_knows_what_a_handler_of_a_named_event_may_return() -> None:
    app = BusinessServer()

    @app.on(BeforeImportFriends)
    def decide(event: BeforeImportFriends) -> ReplaceFriends | None:
        return ReplaceFriends(event.friend_user_ids[:1])

    @app.on(AfterImportFriends)
    async def note(event: AfterImportFriends) -> None:
        assert event.owner_user_id

    @app.on(BeforeAddBlack)  # type: ignore[arg-type]
    def replace(event: BeforeAddBlack) -> ReplaceFriends:
        return ReplaceFriends([event.owner_user_id])

    assert TestClient(app).send(EVENT) == ReplaceFriends(["f"])


def test_an_event_has_one_handler():
    app = BusinessServer()
    app.before_import_friends(lambda _: None)
    for decorator in (app.before_import_friends, app.on(BeforeImportFriends)):
        with pytest.raises(ValueError, match="BeforeImportFriends has a handler already"):
            decorator(lambda _: Reject())


def test_a_type_checker_accepts_what_a_handler_may_return() -> None:
    app = BusinessServer()

    @app.before_import_friends
    def decide(event: BeforeImportFriends) -> Allow | Reject | ReplaceFriends | None:
        return ReplaceFriends(event.friend_user_ids[:1])

    @app.after_import_friends
    async def note(event: AfterImportFriends) -> None:
        assert event.owner_user_id

    verdict = decide(EVENT)
    assert verdict == ReplaceFriends(["f"])
    assert TestClient(app).send(EVENT) == verdict


def test_a_type_checker_refuses_a_handler_of_another_event_or_verdict() -> None:
    # The ignores are checked: mypy complains about one that it does not need.
    app = BusinessServer()

    @app.before_import_friends  # type: ignore[arg-type]
    def other_event(event: AfterImportFriends) -> None:
        assert event.owner_user_id

    @app.before_set_friend_remark  # type: ignore[arg-type]
    def other_kind(event: BeforeImportFriends) -> ReplaceRemark:
        return ReplaceRemark(event.owner_user_id)

    app = BusinessServer()

    @app.before_import_friends  # type: ignore[arg-type]
    def other_verdict(event: BeforeImportFriends) -> ReplaceRemark:
        return ReplaceRemark(event.owner_user_id)

    @app.before_add_friend  # type: ignore[arg-type]
    def nothing_to_change(event: BeforeAddFriend) -> ReplaceRemark:
        return ReplaceRemark(event.req_msg)


def test_a_type_checker_accepts_a_decision_where_there_is_nothing_to_change() -> None:
    app = BusinessServer()

    @app.before_add_friend
    async def decide(event: BeforeAddFriend) -> Reject | None:
        return Reject(5001) if event.req_msg else None

    @app.before_add_black
    def allow(event: BeforeAddBlack) -> Allow:
        assert event.black_user_id
        return Allow()

    client = TestClient(app)
    assert client.send(BeforeAddFriend(from_user_id="a", to_user_id="b", req_msg="hi")) == Reject(5001)
    assert client.send(BeforeAddBlack(owner_user_id="a", black_user_id="b")) == Allow()
