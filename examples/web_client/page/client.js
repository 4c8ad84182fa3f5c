// One user: logs in with OpenIM's web client, and shows its friends and what it tells.
import { CbEvents, getSDK } from './sdk/lib/index.es.js';
import { ask, colour, news } from './app.js';

const { userID, nickname } = Object.fromEntries(new URLSearchParams(location.search));
const MOST_SECONDS = 16;
const element = id => document.getElementById(id);
const friends = new Map(); // by user id, in the order in which they came
let sent = 0; // when the administrator clicked last

news.onmessage = ({ data }) => { if (data.sent) sent = data.sent; };

function avatar(place, id, name) {
  place.textContent = name.slice(0, 1);
  place.style.background = colour(id);
}

function count() {
  element('count').textContent = friends.size;
  element('nobody').hidden = friends.size > 0;
}

function show(friend, fresh) {
  const row = friends.get(friend.userID) ?? document.createElement('li');
  const [face, name] = [document.createElement('span'), document.createElement('span')];
  face.className = 'avatar';
  avatar(face, friend.userID, friend.nickname);
  name.textContent = friend.remark || friend.nickname;
  row.replaceChildren(face, name);
  row.id = friend.userID;
  row.classList.toggle('fresh', fresh);
  friends.set(friend.userID, row);
  if (fresh) element('friends').prepend(row);
  else element('friends').append(row);
  count();
}

function remove(id) {
  friends.get(id)?.remove();
  friends.delete(id);
  count();
}

function tell(event, text = '', since = 0) {
  const row = document.createElement('li');
  const [name, what, when] = ['b', 'span', 'small'].map(kind => document.createElement(kind));
  name.textContent = event;
  what.textContent = text;
  when.textContent = since ? `${Date.now() - since} ms after the click` : '';
  row.append(name, ' ', what, ' ', when);
  element('events').prepend(row);
}

function state(name) {
  element('state').textContent = name;
  element('state').dataset.state = name;
}

async function showAll() {
  const { data } = await sdk.getFriendListPage({ offset: 0, count: 1000 });
  element('friends').replaceChildren();
  friends.clear();
  for (const friend of data) show(friend, false);
  count();
}

// Asks to be told who of the friends comes and goes; once for all that are added in one go.
let asking;
function watch() {
  clearTimeout(asking);
  asking = setTimeout(async () => {
    const { data } = await sdk.subscribeUsersStatus([...friends.keys()]);
    for (const each of data) friends.get(each.userID)?.classList.toggle('online', each.status === 1);
  }, 100);
}

document.title = nickname;
element('name').textContent = nickname;
element('user').textContent = userID;
avatar(element('avatar'), userID, nickname);

const sdk = getSDK({ coreWasmPath: 'sdk/assets/openIM.wasm', sqlWasmPath: new URL('sdk/assets/sql-wasm.wasm', location).pathname, debug: false });

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
  await showAll();
  news.postMessage({ synced: userID });
  watch();
});
sdk.on(CbEvents.OnFriendAdded, ({ data }) => {
  tell('OnFriendAdded', data.nickname, sent);
  show(data, true);
  watch();
});
sdk.on(CbEvents.OnFriendDeleted, ({ data }) => { tell('OnFriendDeleted', data.nickname, sent); remove(data.userID); });
sdk.on(CbEvents.OnFriendInfoChanged, ({ data }) => { tell('OnFriendInfoChanged', data.remark || data.nickname); show(data, false); });
sdk.on(CbEvents.OnUserStatusChanged, ({ data }) => {
  const row = friends.get(data.userID);
  if (!row) return;
  row.classList.toggle('online', data.status === 1);
  tell('OnUserStatusChanged', `${row.textContent.slice(1)} is ${data.status === 1 ? 'online' : 'offline'}`);
});

// Logs in with a new token, and tries again where that fails: after 1, 2, 4 … seconds.
async function logIn(failures = 0) {
  state('connecting');
  try {
    const login = await ask('enter', { userID, nickname });
    await sdk.login({ ...login, logLevel: 3, isLogStandardOutput: false, tryParse: true });
  } catch (error) {
    const [why, seconds] = [error.message ?? error.errMsg ?? String(error), Math.min(2 ** failures, MOST_SECONDS)];
    state('offline');
    tell('Login failed', `${why}. Trying again in ${seconds} s`);
    news.postMessage({ failed: nickname, why });
    setTimeout(logIn, seconds * 1000, failures + 1);
  }
}

logIn();
