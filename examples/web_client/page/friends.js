// The list of a user's friends. A row opens the chat with that friend.
import { avatar } from './app.js';

const MOST = 1000;
const element = id => document.getElementById(id);

// sdk: OpenIM's client, logged in or not yet. open(userID): opens the chat with a friend.
export function friendList(sdk, open) {
  const rows = new Map(); // by user id, in the order in which they came

  function count() {
    element('count').textContent = rows.size;
    element('nobody').hidden = rows.size > 0;
  }

  function show(friend, fresh) {
    const row = rows.get(friend.userID) ?? document.createElement('li');
    const [button, name] = [document.createElement('button'), document.createElement('span')];
    name.textContent = friend.remark || friend.nickname;
    button.append(avatar(friend.userID, friend.nickname), name);
    button.onclick = () => open(friend.userID);
    row.replaceChildren(button);
    row.id = friend.userID;
    row.classList.toggle('fresh', fresh);
    rows.set(friend.userID, row);
    if (fresh) element('friends').prepend(row);
    else if (!row.isConnected) element('friends').append(row);
    count();
  }

  function remove(userID) {
    rows.get(userID)?.remove();
    rows.delete(userID);
    count();
  }

  async function load() {
    const { data } = await sdk.getFriendListPage({ offset: 0, count: MOST });
    element('friends').replaceChildren();
    rows.clear();
    for (const friend of data) show(friend, false);
    count();
    watch();
  }

  // Asks to be told who of the friends comes and goes; once for all that are added in one go.
  let asking;
  function watch() {
    clearTimeout(asking);
    asking = setTimeout(async () => {
      if (!rows.size) return;
      const { data } = await sdk.subscribeUsersStatus([...rows.keys()]);
      for (const each of data) rows.get(each.userID)?.classList.toggle('online', each.status === 1);
    }, 100);
  }

  return {
    load,
    remove,
    add(friend) { show(friend, true); watch(); },
    change(friend) { show(friend, false); },
    // Shows whether a friend is online, and returns the name; undefined for who is none.
    presence(userID, online) {
      const row = rows.get(userID);
      row?.classList.toggle('online', online);
      return row?.querySelector('span:last-child').textContent;
    },
  };
}
