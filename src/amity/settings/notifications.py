"""Every key of a type of notification: those of OpenIM 3.8's notification.yml, so that the file can be used unchanged,
and our own for what an import tells.

Source: the key names of open-im-server 3.8's ``config/notification.yml``.
"""

IMPORTED = "friendsImported"
"""Our own: what OpenIM sends as an accepted friend request."""
APPROVED = "friendApplicationApproved"
_OF_GROUPS = frozenset(
    {
        "groupCreated",
        "groupInfoSet",
        "joinGroupApplication",
        "memberQuit",
        "groupApplicationAccepted",
        "groupApplicationRejected",
        "groupOwnerTransferred",
        "memberKicked",
        "memberInvited",
        "memberEnter",
        "groupDismissed",
        "groupMuted",
        "groupCancelMuted",
        "groupMemberMuted",
        "groupMemberCancelMuted",
        "groupMemberInfoSet",
        "groupInfoSetAnnouncement",
        "groupInfoSetName",
    }
)
KEYS = _OF_GROUPS | {
    IMPORTED,
    APPROVED,
    "friendApplicationAdded",
    "friendApplicationRejected",
    "friendAdded",
    "friendDeleted",
    "friendRemarkSet",
    "blackAdded",
    "blackDeleted",
    "friendInfoUpdated",
    "userInfoUpdated",
    "userStatusChanged",
    "conversationChanged",
    "conversationSetPrivate",
}
SENT_AS_MESSAGES = (
    _OF_GROUPS
    - {"groupInfoSet", "joinGroupApplication", "groupApplicationAccepted", "groupApplicationRejected"}
    - {"groupMemberInfoSet"}
) | {APPROVED, "conversationSetPrivate"}
"""Types that are messages of the chat, too, unless the settings say otherwise."""
AS_MESSAGES = frozenset({IMPORTED, APPROVED}) | (
    _OF_GROUPS - {"joinGroupApplication", "groupApplicationAccepted", "groupApplicationRejected"}
)
"""Types of which this version can make messages."""
