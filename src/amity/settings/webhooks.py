"""Every key of a callback: those of OpenIM 3.8's webhooks.yml, so that the file can be taken as it is, and those whose
event this version raises.

Source: the key names of open-im-server 3.8's ``config/webhooks.yml``.
"""

from amity.wire.events.catalogue import BY_SETTING

_OPENIM = frozenset(
    {
        "beforeUserRegister",
        "afterUserRegister",
        "beforeUpdateUserInfo",
        "afterUpdateUserInfo",
        "beforeUpdateUserInfoEx",
        "afterUpdateUserInfoEx",
        "beforeImportFriends",
        "afterImportFriends",
        "afterDeleteFriend",
        "beforeSetFriendRemark",
        "afterSetFriendRemark",
        "beforeAddFriend",
        "afterAddFriend",
        "beforeAddFriendAgree",
        "afterAddFriendAgree",
        "beforeAddBlack",
        "afterRemoveBlack",
        "afterUserOnline",
        "afterUserOffline",
        "afterUserKickOff",
        "beforeSendSingleMsg",
        "afterSendSingleMsg",
        "beforeSendGroupMsg",
        "beforeMsgModify",
        "afterSendGroupMsg",
        "afterMsgSaveDB",
        "beforeOfflinePush",
        "beforeOnlinePush",
        "beforeGroupOnlinePush",
        "beforeCreateGroup",
        "afterCreateGroup",
        "beforeMemberJoinGroup",
        "beforeSetGroupMemberInfo",
        "afterSetGroupMemberInfo",
        "afterQuitGroup",
        "afterKickGroupMember",
        "afterDismissGroup",
        "beforeApplyJoinGroup",
        "afterGroupMsgRead",
        "afterSingleMsgRead",
        "afterTransferGroupOwner",
        "afterGroupMsgRevoke",
        "afterJoinGroup",
        "beforeInviteUserToGroup",
        "afterSetGroupInfo",
        "beforeSetGroupInfo",
        "afterSetGroupInfoEx",
        "beforeSetGroupInfoEx",
        "afterRevokeMsg",
        "beforeCreateSingleChatConversations",
        "afterCreateSingleChatConversations",
        "beforeCreateGroupChatConversations",
        "afterCreateGroupChatConversations",
    }
)

RAISED = frozenset(BY_SETTING)
KEYS = RAISED | _OPENIM
NOT_RAISED = KEYS - RAISED

# As OpenIM 3.8.0 and 3.8.1 ship the file.
OLDER_NAMES = {
    "beforeSetGroupInfoEX": "beforeSetGroupInfoEx",
    "afterSetGroupInfoEX": "afterSetGroupInfoEx",
}
