"""One decorator per event, each typed so that a type checker knows the event and what its handler may return."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, Generic, Never, TypeVar, overload

from amity.business.verdicts import Allow, Reject
from amity.wire.events import catalogue as events
from amity.wire.events.catalogue import AfterEvent, BeforeEvent, Change, Event

B = TypeVar("B", bound=BeforeEvent)
A = TypeVar("A", bound=AfterEvent)
C = TypeVar("C", bound=Change)
Handler = Callable[[Any], Any]


@dataclass(frozen=True)
class Before(Generic[B, C]):
    """Registers the handler of a before-event, ``async`` or not; not-``async`` ones run in a thread.

    The handler returns ``Allow()`` or ``None``, a ``Reject``, or the event's change (``ReplaceFriends([...])``), which
    ``Never`` stands for where there is nothing to change.
    Raises ``ValueError`` where the event has a handler already.
    """

    event: type[B]
    handlers: dict[type[Event], Handler]

    @overload
    def __call__(
        self, handler: Callable[[B], Coroutine[Any, Any, C | Allow | Reject | None]]
    ) -> Callable[[B], Coroutine[Any, Any, C | Allow | Reject | None]]: ...

    @overload
    def __call__(
        self, handler: Callable[[B], C | Allow | Reject | None]
    ) -> Callable[[B], C | Allow | Reject | None]: ...

    def __call__(self, handler: Handler) -> Handler:
        return _register(self.handlers, self.event, handler)


@dataclass(frozen=True)
class After(Generic[A]):
    """Registers the handler of an after-event, ``async`` or not; one that raises is called again later.

    Raises ``ValueError`` where the event has a handler already.
    """

    event: type[A]
    handlers: dict[type[Event], Handler]

    @overload
    def __call__(
        self, handler: Callable[[A], Coroutine[Any, Any, None]]
    ) -> Callable[[A], Coroutine[Any, Any, None]]: ...

    @overload
    def __call__(self, handler: Callable[[A], None]) -> Callable[[A], None]: ...

    def __call__(self, handler: Handler) -> Handler:
        return _register(self.handlers, self.event, handler)


def _register(handlers: dict[type[Event], Handler], event: type[Event], handler: Handler) -> Handler:
    if event in handlers:
        raise ValueError(f"{event.__name__} has a handler already: {handlers[event]!r}")
    handlers[event] = handler
    return handler


class Decorators:
    """The decorators, one attribute per event."""

    def __init__(self) -> None:
        handlers: dict[type[Event], Handler] = {}
        self._handlers = handlers
        self.before_user_register: Before[events.BeforeUserRegister, events.ReplaceUsers] = Before(
            events.BeforeUserRegister, handlers
        )
        self.after_user_register = After(events.AfterUserRegister, handlers)
        self.before_update_user_info: Before[events.BeforeUpdateUserInfo, events.ReplaceProfile] = Before(
            events.BeforeUpdateUserInfo, handlers
        )
        self.after_update_user_info = After(events.AfterUpdateUserInfo, handlers)
        self.before_update_user_info_ex: Before[events.BeforeUpdateUserInfoEx, events.ReplaceProfile] = Before(
            events.BeforeUpdateUserInfoEx, handlers
        )
        self.after_update_user_info_ex = After(events.AfterUpdateUserInfoEx, handlers)
        self.before_import_friends: Before[events.BeforeImportFriends, events.ReplaceFriends] = Before(
            events.BeforeImportFriends, handlers
        )
        self.after_import_friends = After(events.AfterImportFriends, handlers)
        self.after_delete_friend = After(events.AfterDeleteFriend, handlers)
        self.before_set_friend_remark: Before[events.BeforeSetFriendRemark, events.ReplaceRemark] = Before(
            events.BeforeSetFriendRemark, handlers
        )
        self.after_set_friend_remark = After(events.AfterSetFriendRemark, handlers)
        self.before_add_friend: Before[events.BeforeAddFriend, Never] = Before(events.BeforeAddFriend, handlers)
        self.after_add_friend = After(events.AfterAddFriend, handlers)
        self.before_add_friend_agree: Before[events.BeforeAddFriendAgree, Never] = Before(
            events.BeforeAddFriendAgree, handlers
        )
        self.after_add_friend_agree = After(events.AfterAddFriendAgree, handlers)
        self.before_add_black: Before[events.BeforeAddBlack, Never] = Before(events.BeforeAddBlack, handlers)
        self.after_add_black = After(events.AfterAddBlack, handlers)
        self.after_remove_black = After(events.AfterRemoveBlack, handlers)
        self.after_user_online = After(events.AfterUserOnline, handlers)
        self.after_user_offline = After(events.AfterUserOffline, handlers)
        self.after_user_kick_off = After(events.AfterUserKickOff, handlers)
