"""Every callback key of OpenIM 3.8's webhooks.yml, so that the file can be used unchanged, and ``afterAddBlack``, which
it lacks.

Source: the key names of open-im-server 3.8's ``config/webhooks.yml``.
"""

# Callbacks that this version sends; amity.wire.events.catalogue has one type for each.
RAISED = frozenset(
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
        "afterAddBlack",
        "afterRemoveBlack",
        "afterUserOnline",
        "afterUserOffline",
        "afterUserKickOff",
    }
)

NOT_RAISED = frozenset(
    {
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

KEYS = RAISED | NOT_RAISED

# The names in OpenIM 3.8.0's and 3.8.1's file.
OLDER_NAMES = {
    "beforeSetGroupInfoEX": "beforeSetGroupInfoEx",
    "afterSetGroupInfoEX": "afterSetGroupInfoEx",
}
