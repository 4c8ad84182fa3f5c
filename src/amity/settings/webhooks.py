"""Every callback key that OpenIM 3.8's webhooks.yml knows, so that the file can be taken as it is.

Source: the key names of open-im-server 3.8's ``config/webhooks.yml``.
"""

# Those whose event this version raises; the catalogue in amity.callbacks.events has one type for each.
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
        "beforeAddFriend",
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
        "beforeAddBlack",
        "afterAddFriend",
        "beforeAddFriendAgree",
        "afterAddFriendAgree",
        "afterRemoveBlack",
        "beforeCreateSingleChatConversations",
        "afterCreateSingleChatConversations",
        "beforeCreateGroupChatConversations",
        "afterCreateGroupChatConversations",
    }
)

KEYS = RAISED | NOT_RAISED
