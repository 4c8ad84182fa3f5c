"""The decorators of every callback, each typed by its event and by what its handler may return.

Written from the declarations of the events by `make kit-events`: not to be edited.
"""

from typing import Any, Never, overload

from amity.business.handlers import A, After, Before, Handlers
from amity.wire.events.blacks import AfterAddBlack, AfterRemoveBlack, BeforeAddBlack
from amity.wire.events.event import Event
from amity.wire.events.friends import (
    AfterDeleteFriend,
    AfterImportFriends,
    AfterSetFriendRemark,
    BeforeImportFriends,
    BeforeSetFriendRemark,
    ReplaceFriends,
    ReplaceRemark,
)
from amity.wire.events.presence import AfterUserKickOff, AfterUserOffline, AfterUserOnline
from amity.wire.events.requests import AfterAddFriend, AfterAddFriendAgree, BeforeAddFriend, BeforeAddFriendAgree
from amity.wire.events.users import (
    AfterUpdateUserInfo,
    AfterUpdateUserInfoEx,
    AfterUserRegister,
    BeforeUpdateUserInfo,
    BeforeUpdateUserInfoEx,
    BeforeUserRegister,
    ReplaceProfile,
    ReplaceUsers,
)


class Decorators(Handlers):
    """The decorators: one attribute per event, and ``on`` for an event that is named."""

    before_user_register: Before[BeforeUserRegister, ReplaceUsers]
    after_user_register: After[AfterUserRegister]
    before_update_user_info: Before[BeforeUpdateUserInfo, ReplaceProfile]
    after_update_user_info: After[AfterUpdateUserInfo]
    before_update_user_info_ex: Before[BeforeUpdateUserInfoEx, ReplaceProfile]
    after_update_user_info_ex: After[AfterUpdateUserInfoEx]
    before_import_friends: Before[BeforeImportFriends, ReplaceFriends]
    after_import_friends: After[AfterImportFriends]
    after_delete_friend: After[AfterDeleteFriend]
    before_set_friend_remark: Before[BeforeSetFriendRemark, ReplaceRemark]
    after_set_friend_remark: After[AfterSetFriendRemark]
    before_add_friend: Before[BeforeAddFriend, Never]
    after_add_friend: After[AfterAddFriend]
    before_add_friend_agree: Before[BeforeAddFriendAgree, Never]
    after_add_friend_agree: After[AfterAddFriendAgree]
    before_add_black: Before[BeforeAddBlack, Never]
    after_add_black: After[AfterAddBlack]
    after_remove_black: After[AfterRemoveBlack]
    after_user_online: After[AfterUserOnline]
    after_user_offline: After[AfterUserOffline]
    after_user_kick_off: After[AfterUserKickOff]

    @overload
    def on(self, event: type[BeforeUserRegister]) -> Before[BeforeUserRegister, ReplaceUsers]: ...

    @overload
    def on(self, event: type[BeforeUpdateUserInfo]) -> Before[BeforeUpdateUserInfo, ReplaceProfile]: ...

    @overload
    def on(self, event: type[BeforeUpdateUserInfoEx]) -> Before[BeforeUpdateUserInfoEx, ReplaceProfile]: ...

    @overload
    def on(self, event: type[BeforeImportFriends]) -> Before[BeforeImportFriends, ReplaceFriends]: ...

    @overload
    def on(self, event: type[BeforeSetFriendRemark]) -> Before[BeforeSetFriendRemark, ReplaceRemark]: ...

    @overload
    def on(self, event: type[BeforeAddFriend]) -> Before[BeforeAddFriend, Never]: ...

    @overload
    def on(self, event: type[BeforeAddFriendAgree]) -> Before[BeforeAddFriendAgree, Never]: ...

    @overload
    def on(self, event: type[BeforeAddBlack]) -> Before[BeforeAddBlack, Never]: ...

    @overload
    def on(self, event: type[A]) -> After[A]: ...

    def on(self, event: type[Event]) -> Before[Any, Any] | After[Any]:
        """Return the decorator of an event: ``@app.on(AfterImportFriends)`` is ``@app.after_import_friends``.

        Raises ``TypeError`` for what is no event.
        """
        return self._decorator(event)
