// One user: logs in with OpenIM's web client, shows what it tells, and hands it to the lists and the open chat.
import { CbEvents, getSDK } from './sdk/lib/index.es.js';
import { GROUP, SINGLE, ask, avatar, news, reason } from './app.js';
import { openChat } from './chat.js';
import { conversationList } from './conversations.js';
import { friendList } from './friends.js';
import { groupRequests } from './groups.js';
import { groupMembers } from './members.js';

const { userID, nickname } = Object.fromEntries(new URLSearchParams(location.search));
const MOST_SECONDS = 16;
const MOST_EVENTS = 200;
const element = id => document.getElementById(id);
let sent = 0; // when the administrator clicked last

news.addEventListener('message', ({ data }) => { sent = data.sent ?? sent; });

function tell(event, text = '', since = 0) {
  const row = document.createElement('li');
  const [name, what, when] = ['b', 'span', 'small'].map(kind => document.createElement(kind));
  name.textContent = event;
  what.textContent = text;
  when.textContent = since ? `${Date.now() - since} ms after the click` : '';
  row.append(name, ' ', what, ' ', when);
  element('events').prepend(row);
  if (element('events').childElementCount > MOST_EVENTS) element('events').lastChild.remove();
}

function state(name) {
  element('state').textContent = name;
  element('state').dataset.state = name;
}

document.title = nickname;
element('name').textContent = nickname;
element('user').textContent = userID;
element('avatar').replaceWith(avatar(userID, nickname));

const sdk = getSDK({ coreWasmPath: 'sdk/assets/openIM.wasm', sqlWasmPath: new URL('sdk/assets/sql-wasm.wasm', location).pathname, debug: false });
const chat = openChat(sdk, userID);
const conversations = conversationList(sdk, userID, open);
const friends = friendList(sdk, openWith(SINGLE));
const members = groupMembers(sdk, userID, guarded, chat.allow);
const requests = groupRequests(sdk, guarded, openWith(GROUP));

// Returns what opens the chat with a friend, or that of a group, by its id.
function openWith(sessionType) {
  return guarded(async sourceID => open((await sdk.getOneConversation({ sourceID, sessionType })).data));
}

async function open(conversation) {
  conversations.select(conversation.conversationID);
  await Promise.all([guarded(chat.open)(conversation), guarded(members.open)(conversation)]);
}

// Returns the same function, which tells of an error of the client instead of throwing it.
function guarded(work) {
  return (...given) => work(...given).catch(error => {
    tell('Failed', reason(error));
    requests.tell(`Failed: ${reason(error)}`);
  });
}

sdk.on(CbEvents.OnConnecting, () => { state('connecting'); tell('OnConnecting'); });
sdk.on(CbEvents.OnConnectSuccess, () => { state('online'); tell('OnConnectSuccess'); });
sdk.on(CbEvents.OnConnectFailed, () => { state('offline'); tell('OnConnectFailed', 'it tries again by itself'); });
sdk.on(CbEvents.OnKickedOffline, () => { state('offline'); tell('OnKickedOffline', 'logged in elsewhere'); });
for (const event of [CbEvents.OnUserTokenExpired, CbEvents.OnUserTokenInvalid]) {
  sdk.on(event, async () => {
    tell(event, 'logging in with a new one');
    await sdk.logout().catch(() => {}); // the server may know nothing of it any more
    logIn();
  });
}
sdk.on(CbEvents.OnSyncServerFinish, async () => {
  tell('OnSyncServerFinish');
  await Promise.all([friends.load, conversations.load, chat.load, requests.load, members.load].map(load => guarded(load)()));
  news.postMessage({ synced: userID });
});

sdk.on(CbEvents.OnFriendAdded, ({ data }) => { tell('OnFriendAdded', data.nickname, sent); friends.add(data); });
sdk.on(CbEvents.OnFriendDeleted, ({ data }) => { tell('OnFriendDeleted', data.nickname, sent); friends.remove(data.userID); });
sdk.on(CbEvents.OnFriendInfoChanged, ({ data }) => { tell('OnFriendInfoChanged', data.remark || data.nickname); friends.change(data); });
sdk.on(CbEvents.OnUserStatusChanged, ({ data }) => {
  const name = friends.presence(data.userID, data.status === 1);
  if (name) tell('OnUserStatusChanged', `${name} is ${data.status === 1 ? 'online' : 'offline'}`);
});

for (const event of [CbEvents.OnNewConversation, CbEvents.OnConversationChanged]) {
  sdk.on(event, ({ data }) => { tell(event); conversations.change(data); chat.change(data); });
}
// One message comes alone or several at once, as the client likes.
for (const name of ['OnRecvNewMessage', 'OnRecvNewMessages', 'OnRecvOfflineNewMessage', 'OnRecvOfflineNewMessages']) {
  sdk.on(name, ({ data }) => { tell(name); guarded(chat.received)([data].flat()); });
}
sdk.on(CbEvents.OnRecvC2CReadReceipt, ({ data }) => { tell('OnRecvC2CReadReceipt'); chat.read(data); });
sdk.on(CbEvents.OnNewRecvMessageRevoked, ({ data }) => { tell('OnNewRecvMessageRevoked'); chat.revoked(data); });

for (const event of [CbEvents.OnJoinedGroupAdded, CbEvents.OnJoinedGroupDeleted, CbEvents.OnGroupDismissed, CbEvents.OnGroupInfoChanged]) {
  sdk.on(event, ({ data }) => { tell(event, data.groupName); guarded(members.changed)(data.groupID); });
}
for (const event of [CbEvents.OnGroupMemberAdded, CbEvents.OnGroupMemberDeleted, CbEvents.OnGroupMemberInfoChanged]) {
  sdk.on(event, ({ data }) => { tell(event, data.nickname); guarded(members.changed)(data.groupID); });
}
for (const event of [CbEvents.OnGroupApplicationAdded, CbEvents.OnGroupApplicationAccepted, CbEvents.OnGroupApplicationRejected]) {
  sdk.on(event, ({ data }) => { tell(event, `${data.nickname}, ${data.groupName}`); guarded(requests.load)(); });
}

// Logs in with a new token, and tries again where that fails: after 1, 2, 4 … seconds.
async function logIn(failures = 0) {
  state('connecting');
  try {
    const login = await ask('enter', { userID, nickname });
    await sdk.login({ ...login, logLevel: 3, isLogStandardOutput: false, tryParse: true });
  } catch (error) {
    const [why, seconds] = [reason(error), Math.min(2 ** failures, MOST_SECONDS)];
    state('offline');
    tell('Login failed', `${why}. Trying again in ${seconds} s`);
    news.postMessage({ failed: nickname, why });
    setTimeout(logIn, seconds * 1000, failures + 1);
  }
}

logIn();
