// The open chat: its messages, what the user writes, and what becomes of it.
import { GROUP, button, reason } from './app.js';
import { REVOKED, TEXT, words } from './words.js';

const PAGE = 20; // messages at once
const [SENDING, FAILED] = [1, 3]; // OpenIM's numbers of what has become of a message
const element = id => document.getElementById(id);

// Messages stand in the order of the server's clock. What is still being sent comes last.
const time = message => message.status === SENDING ? Infinity : message.sendTime || message.createTime;
const before = (one, other) => time(one) < time(other) || (time(one) === time(other) && one.createTime < other.createTime);

// sdk: OpenIM's client. me: the user's id.
export function openChat(sdk, me) {
  const rows = new Map(); // {message, row} by clientMsgID
  let current; // the conversation
  let rights; // what the user may do here: {write, takeBack(the sender's id)}
  let sending = Promise.resolve(); // messages go one after the other

  const inGroup = () => current.conversationType === GROUP;
  const notice = text => { element('notice').textContent = text; };
  const inOrder = () => [...rows.values()].sort((one, other) => before(one.message, other.message) ? -1 : 1);
  const atEnd = () => element('messages').scrollHeight - element('messages').scrollTop - element('messages').clientHeight < 40;
  const toEnd = () => { element('messages').scrollTop = element('messages').scrollHeight; };

  function fill(row, message) {
    const mine = message.sendID === me;
    const [text, about] = [document.createElement('p'), document.createElement('small')];
    text.textContent = words(message, me);
    const when = new Date(message.sendTime || message.createTime);
    about.append(when.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' }));
    about.title = when.toLocaleString();
    row.className = message.contentType === TEXT ? (mine ? 'mine' : 'theirs') : 'aside';
    row.replaceChildren(text, about);
    if (message.contentType !== TEXT) return;
    if (mine) {
      const mark = document.createElement('span');
      mark.className = 'mark';
      mark.textContent = { [SENDING]: 'sending', [FAILED]: 'not sent' }[message.status] ?? (message.isRead && !inGroup() ? 'read' : 'sent');
      about.append(' · ', mark);
    } else if (inGroup()) {
      const sender = document.createElement('b');
      sender.textContent = message.senderNickname;
      row.prepend(sender);
    }
    if (!rights.write || message.status === SENDING) return;
    if (message.status === FAILED) about.append(' ', button('Send again', () => send(current, message)));
    else if (rights.takeBack(message.sendID)) about.append(' ', button('Take back', () => takeBack(message)));
  }

  // Shows a message, or what it has become. A page that was asked for earlier than an event came is older than the event:
  // what was read or taken back stays so.
  function put(message) {
    const known = rows.get(message.clientMsgID);
    if (known?.message.contentType === REVOKED && message.contentType !== REVOKED) return;
    const merged = { ...message, isRead: message.isRead || Boolean(known?.message.isRead) };
    const row = known?.row ?? document.createElement('li');
    rows.set(message.clientMsgID, { message: merged, row });
    fill(row, merged);
    const next = inOrder().find(each => each.row !== row && each.row.isConnected && before(merged, each.message));
    const place = next?.row ?? null;
    if (!row.isConnected || row.nextSibling !== place) element('messages').insertBefore(row, place);
  }

  async function page(conversation, startClientMsgID) {
    const asked = { conversationID: conversation.conversationID, startClientMsgID, count: PAGE, viewType: 0 };
    return (await sdk.getAdvancedHistoryMessageList(asked)).data;
  }

  // Brings the newest page. Older rows that do not join it are left out, as messages would be missing between.
  async function load() {
    const conversation = current;
    if (!conversation) return;
    const { messageList, isEnd } = await page(conversation, '');
    if (conversation !== current) return;
    const follow = !rows.size || atEnd();
    if (messageList.length && !messageList.some(each => rows.has(each.clientMsgID))) {
      for (const [id, { message, row }] of rows) {
        if (!before(message, messageList[0])) continue;
        row.remove();
        rows.delete(id);
      }
    }
    messageList.forEach(put);
    if (inOrder()[0]?.message.clientMsgID === messageList[0]?.clientMsgID) element('earlier').hidden = isEnd;
    if (follow) toEnd();
    await markRead();
  }

  async function earlier() {
    const [conversation, list] = [current, element('messages')];
    const { messageList, isEnd } = await page(conversation, inOrder()[0]?.message.clientMsgID ?? '');
    if (conversation !== current) return;
    const below = list.scrollHeight - list.scrollTop;
    messageList.forEach(put);
    element('earlier').hidden = isEnd;
    list.scrollTop = list.scrollHeight - below;
  }

  // What the user has before the eyes is read; in a tab that is not seen nothing is. The server does not know a chat yet in
  // which nothing was written.
  async function markRead() {
    if (rows.size && !document.hidden) await sdk.markConversationMessageAsRead(current.conversationID);
  }

  function write(text) {
    const conversation = current;
    const created = sdk.createTextMessage(text);
    const shown = created.then(({ data }) => {
      if (conversation !== current) return;
      put(data);
      toEnd();
    });
    sending = sending.then(async () => {
      try {
        await shown;
        await send(conversation, (await created).data);
      } catch (error) {
        notice(`Not sent: ${reason(error)}`);
        if (conversation === current) element('text').value ||= text;
      }
    });
  }

  async function send(conversation, message) {
    const show = state => { if (conversation === current) put({ ...message, ...state }); };
    show({ status: SENDING });
    try {
      const { data } = await sdk.sendMessage({ recvID: conversation.userID, groupID: conversation.groupID, message });
      show(data);
      notice('');
    } catch (error) {
      show({ status: FAILED });
      notice(`Not sent: ${reason(error)}`);
    }
  }

  async function takeBack(message) {
    const conversation = current;
    try {
      await sdk.revokeMessage({ conversationID: conversation.conversationID, clientMsgID: message.clientMsgID });
      const { clientMsgID, sendID, senderNickname } = message;
      const about = { clientMsgID, revokerID: me, sourceMessageSendID: sendID, sourceMessageSenderNickname: senderNickname };
      if (conversation === current) revoked(about);
    } catch (error) {
      notice(`Not taken back: ${reason(error)}`);
      if (conversation === current) put(message);
    }
  }

  function revoked(about) {
    const known = rows.get(about.clientMsgID);
    if (known) put({ ...known.message, contentType: REVOKED, textElem: undefined, notificationElem: { detail: JSON.stringify(about) } });
  }

  function allow(given) {
    rights = given;
    for (const each of ['text', 'send']) element(each).disabled = !rights.write;
    element('text').placeholder = rights.write ? 'Write a message' : 'You are not in this group any more';
    for (const { message, row } of rows.values()) fill(row, message);
  }

  const belongs = ({ groupID, sendID, recvID }) => (inGroup() ? groupID === current.groupID :
    !groupID && ((sendID === me && recvID === current.userID) || (sendID === current.userID && recvID === me)));

  element('earlier').onclick = () => earlier().catch(error => notice(reason(error)));
  element('write').onsubmit = event => {
    event.preventDefault();
    const text = element('text').value.trim();
    if (!text || !current) return;
    element('text').value = '';
    write(text);
  };
  element('text').onkeydown = event => {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return; // an input method's Enter takes a word
    event.preventDefault();
    element('write').requestSubmit();
  };
  document.addEventListener('visibilitychange', () => markRead().catch(error => notice(reason(error))));

  return {
    allow,
    load,
    revoked,
    // Shows the name that the open chat has got.
    change(conversations) {
      const changed = conversations.find(({ conversationID }) => conversationID === current?.conversationID);
      if (changed) element('with').textContent = changed.showName;
    },
    async open(conversation) {
      current = conversation;
      rows.clear();
      element('messages').replaceChildren();
      element('earlier').hidden = true;
      element('with').textContent = conversation.showName;
      element('chat').dataset.open = conversation.conversationID;
      allow({ write: true, takeBack: sender => sender === me });
      notice('');
      element('text').focus();
      await load();
    },
    // Shows those of some new messages that belong here.
    async received(messages) {
      const here = current ? messages.filter(belongs) : [];
      if (!here.length) return;
      const follow = atEnd();
      here.forEach(put);
      if (follow) toEnd();
      await markRead();
    },
    read(receipts) {
      for (const { msgIDList } of receipts) {
        for (const id of msgIDList ?? []) {
          const known = rows.get(id);
          if (known) put({ ...known.message, isRead: true });
        }
      }
    },
  };
}
