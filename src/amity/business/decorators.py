"""The decorators of every callback, each typed by its event and by what its handler may return.

Written from the declarations of the events by `make events`: not to be edited.
"""

from typing import Never

from amity.business.handlers import After, Before, Handlers
from amity.wire.events.blacks import AfterAddBlack, AfterRemoveBlack, BeforeAddBlack
from amity.wire.events.conversations import (
    AfterCreateGroupChatConversations,
    AfterCreateSingleChatConversations,
    BeforeCreateGroupChatConversations,
    BeforeCreateSingleChatConversations,
    ReplaceConversation,
)
from amity.wire.events.friends import (
    AfterDeleteFriend,
    AfterImportFriends,
    AfterSetFriendRemark,
    BeforeImportFriends,
    BeforeSetFriendRemark,
    ReplaceFriends,
    ReplaceRemark,
)
from amity.wire.events.group_joining import (
    AfterApplyJoinGroup,
    AfterHandleGroupApplication,
    AfterJoinGroup,
    AfterMembersJoinGroup,
    BeforeInviteJoinGroup,
    BeforeJoinGroup,
    BeforeMembersJoinGroup,
    ReplaceInvited,
    ReplaceMembers,
)
from amity.wire.events.group_members import (
    AfterKickGroup,
    AfterMuteGroupMember,
    AfterQuitGroup,
    AfterSetGroupMemberInfo,
    BeforeSetGroupMemberInfo,
    ReplaceMemberInfo,
)
from amity.wire.events.groups import (
    AfterCreateGroup,
    AfterDisMissGroup,
    AfterMuteGroup,
    AfterSetGroupInfo,
    AfterSetGroupInfoEx,
    AfterTransferGroupOwner,
    BeforeCreateGroup,
    BeforeSetGroupInfo,
    BeforeSetGroupInfoEx,
    ReplaceGroupInfo,
    ReplaceNewGroup,
)
from amity.wire.events.messages import (
    AfterGroupMsgRead,
    AfterMsgSaveDB,
    AfterSendGroupMsg,
    AfterSendSingleMsg,
    AfterSingleMsgRead,
    BeforeMsgModify,
    BeforeSendGroupMsg,
    BeforeSendSingleMsg,
    ReplaceMessage,
)
from amity.wire.events.presence import AfterUserKickOff, AfterUserOffline, AfterUserOnline
from amity.wire.events.pushes import (
    AfterOfflinePush,
    BeforeGroupOnlinePush,
    BeforeOfflinePush,
    BeforeOnlinePush,
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
)


class Decorators(Handlers):
    """The decorators: one attribute per event."""

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
    before_send_single_msg: Before[BeforeSendSingleMsg, Never]
    after_send_single_msg: After[AfterSendSingleMsg]
    before_send_group_msg: Before[BeforeSendGroupMsg, Never]
    after_send_group_msg: After[AfterSendGroupMsg]
    before_msg_modify: Before[BeforeMsgModify, ReplaceMessage]
    after_msg_save_db: After[AfterMsgSaveDB]
    after_single_msg_read: After[AfterSingleMsgRead]
    after_group_msg_read: After[AfterGroupMsgRead]
    after_revoke_msg: After[AfterRevokeMsg]
    before_online_push: Before[BeforeOnlinePush, ReplaceOnlineReceivers]
    before_group_online_push: Before[BeforeGroupOnlinePush, ReplaceOnlineReceivers]
    before_offline_push: Before[BeforeOfflinePush, ReplaceReceivers]
    after_offline_push: After[AfterOfflinePush]
    before_create_single_chat_conversations: Before[BeforeCreateSingleChatConversations, ReplaceConversation]
    after_create_single_chat_conversations: After[AfterCreateSingleChatConversations]
    before_create_group_chat_conversations: Before[BeforeCreateGroupChatConversations, ReplaceConversation]
    after_create_group_chat_conversations: After[AfterCreateGroupChatConversations]
    before_create_group: Before[BeforeCreateGroup, ReplaceNewGroup]
    after_create_group: After[AfterCreateGroup]
    before_set_group_info: Before[BeforeSetGroupInfo, ReplaceGroupInfo]
    after_set_group_info: After[AfterSetGroupInfo]
    before_set_group_info_ex: Before[BeforeSetGroupInfoEx, ReplaceGroupInfo]
    after_set_group_info_ex: After[AfterSetGroupInfoEx]
    after_transfer_group_owner: After[AfterTransferGroupOwner]
    after_mute_group: After[AfterMuteGroup]
    after_dis_miss_group: After[AfterDisMissGroup]
    before_join_group: Before[BeforeJoinGroup, Never]
    after_apply_join_group: After[AfterApplyJoinGroup]
    after_handle_group_application: After[AfterHandleGroupApplication]
    before_invite_join_group: Before[BeforeInviteJoinGroup, ReplaceInvited]
    before_members_join_group: Before[BeforeMembersJoinGroup, ReplaceMembers]
    after_join_group: After[AfterJoinGroup]
    after_members_join_group: After[AfterMembersJoinGroup]
    before_set_group_member_info: Before[BeforeSetGroupMemberInfo, ReplaceMemberInfo]
    after_set_group_member_info: After[AfterSetGroupMemberInfo]
    after_mute_group_member: After[AfterMuteGroupMember]
    after_quit_group: After[AfterQuitGroup]
    after_kick_group: After[AfterKickGroup]
