// Written from the declarations of the events by `make events`: not to be edited.

import type { Shape } from "./shapes.js";

/** A user as the user callbacks show it; `createTime` in milliseconds since 1970. */
export interface UserProfile {
  userID: string;
  nickname?: string;
  faceURL?: string;
  ex?: string;
  createTime?: number;
  appMangerLevel?: number;
  globalRecvMsgOpt?: number;
}

/** See docs/callbacks/before-user-register.md. */
export interface BeforeUserRegister {
  users: readonly UserProfile[];
}

export interface ReplaceUsers {
  users?: readonly UserProfile[] | null;
}

/** See docs/callbacks/after-user-register.md. */
export interface AfterUserRegister {
  users: readonly UserProfile[];
}

/**
 * The fields of the four profile callbacks; `null` where the caller did not give the field. See
 * docs/callbacks/before-update-user-info.md.
 */
export interface BeforeUpdateUserInfo {
  userID: string;
  nickName?: string | null;
  faceURL?: string | null;
  ex?: string | null;
}

export interface ReplaceProfile {
  nickName?: string | null;
  faceURL?: string | null;
  ex?: string | null;
}

/**
 * The fields of the four profile callbacks; `null` where the caller did not give the field. See
 * docs/callbacks/after-update-user-info.md.
 */
export interface AfterUpdateUserInfo {
  userID: string;
  nickName?: string | null;
  faceURL?: string | null;
  ex?: string | null;
}

/**
 * The fields of the four profile callbacks; `null` where the caller did not give the field. See
 * docs/callbacks/before-update-user-info-ex.md.
 */
export interface BeforeUpdateUserInfoEx {
  userID: string;
  nickName?: string | null;
  faceURL?: string | null;
  ex?: string | null;
}

/**
 * The fields of the four profile callbacks; `null` where the caller did not give the field. See
 * docs/callbacks/after-update-user-info-ex.md.
 */
export interface AfterUpdateUserInfoEx {
  userID: string;
  nickName?: string | null;
  faceURL?: string | null;
  ex?: string | null;
}

/** The fields of what is about the friends and the blacklist of a user. See docs/callbacks/before-import-friends.md. */
export interface BeforeImportFriends {
  ownerUserID: string;
  friendUserIDs: readonly string[];
}

export interface ReplaceFriends {
  friendUserIDs?: readonly string[] | null;
}

/** The fields of what is about the friends and the blacklist of a user. See docs/callbacks/after-import-friends.md. */
export interface AfterImportFriends {
  ownerUserID: string;
  friendUserIDs: readonly string[];
}

/** The fields of what is about the friends and the blacklist of a user. See docs/callbacks/after-delete-friend.md. */
export interface AfterDeleteFriend {
  ownerUserID: string;
  friendUserID: string;
}

/**
 * The fields of what is about the friends and the blacklist of a user. See docs/callbacks/before-set-friend-remark.md.
 */
export interface BeforeSetFriendRemark {
  ownerUserID: string;
  friendUserID: string;
  remark: string;
}

export interface ReplaceRemark {
  remark?: string | null;
}

/**
 * The fields of what is about the friends and the blacklist of a user. See docs/callbacks/after-set-friend-remark.md.
 */
export interface AfterSetFriendRemark {
  ownerUserID: string;
  friendUserID: string;
  remark: string;
}

/**
 * About an application for friendship. All of them keep the order of the applicant's: so the agreement comes after the
 * application that it answers. See docs/callbacks/before-add-friend.md.
 */
export interface BeforeAddFriend {
  fromUserID: string;
  toUserID: string;
  reqMsg: string;
  ex?: string;
}

/**
 * About an application for friendship. All of them keep the order of the applicant's: so the agreement comes after the
 * application that it answers. See docs/callbacks/after-add-friend.md.
 */
export interface AfterAddFriend {
  fromUserID: string;
  toUserID: string;
  reqMsg: string;
}

/**
 * `blackUserID` agrees to the application of `fromUserID`. OpenIM's server names three fields so, and newer pages of
 * its documentation do too; older ones have the names of `documented`. Source: pkg/callbackstruct/friend.go of
 * open-im-server 3.8; docs.openim.io, addFriendAgreeBefore and addFriendAgreeAfter below restapi/webhooks/relationship.
 * See docs/callbacks/before-add-friend-agree.md.
 */
export interface BeforeAddFriendAgree {
  fromUserID: string;
  blackUserID: string;
  HandleResult: number;
  HandleMsg: string;
}

/**
 * `blackUserID` agrees to the application of `fromUserID`. OpenIM's server names three fields so, and newer pages of
 * its documentation do too; older ones have the names of `documented`. Source: pkg/callbackstruct/friend.go of
 * open-im-server 3.8; docs.openim.io, addFriendAgreeBefore and addFriendAgreeAfter below restapi/webhooks/relationship.
 * See docs/callbacks/after-add-friend-agree.md.
 */
export interface AfterAddFriendAgree {
  fromUserID: string;
  blackUserID: string;
  HandleResult: number;
  HandleMsg: string;
}

/** The fields of what is about the friends and the blacklist of a user. See docs/callbacks/before-add-black.md. */
export interface BeforeAddBlack {
  ownerUserID: string;
  blackUserID: string;
}

/**
 * OpenIM's own server has no such callback; its name follows from the others'. See docs/callbacks/after-add-black.md.
 */
export interface AfterAddBlack {
  ownerUserID: string;
  blackUserID: string;
}

/** The fields of what is about the friends and the blacklist of a user. See docs/callbacks/after-remove-black.md. */
export interface AfterRemoveBlack {
  ownerUserID: string;
  blackUserID: string;
}

/**
 * What the presence callbacks have in common; `platform` is the platform's name. The time is `seq`, in milliseconds
 * since 1970. See docs/callbacks/after-user-online.md.
 */
export interface AfterUserOnline {
  operationID: string;
  platformID: number;
  platform: string;
  userID: string;
  seq: number;
  isAppBackground: boolean;
  connID: string;
}

/**
 * What the presence callbacks have in common; `platform` is the platform's name. The time is `seq`, in milliseconds
 * since 1970. See docs/callbacks/after-user-offline.md.
 */
export interface AfterUserOffline {
  operationID: string;
  platformID: number;
  platform: string;
  userID: string;
  seq: number;
  connID: string;
}

/**
 * What the presence callbacks have in common; `platform` is the platform's name. The time is `seq`, in milliseconds
 * since 1970. See docs/callbacks/after-user-kick-off.md.
 */
export interface AfterUserKickOff {
  operationID: string;
  platformID: number;
  platform: string;
  userID: string;
  seq: number;
}

/**
 * A message of a single chat. The events of a chat keep the order of its messages. See
 * docs/callbacks/before-send-single-msg.md.
 */
export interface BeforeSendSingleMsg {
  sendID: string;
  serverMsgID: string;
  clientMsgID: string;
  operationID: string;
  senderPlatformID: number;
  senderNickname: string;
  sessionType: number;
  msgFrom: number;
  contentType: number;
  status: number;
  sendTime: number;
  createTime: number;
  content: string;
  seq: number;
  atUserList: readonly string[] | null;
  faceURL: string;
  ex: string;
  recvID: string;
}

/**
 * A message of a single chat. The events of a chat keep the order of its messages. See
 * docs/callbacks/after-send-single-msg.md.
 */
export interface AfterSendSingleMsg {
  sendID: string;
  serverMsgID: string;
  clientMsgID: string;
  operationID: string;
  senderPlatformID: number;
  senderNickname: string;
  sessionType: number;
  msgFrom: number;
  contentType: number;
  status: number;
  sendTime: number;
  createTime: number;
  content: string;
  seq: number;
  atUserList: readonly string[] | null;
  faceURL: string;
  ex: string;
  recvID: string;
}

/**
 * A message of a group. The events of a group keep the order of its messages. See
 * docs/callbacks/before-send-group-msg.md.
 */
export interface BeforeSendGroupMsg {
  sendID: string;
  serverMsgID: string;
  clientMsgID: string;
  operationID: string;
  senderPlatformID: number;
  senderNickname: string;
  sessionType: number;
  msgFrom: number;
  contentType: number;
  status: number;
  sendTime: number;
  createTime: number;
  content: string;
  seq: number;
  atUserList: readonly string[] | null;
  faceURL: string;
  ex: string;
  groupID: string;
}

/**
 * A message of a group. The events of a group keep the order of its messages. See
 * docs/callbacks/after-send-group-msg.md.
 */
export interface AfterSendGroupMsg {
  sendID: string;
  serverMsgID: string;
  clientMsgID: string;
  operationID: string;
  senderPlatformID: number;
  senderNickname: string;
  sessionType: number;
  msgFrom: number;
  contentType: number;
  status: number;
  sendTime: number;
  createTime: number;
  content: string;
  seq: number;
  atUserList: readonly string[] | null;
  faceURL: string;
  ex: string;
  groupID: string;
}

/**
 * A message; times in milliseconds since 1970, `content` the JSON of its kind. `seq` is 0 of what has no number yet, or
 * gets none; `atUserList` is `null` if nobody is named. See docs/callbacks/before-msg-modify.md.
 */
export interface BeforeMsgModify {
  sendID: string;
  serverMsgID: string;
  clientMsgID: string;
  operationID: string;
  senderPlatformID: number;
  senderNickname: string;
  sessionType: number;
  msgFrom: number;
  contentType: number;
  status: number;
  sendTime: number;
  createTime: number;
  content: string;
  seq: number;
  atUserList: readonly string[] | null;
  faceURL: string;
  ex: string;
}

export interface OfflinePushInfo {
  title?: string;
  desc?: string;
  ex?: string;
  iOSPushSound?: string;
  iOSBadgeCount?: boolean;
  signalInfo?: string;
}

export interface ReplaceMessage {
  content?: string | null;
  recvID?: string | null;
  groupID?: string | null;
  clientMsgID?: string | null;
  serverMsgID?: string | null;
  senderPlatformID?: number | null;
  senderNickname?: string | null;
  senderFaceURL?: string | null;
  sessionType?: number | null;
  msgFrom?: number | null;
  contentType?: number | null;
  status?: number | null;
  options?: Readonly<Record<string, boolean>> | null;
  offlinePushInfo?: OfflinePushInfo | null;
  atUserIDList?: readonly string[] | null;
  attachedInfo?: string | null;
  ex?: string | null;
}

/**
 * A message of a single chat. The events of a chat keep the order of its messages. See
 * docs/callbacks/after-msg-save-db.md.
 */
export interface AfterMsgSaveDB {
  sendID: string;
  serverMsgID: string;
  clientMsgID: string;
  operationID: string;
  senderPlatformID: number;
  senderNickname: string;
  sessionType: number;
  msgFrom: number;
  contentType: number;
  status: number;
  sendTime: number;
  createTime: number;
  content: string;
  seq: number;
  atUserList: readonly string[] | null;
  faceURL: string;
  ex: string;
  recvID: string;
  groupID: string;
}

/** `contentType` is the type of the conversation: 1, a single chat. See docs/callbacks/after-single-msg-read.md. */
export interface AfterSingleMsgRead {
  conversationID: string;
  userID: string;
  Seqs: readonly number[] | null;
  contentType: number;
}

/**
 * A member has read messages of a group. `receiveID` is the group, as OpenIM documents it: its server sends the reader
 * there, too. `unreadMsgNum` is how many the reader has not read; `contentType` is the type of the conversation: 3, a
 * group. See docs/callbacks/after-group-msg-read.md.
 */
export interface AfterGroupMsgRead {
  sendID: string;
  receiveID: string;
  unreadMsgNum: number;
  contentType: number;
}

/**
 * A message was revoked. Its order is that of its conversation. Source: open-im-server 3.8
 * `pkg/callbackstruct/revoke.go`; the command's name is OpenIM's. See docs/callbacks/after-revoke-msg.md.
 */
export interface AfterRevokeMsg {
  conversationID: string;
  seq: number;
  userID: string;
}

/**
 * A message on its way to clients. `platformID` and `platform` are the sender's; `content` is the JSON of its kind;
 * `atUserIDList` is `null` if nobody is named. See docs/callbacks/before-online-push.md.
 */
export interface BeforeOnlinePush {
  operationID: string;
  platformID: number;
  platform: string;
  userIDList: readonly string[];
  clientMsgID: string;
  sendID: string;
  groupID: string;
  contentType: number;
  sessionType: number;
  atUserIDList: readonly string[] | null;
  content: string;
}

export interface ReplaceOnlineReceivers {
  userIDList?: readonly string[] | null;
}

/**
 * A group's message on its way to the clients of its members, whom it does not name. The fields are those of a single
 * chat's. `seq` is 0 for a message that is not stored. See docs/callbacks/before-group-online-push.md.
 */
export interface BeforeGroupOnlinePush {
  operationID: string;
  platformID: number;
  platform: string;
  clientMsgID: string;
  sendID: string;
  groupID: string;
  contentType: number;
  sessionType: number;
  atUserIDList: readonly string[] | null;
  content: string;
  seq: number;
}

/**
 * `userIDList` have no phone connected. The texts of the message for devices that are offline are sent where it has
 * some. See docs/callbacks/before-offline-push.md.
 */
export interface BeforeOfflinePush {
  operationID: string;
  platformID: number;
  platform: string;
  userIDList: readonly string[];
  clientMsgID: string;
  sendID: string;
  groupID: string;
  contentType: number;
  sessionType: number;
  atUserIDList: readonly string[] | null;
  content: string;
  title?: string;
  desc?: string;
  ex?: string;
  iOSPushSound?: string;
  iOSBadgeCount?: boolean;
  signalInfo?: string;
}

export interface ReplaceReceivers {
  userIDList?: readonly string[] | null;
  offlinePushInfo?: OfflinePushInfo | null;
}

/** Where a push service finds a device. `expireTime` in milliseconds since 1970; 0 if it does not expire. */
export interface PushDevice {
  platformID: number;
  token: string;
  expireTime: number;
}

/** A user without a connected phone. `badge` is the number for the app's icon. */
export interface PushReceiver {
  userID: string;
  badge: number;
  devices: readonly PushDevice[];
}

/**
 * What is to be shown on the devices of these users. `sendTime` in milliseconds since 1970; `seq` is 0 for a message
 * that is not stored. See docs/callbacks/after-offline-push.md.
 */
export interface AfterOfflinePush {
  operationID: string;
  receivers: readonly PushReceiver[];
  title: string;
  desc: string;
  ex: string;
  iOSPushSound: string;
  iOSBadgeCount: boolean;
  conversationID: string;
  clientMsgID: string;
  serverMsgID: string;
  seq: number;
  sendID: string;
  senderNickname: string;
  groupID: string;
  contentType: number;
  sessionType: number;
  sendTime: number;
}

/** A user's row of a single chat. See docs/callbacks/before-create-single-chat-conversations.md. */
export interface BeforeCreateSingleChatConversations {
  ownerUserId: string;
  conversationId: string;
  conversationType: number;
  userId: string;
  recvMsgOpt: number;
  isPinned: boolean;
  isPrivateChat: boolean;
  burnDuration: number;
  groupAtType: number;
  attachedInfo: string;
  ex: string;
}

export interface ReplaceConversation {
  recvMsgOpt?: number | null;
  isPinned?: boolean | null;
  isPrivateChat?: boolean | null;
  burnDuration?: number | null;
  groupAtType?: number | null;
  attachedInfo?: string | null;
  ex?: string | null;
}

/** A user's row of a single chat. See docs/callbacks/after-create-single-chat-conversations.md. */
export interface AfterCreateSingleChatConversations {
  ownerUserId: string;
  conversationId: string;
  conversationType: number;
  userId: string;
  recvMsgOpt: number;
  isPinned: boolean;
  isPrivateChat: boolean;
  burnDuration: number;
  groupAtType: number;
  attachedInfo: string;
  ex: string;
}

/**
 * The rows of a group's chat of all who join at once; `ownerUserId` is empty. See
 * docs/callbacks/before-create-group-chat-conversations.md.
 */
export interface BeforeCreateGroupChatConversations {
  ownerUserId: string;
  conversationId: string;
  conversationType: number;
  groupId: string;
  recvMsgOpt: number;
  isPinned: boolean;
  isPrivateChat: boolean;
  burnDuration: number;
  groupAtType: number;
  attachedInfo: string;
  ex: string;
}

/**
 * The rows of a group's chat of all who join at once; `ownerUserId` is empty. See
 * docs/callbacks/after-create-group-chat-conversations.md.
 */
export interface AfterCreateGroupChatConversations {
  ownerUserId: string;
  conversationId: string;
  conversationType: number;
  groupId: string;
  recvMsgOpt: number;
  isPinned: boolean;
  isPrivateChat: boolean;
  burnDuration: number;
  groupAtType: number;
  attachedInfo: string;
  ex: string;
}

/** A member of a group that is made. `roleLevel`: 100 the owner, 60 an administrator, 20 any other. */
export interface NewMember {
  userID: string;
  roleLevel?: number;
}

/**
 * `groupID` is empty where the server is to choose it; so are the times and `memberCount` 0. See
 * docs/callbacks/before-create-group.md.
 */
export interface BeforeCreateGroup {
  groupID: string;
  groupName: string;
  notification: string;
  introduction: string;
  faceURL: string;
  ownerUserID: string;
  createTime: number;
  memberCount: number;
  ex: string;
  status: number;
  creatorUserID: string;
  groupType: number;
  needVerification: number;
  lookMemberInfo: number;
  applyMemberFriend: number;
  notificationUpdateTime: number;
  notificationUserID: string;
  initMemberList: readonly NewMember[];
  operationID: string;
}

/** `initMemberList` is amity's: who is a member of the new group, in place of those of the request. */
export interface ReplaceNewGroup {
  groupID?: string | null;
  groupName?: string | null;
  notification?: string | null;
  introduction?: string | null;
  faceURL?: string | null;
  ownerUserID?: string | null;
  ex?: string | null;
  status?: number | null;
  creatorUserID?: string | null;
  groupType?: number | null;
  needVerification?: number | null;
  lookMemberInfo?: number | null;
  applyMemberFriend?: number | null;
  initMemberList?: readonly NewMember[] | null;
}

/**
 * A group that is made, with its first members. Times in milliseconds since 1970. See
 * docs/callbacks/after-create-group.md.
 */
export interface AfterCreateGroup {
  groupID: string;
  groupName: string;
  notification: string;
  introduction: string;
  faceURL: string;
  ownerUserID: string;
  createTime: number;
  memberCount: number;
  ex: string;
  status: number;
  creatorUserID: string;
  groupType: number;
  needVerification: number;
  lookMemberInfo: number;
  applyMemberFriend: number;
  notificationUpdateTime: number;
  notificationUserID: string;
  initMemberList: readonly NewMember[];
}

/**
 * What is set by `/group/set_group_info`. What the caller does not give is empty; of `ex` and the integers it is `""`
 * and 0 before, `null` after. See docs/callbacks/before-set-group-info.md.
 */
export interface BeforeSetGroupInfo {
  operationID: string;
  groupID: string;
  groupName?: string;
  notification?: string;
  introduction?: string;
  faceURL?: string;
  ex?: string | null;
  needVerification?: number | null;
  lookMemberInfo?: number | null;
  applyMemberFriend?: number | null;
}

/** `groupID` is the request's own, which OpenIM's server wants to be named. */
export interface ReplaceGroupInfo {
  groupID?: string | null;
  groupName?: string | null;
  notification?: string | null;
  introduction?: string | null;
  faceURL?: string | null;
  ex?: string | null;
  needVerification?: number | null;
  lookMemberInfo?: number | null;
  applyMemberFriend?: number | null;
}

/**
 * What is set by `/group/set_group_info`. What the caller does not give is empty; of `ex` and the integers it is `""`
 * and 0 before, `null` after. See docs/callbacks/after-set-group-info.md.
 */
export interface AfterSetGroupInfo {
  operationID: string;
  groupID: string;
  groupName?: string;
  notification?: string;
  introduction?: string;
  faceURL?: string;
  ex?: string | null;
  needVerification?: number | null;
  lookMemberInfo?: number | null;
  applyMemberFriend?: number | null;
}

/**
 * What is set by `/group/set_group_info_ex`; `null` where the caller did not give the field. See
 * docs/callbacks/before-set-group-info-ex.md.
 */
export interface BeforeSetGroupInfoEx {
  operationID: string;
  groupID: string;
  groupName?: string | null;
  notification?: string | null;
  introduction?: string | null;
  faceURL?: string | null;
  ex?: string | null;
  needVerification?: number | null;
  lookMemberInfo?: number | null;
  applyMemberFriend?: number | null;
}

/**
 * What is set by `/group/set_group_info_ex`; `null` where the caller did not give the field. See
 * docs/callbacks/after-set-group-info-ex.md.
 */
export interface AfterSetGroupInfoEx {
  operationID: string;
  groupID: string;
  groupName?: string | null;
  notification?: string | null;
  introduction?: string | null;
  faceURL?: string | null;
  ex?: string | null;
  needVerification?: number | null;
  lookMemberInfo?: number | null;
  applyMemberFriend?: number | null;
}

/**
 * About one group. The events of a group keep the order of its conversation. See
 * docs/callbacks/after-transfer-group-owner.md.
 */
export interface AfterTransferGroupOwner {
  groupID: string;
  oldOwnerUserID: string;
  newOwnerUserID: string;
}

/**
 * A group was muted, or is no longer: only its owner and administrators may send while it is. See
 * docs/callbacks/after-mute-group.md.
 */
export interface AfterMuteGroup {
  groupID: string;
  operatorUserID: string;
  isMuted: boolean;
}

/**
 * A group was dissolved. `groupType` is `WORKING`; `membersID` names all who were members. See
 * docs/callbacks/after-dis-miss-group.md.
 */
export interface AfterDisMissGroup {
  groupID: string;
  ownerID: string;
  groupType: string;
  membersID: readonly string[];
}

/**
 * `applyID` wants to join, or to apply for it. `groupType` is `WORKING` of the groups' events. See
 * docs/callbacks/before-join-group.md.
 */
export interface BeforeJoinGroup {
  groupID: string;
  groupType: string;
  applyID: string;
  reqMessage: string;
  ex: string;
}

/**
 * Somebody wants to join, and waits for the answer. `inviterUserID` is empty if nobody has invited. See
 * docs/callbacks/after-apply-join-group.md.
 */
export interface AfterApplyJoinGroup {
  groupID: string;
  applicantUserID: string;
  inviterUserID: string;
  reqMessage: string;
  joinSource: number;
  ex: string;
}

/**
 * An application was answered. `handleResult`: 1 agreed, -1 refused. See
 * docs/callbacks/after-handle-group-application.md.
 */
export interface AfterHandleGroupApplication {
  groupID: string;
  applicantUserID: string;
  handlerUserID: string;
  handleResult: number;
  handleMsg: string;
}

/**
 * Invitations alone ask it. Whom `create_group` names passes it by: `ReplaceNewGroup` leaves these out. See
 * docs/callbacks/before-invite-join-group.md.
 */
export interface BeforeInviteJoinGroup {
  operationID: string;
  groupID: string;
  reason: string;
  invitedUserIDs: readonly string[];
}

/**
 * Both fields are named: a list alone would be whom to let in elsewhere, and here whom to leave out. `invitedUserIDs`
 * replaces those of the request; whom `refusedMembersAccount` names is left out.
 */
export interface ReplaceInvited {
  refusedMembersAccount?: readonly string[] | null;
  invitedUserIDs?: readonly string[] | null;
}

/** Who is about to be a member, and the app's own text of that member. */
export interface JoiningMember {
  userID: string;
  ex?: string;
}

/** `groupEx` is the group's `ex`. See docs/callbacks/before-members-join-group.md. */
export interface BeforeMembersJoinGroup {
  groupID: string;
  memberList: readonly JoiningMember[];
  groupEx: string;
}

/**
 * What becomes different of one who joins. `muteEndTime` in milliseconds since 1970; `roleLevel`: 60 an administrator,
 * 20 any other member.
 */
export interface MemberChange {
  userID: string;
  nickname?: string | null;
  faceURL?: string | null;
  roleLevel?: number | null;
  muteEndTime?: number | null;
  ex?: string | null;
}

/**
 * Who is not in the list joins as asked for: it leaves nobody out. To leave somebody out use `ReplaceInvited`,
 * `ReplaceNewGroup` or `Reject`. Who is in the list and does not join is skipped.
 */
export interface ReplaceMembers {
  memberCallbackList?: readonly MemberChange[] | null;
}

/**
 * A user has joined a group by itself. OpenIM names it `inviterUserID`. `joinSource`: 3 by a search, 4 by a QR code.
 * See docs/callbacks/after-join-group.md.
 */
export interface AfterJoinGroup {
  operationID: string;
  groupID: string;
  reqMessage: string;
  joinSource: number;
  inviterUserID: string;
}

/**
 * Users have become members in another way than by themselves. `joinSource`: 1 by an administrator of the server, 2 by
 * an invitation, 3 by a search, 4 by a QR code. `inviterUserID` is empty if nobody has invited. See
 * docs/callbacks/after-members-join-group.md.
 */
export interface AfterMembersJoinGroup {
  groupID: string;
  memberUserIDs: readonly string[];
  joinSource: number;
  operatorUserID: string;
  inviterUserID: string;
}

/**
 * What is set of a member; `null` where the caller did not give the field. `roleLevel`: 60 an administrator, 20 any
 * other member. See docs/callbacks/before-set-group-member-info.md.
 */
export interface BeforeSetGroupMemberInfo {
  groupID: string;
  userID: string;
  nickName?: string | null;
  faceURL?: string | null;
  roleLevel?: number | null;
  ex?: string | null;
}

export interface ReplaceMemberInfo {
  nickName?: string | null;
  faceURL?: string | null;
  roleLevel?: number | null;
  ex?: string | null;
}

/**
 * What is set of a member; `null` where the caller did not give the field. `roleLevel`: 60 an administrator, 20 any
 * other member. See docs/callbacks/after-set-group-member-info.md.
 */
export interface AfterSetGroupMemberInfo {
  groupID: string;
  userID: string;
  nickName?: string | null;
  faceURL?: string | null;
  roleLevel?: number | null;
  ex?: string | null;
}

/**
 * A member was muted for `mutedSeconds`; 0: the member may send again. See docs/callbacks/after-mute-group-member.md.
 */
export interface AfterMuteGroupMember {
  groupID: string;
  userID: string;
  operatorUserID: string;
  mutedSeconds: number;
}

/**
 * About one group. The events of a group keep the order of its conversation. See docs/callbacks/after-quit-group.md.
 */
export interface AfterQuitGroup {
  groupID: string;
  userID: string;
}

/** Members were removed from a group. See docs/callbacks/after-kick-group.md. */
export interface AfterKickGroup {
  groupID: string;
  kickedUserIDs: readonly string[];
  reason: string;
}

/** The events that ask, by their settings, and what the answers may replace. */
export interface BeforeEvents {
  beforeUserRegister: { event: BeforeUserRegister; change: ReplaceUsers };
  beforeUpdateUserInfo: { event: BeforeUpdateUserInfo; change: ReplaceProfile };
  beforeUpdateUserInfoEx: { event: BeforeUpdateUserInfoEx; change: ReplaceProfile };
  beforeImportFriends: { event: BeforeImportFriends; change: ReplaceFriends };
  beforeSetFriendRemark: { event: BeforeSetFriendRemark; change: ReplaceRemark };
  beforeAddFriend: { event: BeforeAddFriend; change: never };
  beforeAddFriendAgree: { event: BeforeAddFriendAgree; change: never };
  beforeAddBlack: { event: BeforeAddBlack; change: never };
  beforeSendSingleMsg: { event: BeforeSendSingleMsg; change: never };
  beforeSendGroupMsg: { event: BeforeSendGroupMsg; change: never };
  beforeMsgModify: { event: BeforeMsgModify; change: ReplaceMessage };
  beforeOnlinePush: { event: BeforeOnlinePush; change: ReplaceOnlineReceivers };
  beforeGroupOnlinePush: { event: BeforeGroupOnlinePush; change: ReplaceOnlineReceivers };
  beforeOfflinePush: { event: BeforeOfflinePush; change: ReplaceReceivers };
  beforeCreateSingleChatConversations: { event: BeforeCreateSingleChatConversations; change: ReplaceConversation };
  beforeCreateGroupChatConversations: { event: BeforeCreateGroupChatConversations; change: ReplaceConversation };
  beforeCreateGroup: { event: BeforeCreateGroup; change: ReplaceNewGroup };
  beforeSetGroupInfo: { event: BeforeSetGroupInfo; change: ReplaceGroupInfo };
  beforeSetGroupInfoEx: { event: BeforeSetGroupInfoEx; change: ReplaceGroupInfo };
  beforeApplyJoinGroup: { event: BeforeJoinGroup; change: never };
  beforeInviteUserToGroup: { event: BeforeInviteJoinGroup; change: ReplaceInvited };
  beforeMemberJoinGroup: { event: BeforeMembersJoinGroup; change: ReplaceMembers };
  beforeSetGroupMemberInfo: { event: BeforeSetGroupMemberInfo; change: ReplaceMemberInfo };
}

/** The events that tell, by their settings. */
export interface AfterEvents {
  afterUserRegister: AfterUserRegister;
  afterUpdateUserInfo: AfterUpdateUserInfo;
  afterUpdateUserInfoEx: AfterUpdateUserInfoEx;
  afterImportFriends: AfterImportFriends;
  afterDeleteFriend: AfterDeleteFriend;
  afterSetFriendRemark: AfterSetFriendRemark;
  afterAddFriend: AfterAddFriend;
  afterAddFriendAgree: AfterAddFriendAgree;
  afterAddBlack: AfterAddBlack;
  afterRemoveBlack: AfterRemoveBlack;
  afterUserOnline: AfterUserOnline;
  afterUserOffline: AfterUserOffline;
  afterUserKickOff: AfterUserKickOff;
  afterSendSingleMsg: AfterSendSingleMsg;
  afterSendGroupMsg: AfterSendGroupMsg;
  afterMsgSaveDB: AfterMsgSaveDB;
  afterSingleMsgRead: AfterSingleMsgRead;
  afterGroupMsgRead: AfterGroupMsgRead;
  afterRevokeMsg: AfterRevokeMsg;
  afterOfflinePush: AfterOfflinePush;
  afterCreateSingleChatConversations: AfterCreateSingleChatConversations;
  afterCreateGroupChatConversations: AfterCreateGroupChatConversations;
  afterCreateGroup: AfterCreateGroup;
  afterSetGroupInfo: AfterSetGroupInfo;
  afterSetGroupInfoEx: AfterSetGroupInfoEx;
  afterTransferGroupOwner: AfterTransferGroupOwner;
  afterMuteGroup: AfterMuteGroup;
  afterDismissGroup: AfterDisMissGroup;
  afterApplyJoinGroup: AfterApplyJoinGroup;
  afterHandleGroupApplication: AfterHandleGroupApplication;
  afterJoinGroup: AfterJoinGroup;
  afterMembersJoinGroup: AfterMembersJoinGroup;
  afterSetGroupMemberInfo: AfterSetGroupMemberInfo;
  afterMuteGroupMember: AfterMuteGroupMember;
  afterQuitGroup: AfterQuitGroup;
  afterKickGroupMember: AfterKickGroup;
}

/** All events by their settings: their commands, and the names of their shapes. `change` is null where an answer
 * replaces nothing, and absent where nothing is asked. */
export const EVENTS = {
  beforeUserRegister: { command: "callbackBeforeUserRegisterCommand", event: "BeforeUserRegister", change: "ReplaceUsers" },
  afterUserRegister: { command: "callbackAfterUserRegisterCommand", event: "AfterUserRegister" },
  beforeUpdateUserInfo: { command: "callbackBeforeUpdateUserInfoCommand", event: "BeforeUpdateUserInfo", change: "ReplaceProfile" },
  afterUpdateUserInfo: { command: "callbackAfterUpdateUserInfoCommand", event: "AfterUpdateUserInfo" },
  beforeUpdateUserInfoEx: { command: "callbackBeforeUpdateUserInfoExCommand", event: "BeforeUpdateUserInfoEx", change: "ReplaceProfile" },
  afterUpdateUserInfoEx: { command: "callbackAfterUpdateUserInfoExCommand", event: "AfterUpdateUserInfoEx" },
  beforeImportFriends: { command: "callbackBeforeImportFriendsCommand", event: "BeforeImportFriends", change: "ReplaceFriends" },
  afterImportFriends: { command: "callbackAfterImportFriendsCommand", event: "AfterImportFriends" },
  afterDeleteFriend: { command: "callbackAfterDeleteFriendCommand", event: "AfterDeleteFriend" },
  beforeSetFriendRemark: { command: "callbackBeforeSetFriendRemarkCommand", event: "BeforeSetFriendRemark", change: "ReplaceRemark" },
  afterSetFriendRemark: { command: "callbackAfterSetFriendRemarkCommand", event: "AfterSetFriendRemark" },
  beforeAddFriend: { command: "callbackBeforeAddFriendCommand", event: "BeforeAddFriend", change: null },
  afterAddFriend: { command: "callbackAfterAddFriendCommand", event: "AfterAddFriend" },
  beforeAddFriendAgree: { command: "callbackBeforeAddFriendAgreeCommand", event: "BeforeAddFriendAgree", change: null },
  afterAddFriendAgree: { command: "callbackAfterAddFriendAgreeCommand", event: "AfterAddFriendAgree" },
  beforeAddBlack: { command: "callbackBeforeAddBlackCommand", event: "BeforeAddBlack", change: null },
  afterAddBlack: { command: "callbackAfterAddBlackCommand", event: "AfterAddBlack" },
  afterRemoveBlack: { command: "callbackAfterRemoveBlackCommand", event: "AfterRemoveBlack" },
  afterUserOnline: { command: "callbackAfterUserOnlineCommand", event: "AfterUserOnline" },
  afterUserOffline: { command: "callbackAfterUserOfflineCommand", event: "AfterUserOffline" },
  afterUserKickOff: { command: "callbackAfterUserKickOffCommand", event: "AfterUserKickOff" },
  beforeSendSingleMsg: { command: "callbackBeforeSendSingleMsgCommand", event: "BeforeSendSingleMsg", change: null },
  afterSendSingleMsg: { command: "callbackAfterSendSingleMsgCommand", event: "AfterSendSingleMsg" },
  beforeSendGroupMsg: { command: "callbackBeforeSendGroupMsgCommand", event: "BeforeSendGroupMsg", change: null },
  afterSendGroupMsg: { command: "callbackAfterSendGroupMsgCommand", event: "AfterSendGroupMsg" },
  beforeMsgModify: { command: "callbackBeforeMsgModifyCommand", event: "BeforeMsgModify", change: "ReplaceMessage" },
  afterMsgSaveDB: { command: "callbackAfterMsgSaveDBCommand", event: "AfterMsgSaveDB" },
  afterSingleMsgRead: { command: "callbackAfterSingleMsgReadCommand", event: "AfterSingleMsgRead" },
  afterGroupMsgRead: { command: "callbackAfterGroupMsgReadCommand", event: "AfterGroupMsgRead" },
  afterRevokeMsg: { command: "callbackBeforeAfterMsgCommand", event: "AfterRevokeMsg" },
  beforeOnlinePush: { command: "callbackBeforeOnlinePushCommand", event: "BeforeOnlinePush", change: "ReplaceOnlineReceivers" },
  beforeGroupOnlinePush: { command: "callbackBeforeGroupOnlinePushCommand", event: "BeforeGroupOnlinePush", change: "ReplaceOnlineReceivers" },
  beforeOfflinePush: { command: "callbackBeforeOfflinePushCommand", event: "BeforeOfflinePush", change: "ReplaceReceivers" },
  afterOfflinePush: { command: "callbackAfterOfflinePushCommand", event: "AfterOfflinePush" },
  beforeCreateSingleChatConversations: { command: "callbackBeforeCreateSingleChatConversationsCommand", event: "BeforeCreateSingleChatConversations", change: "ReplaceConversation" },
  afterCreateSingleChatConversations: { command: "callbackAfterCreateSingleChatConversationsCommand", event: "AfterCreateSingleChatConversations" },
  beforeCreateGroupChatConversations: { command: "callbackBeforeCreateGroupChatConversationsCommand", event: "BeforeCreateGroupChatConversations", change: "ReplaceConversation" },
  afterCreateGroupChatConversations: { command: "callbackAfterCreateGroupChatConversationsCommand", event: "AfterCreateGroupChatConversations" },
  beforeCreateGroup: { command: "callbackBeforeCreateGroupCommand", event: "BeforeCreateGroup", change: "ReplaceNewGroup" },
  afterCreateGroup: { command: "callbackAfterCreateGroupCommand", event: "AfterCreateGroup" },
  beforeSetGroupInfo: { command: "callbackBeforeSetGroupInfoCommand", event: "BeforeSetGroupInfo", change: "ReplaceGroupInfo" },
  afterSetGroupInfo: { command: "callbackAfterSetGroupInfoCommand", event: "AfterSetGroupInfo" },
  beforeSetGroupInfoEx: { command: "callbackBeforeSetGroupInfoExCommand", event: "BeforeSetGroupInfoEx", change: "ReplaceGroupInfo" },
  afterSetGroupInfoEx: { command: "callbackAfterSetGroupInfoExCommand", event: "AfterSetGroupInfoEx" },
  afterTransferGroupOwner: { command: "callbackAfterTransferGroupOwnerCommand", event: "AfterTransferGroupOwner" },
  afterMuteGroup: { command: "callbackAfterMuteGroupCommand", event: "AfterMuteGroup" },
  afterDismissGroup: { command: "callbackAfterDisMissGroupCommand", event: "AfterDisMissGroup" },
  beforeApplyJoinGroup: { command: "callbackBeforeJoinGroupCommand", event: "BeforeJoinGroup", change: null },
  afterApplyJoinGroup: { command: "callbackAfterApplyJoinGroupCommand", event: "AfterApplyJoinGroup" },
  afterHandleGroupApplication: { command: "callbackAfterHandleGroupApplicationCommand", event: "AfterHandleGroupApplication" },
  beforeInviteUserToGroup: { command: "callbackBeforeInviteJoinGroupCommand", event: "BeforeInviteJoinGroup", change: "ReplaceInvited" },
  beforeMemberJoinGroup: { command: "callbackBeforeMembersJoinGroupCommand", event: "BeforeMembersJoinGroup", change: "ReplaceMembers" },
  afterJoinGroup: { command: "callbackAfterJoinGroupCommand", event: "AfterJoinGroup" },
  afterMembersJoinGroup: { command: "callbackAfterMembersJoinGroupCommand", event: "AfterMembersJoinGroup" },
  beforeSetGroupMemberInfo: { command: "callbackBeforeSetGroupMemberInfoCommand", event: "BeforeSetGroupMemberInfo", change: "ReplaceMemberInfo" },
  afterSetGroupMemberInfo: { command: "callbackAfterSetGroupMemberInfoCommand", event: "AfterSetGroupMemberInfo" },
  afterMuteGroupMember: { command: "callbackAfterMuteGroupMemberCommand", event: "AfterMuteGroupMember" },
  afterQuitGroup: { command: "callbackAfterQuitGroupCommand", event: "AfterQuitGroup" },
  afterKickGroupMember: { command: "callbackAfterKickGroupCommand", event: "AfterKickGroup" },
} as const;

/** The shapes of all events, of what answers may replace, and of what is in them. */
export const SHAPES: Readonly<Record<string, Shape>> = {
  UserProfile: {
    userID: "string",
    nickname: "string?",
    faceURL: "string?",
    ex: "string?",
    createTime: "integer?",
    appMangerLevel: "integer?",
    globalRecvMsgOpt: "integer?",
  },
  BeforeUserRegister: {
    users: "UserProfile[]",
  },
  ReplaceUsers: {
    users: "UserProfile[]|null?",
  },
  AfterUserRegister: {
    users: "UserProfile[]",
  },
  BeforeUpdateUserInfo: {
    userID: "string",
    nickName: "string|null?",
    faceURL: "string|null?",
    ex: "string|null?",
  },
  ReplaceProfile: {
    nickName: "string|null?",
    faceURL: "string|null?",
    ex: "string|null?",
  },
  AfterUpdateUserInfo: {
    userID: "string",
    nickName: "string|null?",
    faceURL: "string|null?",
    ex: "string|null?",
  },
  BeforeUpdateUserInfoEx: {
    userID: "string",
    nickName: "string|null?",
    faceURL: "string|null?",
    ex: "string|null?",
  },
  AfterUpdateUserInfoEx: {
    userID: "string",
    nickName: "string|null?",
    faceURL: "string|null?",
    ex: "string|null?",
  },
  BeforeImportFriends: {
    ownerUserID: "string",
    friendUserIDs: "string[]",
  },
  ReplaceFriends: {
    friendUserIDs: "string[]|null?",
  },
  AfterImportFriends: {
    ownerUserID: "string",
    friendUserIDs: "string[]",
  },
  AfterDeleteFriend: {
    ownerUserID: "string",
    friendUserID: "string",
  },
  BeforeSetFriendRemark: {
    ownerUserID: "string",
    friendUserID: "string",
    remark: "string",
  },
  ReplaceRemark: {
    remark: "string|null?",
  },
  AfterSetFriendRemark: {
    ownerUserID: "string",
    friendUserID: "string",
    remark: "string",
  },
  BeforeAddFriend: {
    fromUserID: "string",
    toUserID: "string",
    reqMsg: "string",
    ex: "string?",
  },
  AfterAddFriend: {
    fromUserID: "string",
    toUserID: "string",
    reqMsg: "string",
  },
  BeforeAddFriendAgree: {
    fromUserID: "string",
    blackUserID: "string",
    HandleResult: "integer",
    HandleMsg: "string",
  },
  AfterAddFriendAgree: {
    fromUserID: "string",
    blackUserID: "string",
    HandleResult: "integer",
    HandleMsg: "string",
  },
  BeforeAddBlack: {
    ownerUserID: "string",
    blackUserID: "string",
  },
  AfterAddBlack: {
    ownerUserID: "string",
    blackUserID: "string",
  },
  AfterRemoveBlack: {
    ownerUserID: "string",
    blackUserID: "string",
  },
  AfterUserOnline: {
    operationID: "string",
    platformID: "integer",
    platform: "string",
    userID: "string",
    seq: "integer",
    isAppBackground: "boolean",
    connID: "string",
  },
  AfterUserOffline: {
    operationID: "string",
    platformID: "integer",
    platform: "string",
    userID: "string",
    seq: "integer",
    connID: "string",
  },
  AfterUserKickOff: {
    operationID: "string",
    platformID: "integer",
    platform: "string",
    userID: "string",
    seq: "integer",
  },
  BeforeSendSingleMsg: {
    sendID: "string",
    serverMsgID: "string",
    clientMsgID: "string",
    operationID: "string",
    senderPlatformID: "integer",
    senderNickname: "string",
    sessionType: "integer",
    msgFrom: "integer",
    contentType: "integer",
    status: "integer",
    sendTime: "integer",
    createTime: "integer",
    content: "string",
    seq: "integer",
    atUserList: "string[]|null",
    faceURL: "string",
    ex: "string",
    recvID: "string",
  },
  AfterSendSingleMsg: {
    sendID: "string",
    serverMsgID: "string",
    clientMsgID: "string",
    operationID: "string",
    senderPlatformID: "integer",
    senderNickname: "string",
    sessionType: "integer",
    msgFrom: "integer",
    contentType: "integer",
    status: "integer",
    sendTime: "integer",
    createTime: "integer",
    content: "string",
    seq: "integer",
    atUserList: "string[]|null",
    faceURL: "string",
    ex: "string",
    recvID: "string",
  },
  BeforeSendGroupMsg: {
    sendID: "string",
    serverMsgID: "string",
    clientMsgID: "string",
    operationID: "string",
    senderPlatformID: "integer",
    senderNickname: "string",
    sessionType: "integer",
    msgFrom: "integer",
    contentType: "integer",
    status: "integer",
    sendTime: "integer",
    createTime: "integer",
    content: "string",
    seq: "integer",
    atUserList: "string[]|null",
    faceURL: "string",
    ex: "string",
    groupID: "string",
  },
  AfterSendGroupMsg: {
    sendID: "string",
    serverMsgID: "string",
    clientMsgID: "string",
    operationID: "string",
    senderPlatformID: "integer",
    senderNickname: "string",
    sessionType: "integer",
    msgFrom: "integer",
    contentType: "integer",
    status: "integer",
    sendTime: "integer",
    createTime: "integer",
    content: "string",
    seq: "integer",
    atUserList: "string[]|null",
    faceURL: "string",
    ex: "string",
    groupID: "string",
  },
  BeforeMsgModify: {
    sendID: "string",
    serverMsgID: "string",
    clientMsgID: "string",
    operationID: "string",
    senderPlatformID: "integer",
    senderNickname: "string",
    sessionType: "integer",
    msgFrom: "integer",
    contentType: "integer",
    status: "integer",
    sendTime: "integer",
    createTime: "integer",
    content: "string",
    seq: "integer",
    atUserList: "string[]|null",
    faceURL: "string",
    ex: "string",
  },
  OfflinePushInfo: {
    title: "string?",
    desc: "string?",
    ex: "string?",
    iOSPushSound: "string?",
    iOSBadgeCount: "boolean?",
    signalInfo: "string?",
  },
  ReplaceMessage: {
    content: "string|null?",
    recvID: "string|null?",
    groupID: "string|null?",
    clientMsgID: "string|null?",
    serverMsgID: "string|null?",
    senderPlatformID: "integer|null?",
    senderNickname: "string|null?",
    senderFaceURL: "string|null?",
    sessionType: "integer|null?",
    msgFrom: "integer|null?",
    contentType: "integer|null?",
    status: "integer|null?",
    options: "boolean{}|null?",
    offlinePushInfo: "OfflinePushInfo|null?",
    atUserIDList: "string[]|null?",
    attachedInfo: "string|null?",
    ex: "string|null?",
  },
  AfterMsgSaveDB: {
    sendID: "string",
    serverMsgID: "string",
    clientMsgID: "string",
    operationID: "string",
    senderPlatformID: "integer",
    senderNickname: "string",
    sessionType: "integer",
    msgFrom: "integer",
    contentType: "integer",
    status: "integer",
    sendTime: "integer",
    createTime: "integer",
    content: "string",
    seq: "integer",
    atUserList: "string[]|null",
    faceURL: "string",
    ex: "string",
    recvID: "string",
    groupID: "string",
  },
  AfterSingleMsgRead: {
    conversationID: "string",
    userID: "string",
    Seqs: "integer[]|null",
    contentType: "integer",
  },
  AfterGroupMsgRead: {
    sendID: "string",
    receiveID: "string",
    unreadMsgNum: "integer",
    contentType: "integer",
  },
  AfterRevokeMsg: {
    conversationID: "string",
    seq: "integer",
    userID: "string",
  },
  BeforeOnlinePush: {
    operationID: "string",
    platformID: "integer",
    platform: "string",
    userIDList: "string[]",
    clientMsgID: "string",
    sendID: "string",
    groupID: "string",
    contentType: "integer",
    sessionType: "integer",
    atUserIDList: "string[]|null",
    content: "string",
  },
  ReplaceOnlineReceivers: {
    userIDList: "string[]|null?",
  },
  BeforeGroupOnlinePush: {
    operationID: "string",
    platformID: "integer",
    platform: "string",
    clientMsgID: "string",
    sendID: "string",
    groupID: "string",
    contentType: "integer",
    sessionType: "integer",
    atUserIDList: "string[]|null",
    content: "string",
    seq: "integer",
  },
  BeforeOfflinePush: {
    operationID: "string",
    platformID: "integer",
    platform: "string",
    userIDList: "string[]",
    clientMsgID: "string",
    sendID: "string",
    groupID: "string",
    contentType: "integer",
    sessionType: "integer",
    atUserIDList: "string[]|null",
    content: "string",
    title: "string?",
    desc: "string?",
    ex: "string?",
    iOSPushSound: "string?",
    iOSBadgeCount: "boolean?",
    signalInfo: "string?",
  },
  ReplaceReceivers: {
    userIDList: "string[]|null?",
    offlinePushInfo: "OfflinePushInfo|null?",
  },
  PushDevice: {
    platformID: "integer",
    token: "string",
    expireTime: "integer",
  },
  PushReceiver: {
    userID: "string",
    badge: "integer",
    devices: "PushDevice[]",
  },
  AfterOfflinePush: {
    operationID: "string",
    receivers: "PushReceiver[]",
    title: "string",
    desc: "string",
    ex: "string",
    iOSPushSound: "string",
    iOSBadgeCount: "boolean",
    conversationID: "string",
    clientMsgID: "string",
    serverMsgID: "string",
    seq: "integer",
    sendID: "string",
    senderNickname: "string",
    groupID: "string",
    contentType: "integer",
    sessionType: "integer",
    sendTime: "integer",
  },
  BeforeCreateSingleChatConversations: {
    ownerUserId: "string",
    conversationId: "string",
    conversationType: "integer",
    userId: "string",
    recvMsgOpt: "integer",
    isPinned: "boolean",
    isPrivateChat: "boolean",
    burnDuration: "integer",
    groupAtType: "integer",
    attachedInfo: "string",
    ex: "string",
  },
  ReplaceConversation: {
    recvMsgOpt: "integer|null?",
    isPinned: "boolean|null?",
    isPrivateChat: "boolean|null?",
    burnDuration: "integer|null?",
    groupAtType: "integer|null?",
    attachedInfo: "string|null?",
    ex: "string|null?",
  },
  AfterCreateSingleChatConversations: {
    ownerUserId: "string",
    conversationId: "string",
    conversationType: "integer",
    userId: "string",
    recvMsgOpt: "integer",
    isPinned: "boolean",
    isPrivateChat: "boolean",
    burnDuration: "integer",
    groupAtType: "integer",
    attachedInfo: "string",
    ex: "string",
  },
  BeforeCreateGroupChatConversations: {
    ownerUserId: "string",
    conversationId: "string",
    conversationType: "integer",
    groupId: "string",
    recvMsgOpt: "integer",
    isPinned: "boolean",
    isPrivateChat: "boolean",
    burnDuration: "integer",
    groupAtType: "integer",
    attachedInfo: "string",
    ex: "string",
  },
  AfterCreateGroupChatConversations: {
    ownerUserId: "string",
    conversationId: "string",
    conversationType: "integer",
    groupId: "string",
    recvMsgOpt: "integer",
    isPinned: "boolean",
    isPrivateChat: "boolean",
    burnDuration: "integer",
    groupAtType: "integer",
    attachedInfo: "string",
    ex: "string",
  },
  NewMember: {
    userID: "string",
    roleLevel: "integer?",
  },
  BeforeCreateGroup: {
    groupID: "string",
    groupName: "string",
    notification: "string",
    introduction: "string",
    faceURL: "string",
    ownerUserID: "string",
    createTime: "integer",
    memberCount: "integer",
    ex: "string",
    status: "integer",
    creatorUserID: "string",
    groupType: "integer",
    needVerification: "integer",
    lookMemberInfo: "integer",
    applyMemberFriend: "integer",
    notificationUpdateTime: "integer",
    notificationUserID: "string",
    initMemberList: "NewMember[]",
    operationID: "string",
  },
  ReplaceNewGroup: {
    groupID: "string|null?",
    groupName: "string|null?",
    notification: "string|null?",
    introduction: "string|null?",
    faceURL: "string|null?",
    ownerUserID: "string|null?",
    ex: "string|null?",
    status: "integer|null?",
    creatorUserID: "string|null?",
    groupType: "integer|null?",
    needVerification: "integer|null?",
    lookMemberInfo: "integer|null?",
    applyMemberFriend: "integer|null?",
    initMemberList: "NewMember[]|null?",
  },
  AfterCreateGroup: {
    groupID: "string",
    groupName: "string",
    notification: "string",
    introduction: "string",
    faceURL: "string",
    ownerUserID: "string",
    createTime: "integer",
    memberCount: "integer",
    ex: "string",
    status: "integer",
    creatorUserID: "string",
    groupType: "integer",
    needVerification: "integer",
    lookMemberInfo: "integer",
    applyMemberFriend: "integer",
    notificationUpdateTime: "integer",
    notificationUserID: "string",
    initMemberList: "NewMember[]",
  },
  BeforeSetGroupInfo: {
    operationID: "string",
    groupID: "string",
    groupName: "string?",
    notification: "string?",
    introduction: "string?",
    faceURL: "string?",
    ex: "string|null?",
    needVerification: "integer|null?",
    lookMemberInfo: "integer|null?",
    applyMemberFriend: "integer|null?",
  },
  ReplaceGroupInfo: {
    groupID: "string|null?",
    groupName: "string|null?",
    notification: "string|null?",
    introduction: "string|null?",
    faceURL: "string|null?",
    ex: "string|null?",
    needVerification: "integer|null?",
    lookMemberInfo: "integer|null?",
    applyMemberFriend: "integer|null?",
  },
  AfterSetGroupInfo: {
    operationID: "string",
    groupID: "string",
    groupName: "string?",
    notification: "string?",
    introduction: "string?",
    faceURL: "string?",
    ex: "string|null?",
    needVerification: "integer|null?",
    lookMemberInfo: "integer|null?",
    applyMemberFriend: "integer|null?",
  },
  BeforeSetGroupInfoEx: {
    operationID: "string",
    groupID: "string",
    groupName: "string|null?",
    notification: "string|null?",
    introduction: "string|null?",
    faceURL: "string|null?",
    ex: "string|null?",
    needVerification: "integer|null?",
    lookMemberInfo: "integer|null?",
    applyMemberFriend: "integer|null?",
  },
  AfterSetGroupInfoEx: {
    operationID: "string",
    groupID: "string",
    groupName: "string|null?",
    notification: "string|null?",
    introduction: "string|null?",
    faceURL: "string|null?",
    ex: "string|null?",
    needVerification: "integer|null?",
    lookMemberInfo: "integer|null?",
    applyMemberFriend: "integer|null?",
  },
  AfterTransferGroupOwner: {
    groupID: "string",
    oldOwnerUserID: "string",
    newOwnerUserID: "string",
  },
  AfterMuteGroup: {
    groupID: "string",
    operatorUserID: "string",
    isMuted: "boolean",
  },
  AfterDisMissGroup: {
    groupID: "string",
    ownerID: "string",
    groupType: "string",
    membersID: "string[]",
  },
  BeforeJoinGroup: {
    groupID: "string",
    groupType: "string",
    applyID: "string",
    reqMessage: "string",
    ex: "string",
  },
  AfterApplyJoinGroup: {
    groupID: "string",
    applicantUserID: "string",
    inviterUserID: "string",
    reqMessage: "string",
    joinSource: "integer",
    ex: "string",
  },
  AfterHandleGroupApplication: {
    groupID: "string",
    applicantUserID: "string",
    handlerUserID: "string",
    handleResult: "integer",
    handleMsg: "string",
  },
  BeforeInviteJoinGroup: {
    operationID: "string",
    groupID: "string",
    reason: "string",
    invitedUserIDs: "string[]",
  },
  ReplaceInvited: {
    refusedMembersAccount: "string[]|null?",
    invitedUserIDs: "string[]|null?",
  },
  JoiningMember: {
    userID: "string",
    ex: "string?",
  },
  BeforeMembersJoinGroup: {
    groupID: "string",
    memberList: "JoiningMember[]",
    groupEx: "string",
  },
  MemberChange: {
    userID: "string",
    nickname: "string|null?",
    faceURL: "string|null?",
    roleLevel: "integer|null?",
    muteEndTime: "integer|null?",
    ex: "string|null?",
  },
  ReplaceMembers: {
    memberCallbackList: "MemberChange[]|null?",
  },
  AfterJoinGroup: {
    operationID: "string",
    groupID: "string",
    reqMessage: "string",
    joinSource: "integer",
    inviterUserID: "string",
  },
  AfterMembersJoinGroup: {
    groupID: "string",
    memberUserIDs: "string[]",
    joinSource: "integer",
    operatorUserID: "string",
    inviterUserID: "string",
  },
  BeforeSetGroupMemberInfo: {
    groupID: "string",
    userID: "string",
    nickName: "string|null?",
    faceURL: "string|null?",
    roleLevel: "integer|null?",
    ex: "string|null?",
  },
  ReplaceMemberInfo: {
    nickName: "string|null?",
    faceURL: "string|null?",
    roleLevel: "integer|null?",
    ex: "string|null?",
  },
  AfterSetGroupMemberInfo: {
    groupID: "string",
    userID: "string",
    nickName: "string|null?",
    faceURL: "string|null?",
    roleLevel: "integer|null?",
    ex: "string|null?",
  },
  AfterMuteGroupMember: {
    groupID: "string",
    userID: "string",
    operatorUserID: "string",
    mutedSeconds: "integer",
  },
  AfterQuitGroup: {
    groupID: "string",
    userID: "string",
  },
  AfterKickGroup: {
    groupID: "string",
    kickedUserIDs: "string[]",
    reason: "string",
  },
};
