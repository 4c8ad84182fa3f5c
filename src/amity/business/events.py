"""The events, and what answers to them may replace, for users of the kit to import.

Written from the declarations of the events by `make events`: not to be edited.
"""

from amity.wire.events.blacks import AfterAddBlack, AfterRemoveBlack, BeforeAddBlack
from amity.wire.events.conversations import (
    AfterCreateSingleChatConversations,
    BeforeCreateSingleChatConversations,
    ReplaceConversation,
)
from amity.wire.events.event import AfterEvent, BeforeEvent, Change, Event
from amity.wire.events.friends import (
    AfterDeleteFriend,
    AfterImportFriends,
    AfterSetFriendRemark,
    BeforeImportFriends,
    BeforeSetFriendRemark,
    ReplaceFriends,
    ReplaceRemark,
)
from amity.wire.events.messages import (
    AfterMsgSaveDB,
    AfterSendSingleMsg,
    AfterSingleMsgRead,
    BeforeMsgModify,
    BeforeSendSingleMsg,
    OfflinePushInfo,
    ReplaceMessage,
)
from amity.wire.events.presence import AfterUserKickOff, AfterUserOffline, AfterUserOnline
from amity.wire.events.pushes import (
    AfterOfflinePush,
    BeforeOfflinePush,
    BeforeOnlinePush,
    PushDevice,
    PushReceiver,
    ReplaceOnlineReceivers,
    ReplaceReceivers,
)
from amity.wire.events.requests import AfterAddFriend, AfterAddFriendAgree, BeforeAddFriend, BeforeAddFriendAgree
from amity.wire.events.taking_back import AfterRevokeMsg
from amity.wire.events.users import (
    AfterUpdateUserInfo,
    AfterUpdateUserInfoEx,
    AfterUserRegister,
    BeforeUpdateUserInfo,
    BeforeUpdateUserInfoEx,
    BeforeUserRegister,
    ReplaceProfile,
    ReplaceUsers,
    UserProfile,
)

__all__ = [
    "AfterAddBlack",
    "AfterAddFriend",
    "AfterAddFriendAgree",
    "AfterCreateSingleChatConversations",
    "AfterDeleteFriend",
    "AfterEvent",
    "AfterImportFriends",
    "AfterMsgSaveDB",
    "AfterOfflinePush",
    "AfterRemoveBlack",
    "AfterRevokeMsg",
    "AfterSendSingleMsg",
    "AfterSetFriendRemark",
    "AfterSingleMsgRead",
    "AfterUpdateUserInfo",
    "AfterUpdateUserInfoEx",
    "AfterUserKickOff",
    "AfterUserOffline",
    "AfterUserOnline",
    "AfterUserRegister",
    "BeforeAddBlack",
    "BeforeAddFriend",
    "BeforeAddFriendAgree",
    "BeforeCreateSingleChatConversations",
    "BeforeEvent",
    "BeforeImportFriends",
    "BeforeMsgModify",
    "BeforeOfflinePush",
    "BeforeOnlinePush",
    "BeforeSendSingleMsg",
    "BeforeSetFriendRemark",
    "BeforeUpdateUserInfo",
    "BeforeUpdateUserInfoEx",
    "BeforeUserRegister",
    "Change",
    "Event",
    "OfflinePushInfo",
    "PushDevice",
    "PushReceiver",
    "ReplaceConversation",
    "ReplaceFriends",
    "ReplaceMessage",
    "ReplaceOnlineReceivers",
    "ReplaceProfile",
    "ReplaceReceivers",
    "ReplaceRemark",
    "ReplaceUsers",
    "UserProfile",
]
