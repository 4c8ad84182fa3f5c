"""Every key of a callback: those of OpenIM 3.8's webhooks.yml, so that the file can be used unchanged, and those whose
event this version sends.

Source: the key names of open-im-server 3.8's ``config/webhooks.yml``.
"""

from amity.settings.model import Callback
from amity.wire.events.catalogue import BY_SETTING

OPENIM = frozenset(
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

ABOUT_MESSAGES = frozenset(
    {
        "beforeSendSingleMsg",
        "afterSendSingleMsg",
        "beforeSendGroupMsg",
        "afterSendGroupMsg",
        "beforeMsgModify",
        "afterMsgSaveDB",
        "beforeOfflinePush",
        "beforeOnlinePush",
        "beforeGroupOnlinePush",
        "afterOfflinePush",
    }
)
"""Those for which ``attentionIds``, ``allowedTypes`` and ``deniedTypes`` have an effect."""
PUSHES = frozenset({"beforeOfflinePush", "beforeOnlinePush", "beforeGroupOnlinePush"})
"""Those that fail without an effect unless the settings say otherwise."""

RAISED = frozenset(BY_SETTING)
KEYS = RAISED | OPENIM
NOT_RAISED = KEYS - RAISED

NEVER_SENT = frozenset({"afterGroupMsgRevoke"})
"""Those in OpenIM's file that no code of its server sends."""

# The names in OpenIM 3.8.0's and 3.8.1's file.
OLDER_NAMES = {
    "beforeSetGroupInfoEX": "beforeSetGroupInfoEx",
    "afterSetGroupInfoEX": "afterSetGroupInfoEx",
}


def goes_on(setting: str, callback: Callback) -> bool:
    """Return whether what a before-callback is about goes on where the callback fails."""
    return setting in PUSHES if callback.failed_continue is None else callback.failed_continue
