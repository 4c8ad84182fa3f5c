// What is shown of a message in one line of text.
import { parsed } from './app.js';

// OpenIM's numbers of kinds of messages: a text, and what a message becomes that was taken back.
export const [TEXT, REVOKED] = [101, 2101];

const name = (user, me) => (user?.userID === me ? 'You' : user?.nickname || 'Somebody');
const object = (user, me) => (user?.userID === me ? 'you' : user?.nickname || 'somebody');
const all = (users, me, say) => (users ?? []).map(user => say(user, me)).join(', ');

// What the server tells in a group, by its number: of what it says in detail, and who reads it.
const NOTICES = {
  1501: ({ opUser }, me) => `${name(opUser, me)} made the group`,
  1504: ({ quitUser }, me) => `${name(quitUser, me)} left the group`,
  1507: ({ newGroupOwner }, me) => `The group has a new owner: ${object(newGroupOwner, me)}`,
  1508: ({ opUser, kickedUserList }, me) => `${name(opUser, me)} removed ${all(kickedUserList, me, object)}`,
  1509: ({ invitedUserList }, me) => `${all(invitedUserList, me, name)} joined the group`,
  1510: ({ entrantUser }, me) => `${name(entrantUser, me)} joined the group`,
  1511: ({ opUser }, me) => `${name(opUser, me)} dismissed the group`,
  1512: ({ opUser, mutedUser }, me) => `${name(opUser, me)} muted ${object(mutedUser, me)}`,
  1513: ({ opUser, mutedUser }, me) => `${name(opUser, me)} let ${object(mutedUser, me)} write again`,
  1514: ({ opUser }, me) => `${name(opUser, me)} muted the group`,
  1515: ({ opUser }, me) => `${name(opUser, me)} let all write again`,
  1519: ({ group }) => `Announcement: ${group?.notification ?? ''}`,
  1520: ({ opUser, group }, me) => `${name(opUser, me)} renamed the group: ${group?.groupName ?? ''}`,
};

function takenBack({ revokerID, revokerNickname, sourceMessageSendID, sourceMessageSenderNickname }, me) {
  const who = revokerID === me ? 'You' : revokerNickname || 'The sender';
  const isForeign = sourceMessageSendID && sourceMessageSendID !== revokerID;
  const whose = sourceMessageSendID === me ? 'your message' : `a message of ${sourceMessageSenderNickname || 'somebody'}`;
  return isForeign ? `${who} took ${whose} back` : `${who} took a message back`;
}

// Returns what is shown of a message; me is the user's id.
export function words(message, me) {
  if (message.contentType === TEXT) return message.textElem?.content ?? '';
  const detail = parsed(message.notificationElem?.detail) ?? {};
  if (message.contentType === REVOKED) return takenBack(detail, me);
  return NOTICES[message.contentType]?.(detail, me) ?? `(a message of type ${message.contentType})`;
}
