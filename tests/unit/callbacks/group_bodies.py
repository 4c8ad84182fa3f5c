"""The bodies of the events of groups, as OpenIM 3.8 sends them; of amity's own, as their pages say.

Source: open-im-server 3.8, pkg/callbackstruct/{group,conversation}.go.
"""

from typing import Any

from amity.business import events
from amity.wire.events.event import Event
from amity.wire.events.groups import WORKING

INFO: dict[str, Any] = {
    "group_id": "g1",
    "group_name": "G",
    "notification": "n",
    "introduction": "i",
    "face_url": "f",
    "owner_user_id": "ann",
    "create_time": 5,
    "member_count": 2,
    "ex": "e",
    "status": 0,
    "creator_user_id": "ann",
    "group_type": 2,
    "need_verification": 1,
    "look_member_info": 0,
    "apply_member_friend": 1,
    "notification_update_time": 6,
    "notification_user_id": "bob",
    "init_member_list": [
        events.NewMember(user_id="ann", role_level=100),
        events.NewMember(user_id="bob"),
    ],
}
INFO_JSON = (
    '"groupID":"g1","groupName":"G","notification":"n","introduction":"i","faceURL":"f","ownerUserID":"ann",'
    '"createTime":5,"memberCount":2,"ex":"e","status":0,"creatorUserID":"ann","groupType":2,"needVerification":1,'
    '"lookMemberInfo":0,"applyMemberFriend":1,"notificationUpdateTime":6,"notificationUserID":"bob",'
    '"initMemberList":[{"userID":"ann","roleLevel":100},{"userID":"bob","roleLevel":20}]'
)
CHAT: dict[str, Any] = {
    "owner_user_id": "",
    "conversation_id": "sg_g1",
    "conversation_type": 3,
    "group_id": "g1",
    "recv_msg_opt": 0,
    "is_pinned": False,
    "is_private_chat": False,
    "burn_duration": 0,
    "group_at_type": 0,
    "attached_info": "",
    "ex": "",
}
CHAT_JSON = (
    '"ownerUserId":"","conversationId":"sg_g1","conversationType":3,"groupId":"g1","recvMsgOpt":0,"isPinned":false,'
    '"isPrivateChat":false,"burnDuration":0,"groupAtType":0,"attachedInfo":"","ex":""'
)
GROUP_BODIES: list[tuple[Event, str]] = [
    (
        events.BeforeCreateGroupChatConversations(**CHAT),
        f'"callbackBeforeCreateGroupChatConversationsCommand",{CHAT_JSON}',
    ),
    (
        events.AfterCreateGroupChatConversations(**CHAT),
        f'"callbackAfterCreateGroupChatConversationsCommand",{CHAT_JSON}',
    ),
    # OpenIM's server sends its operationID first.
    (
        events.BeforeCreateGroup(**INFO, operation_id="op"),
        f'"callbackBeforeCreateGroupCommand",{INFO_JSON},"operationID":"op"',
    ),
    (events.AfterCreateGroup(**INFO), f'"callbackAfterCreateGroupCommand",{INFO_JSON}'),
    (
        events.BeforeSetGroupInfo(
            operation_id="op",
            group_id="g1",
            group_name="G",
            ex="",
            need_verification=1,
            look_member_info=0,
            apply_member_friend=0,
        ),
        (
            '"callbackBeforeSetGroupInfoCommand","operationID":"op","groupID":"g1","groupName":"G","notification":"",'
            '"introduction":"","faceURL":"","ex":"","needVerification":1,"lookMemberInfo":0,"applyMemberFriend":0'
        ),
    ),
    (
        events.AfterSetGroupInfo(operation_id="op", group_id="g1", group_name="G", need_verification=1),
        (
            '"callbackAfterSetGroupInfoCommand","operationID":"op","groupID":"g1","groupName":"G","notification":"",'
            '"introduction":"","faceURL":"","ex":null,"needVerification":1,"lookMemberInfo":null,"applyMemberFriend":null'
        ),
    ),
    (
        events.BeforeSetGroupInfoEx(operation_id="op", group_id="g1", ex=""),
        (
            '"callbackBeforeSetGroupInfoExCommand","operationID":"op","groupID":"g1","groupName":null,"notification":null,'
            '"introduction":null,"faceURL":null,"ex":"","needVerification":null,"lookMemberInfo":null,'
            '"applyMemberFriend":null'
        ),
    ),
    (
        events.AfterSetGroupInfoEx(operation_id="op", group_id="g1", apply_member_friend=1),
        (
            '"callbackAfterSetGroupInfoExCommand","operationID":"op","groupID":"g1","groupName":null,"notification":null,'
            '"introduction":null,"faceURL":null,"ex":null,"needVerification":null,"lookMemberInfo":null,'
            '"applyMemberFriend":1'
        ),
    ),
    (
        events.AfterTransferGroupOwner(group_id="g1", old_owner_user_id="ann", new_owner_user_id="bob"),
        '"callbackAfterTransferGroupOwnerCommand","groupID":"g1","oldOwnerUserID":"ann","newOwnerUserID":"bob"',
    ),
    (
        events.AfterMuteGroup(group_id="g1", operator_user_id="ann", is_muted=False),
        '"callbackAfterMuteGroupCommand","groupID":"g1","operatorUserID":"ann","isMuted":false',
    ),
    (
        events.AfterDisMissGroup(group_id="g1", owner_id="ann", group_type=WORKING, members_id=["ann", "bob"]),
        (
            r'"callbackAfterDisMissGroupCommand","groupID":"g1","ownerID":"ann","groupType":"\u0002",'
            '"membersID":["ann","bob"]'
        ),
    ),
    (
        events.BeforeJoinGroup(group_id="g1", group_type=WORKING, apply_id="cy", req_message="m", ex="e"),
        r'"callbackBeforeJoinGroupCommand","groupID":"g1","groupType":"\u0002","applyID":"cy","reqMessage":"m","ex":"e"',
    ),
    (
        events.AfterApplyJoinGroup(
            group_id="g1", applicant_user_id="cy", inviter_user_id="", req_message="m", join_source=3, ex="e"
        ),
        (
            '"callbackAfterApplyJoinGroupCommand","groupID":"g1","applicantUserID":"cy","inviterUserID":"",'
            '"reqMessage":"m","joinSource":3,"ex":"e"'
        ),
    ),
    (
        events.AfterHandleGroupApplication(
            group_id="g1", applicant_user_id="cy", handler_user_id="ann", handle_result=-1, handle_msg="no"
        ),
        (
            '"callbackAfterHandleGroupApplicationCommand","groupID":"g1","applicantUserID":"cy","handlerUserID":"ann",'
            '"handleResult":-1,"handleMsg":"no"'
        ),
    ),
    (
        events.BeforeInviteJoinGroup(operation_id="op", group_id="g1", reason="r", invited_user_ids=["cy"]),
        '"callbackBeforeInviteJoinGroupCommand","operationID":"op","groupID":"g1","reason":"r","invitedUserIDs":["cy"]',
    ),
    (
        events.BeforeMembersJoinGroup(
            group_id="g1", member_list=[events.JoiningMember(user_id="cy", ex="e")], group_ex="x"
        ),
        '"callbackBeforeMembersJoinGroupCommand","groupID":"g1","memberList":[{"userID":"cy","ex":"e"}],"groupEx":"x"',
    ),
    (
        events.AfterJoinGroup(operation_id="op", group_id="g1", req_message="m", join_source=3, inviter_user_id="cy"),
        (
            '"callbackAfterJoinGroupCommand","operationID":"op","groupID":"g1","reqMessage":"m","joinSource":3,'
            '"inviterUserID":"cy"'
        ),
    ),
    (
        events.AfterMembersJoinGroup(
            group_id="g1", member_user_ids=["cy"], join_source=2, operator_user_id="ann", inviter_user_id="bob"
        ),
        (
            '"callbackAfterMembersJoinGroupCommand","groupID":"g1","memberUserIDs":["cy"],"joinSource":2,'
            '"operatorUserID":"ann","inviterUserID":"bob"'
        ),
    ),
    (
        events.BeforeSetGroupMemberInfo(group_id="g1", user_id="bob", nick_name="B"),
        (
            '"callbackBeforeSetGroupMemberInfoCommand","groupID":"g1","userID":"bob","nickName":"B","faceURL":null,'
            '"roleLevel":null,"ex":null'
        ),
    ),
    (
        events.AfterSetGroupMemberInfo(group_id="g1", user_id="bob", role_level=60, ex=""),
        (
            '"callbackAfterSetGroupMemberInfoCommand","groupID":"g1","userID":"bob","nickName":null,"faceURL":null,'
            '"roleLevel":60,"ex":""'
        ),
    ),
    (
        events.AfterMuteGroupMember(group_id="g1", user_id="bob", operator_user_id="ann", muted_seconds=0),
        '"callbackAfterMuteGroupMemberCommand","groupID":"g1","userID":"bob","operatorUserID":"ann","mutedSeconds":0',
    ),
    (
        events.AfterQuitGroup(group_id="g1", user_id="bob"),
        '"callbackAfterQuitGroupCommand","groupID":"g1","userID":"bob"',
    ),
    (
        events.AfterKickGroup(group_id="g1", kicked_user_ids=["bob", "cy"], reason="r"),
        '"callbackAfterKickGroupCommand","groupID":"g1","kickedUserIDs":["bob","cy"],"reason":"r"',
    ),
]
"""In the order of the declarations: an event, and its fields."""
