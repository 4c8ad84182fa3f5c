"""Every callback key that OpenIM 3.8's webhooks.yml knows, so that the file can be taken as it is, and
``afterAddBlack``, which it lacks.

Source: the key names of open-im-server 3.8's ``config/webhooks.yml``.
"""

# Those whose event this version raises; the catalogue in amity.wire.events.catalogue has one type for each.
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

# As OpenIM 3.8.0 and 3.8.1 ship the file.
OLDER_NAMES = {
    "beforeSetGroupInfoEX": "beforeSetGroupInfoEx",
    "afterSetGroupInfoEX": "afterSetGroupInfoEx",
}
