// The list of a user's conversations, the newest first: the last message, and how many are unread.
import { GROUP, SINGLE, avatar, parsed } from './app.js';
import { words } from './words.js';

const MOST = 100;
const element = id => document.getElementById(id);

const shown = ({ conversationType, latestMsg }) => [SINGLE, GROUP].includes(conversationType) && latestMsg;
const order = (one, other) => other.isPinned - one.isPinned || other.latestMsgSendTime - one.latestMsgSendTime;

// sdk: OpenIM's client. me: the user's id. open(conversation): opens its chat.
export function conversationList(sdk, me, open) {
  const known = new Map(); // by conversation id
  let current = '';

  function line(conversation) {
    const [row, button] = [document.createElement('li'), document.createElement('button')];
    const [about, name, last, badge] = ['div', 'b', 'span', 'span'].map(kind => document.createElement(kind));
    name.textContent = conversation.showName;
    last.textContent = words(parsed(conversation.latestMsg) ?? {}, me);
    last.className = 'last';
    badge.textContent = conversation.unreadCount;
    badge.className = 'unread';
    badge.hidden = !conversation.unreadCount;
    badge.ariaLabel = `${conversation.unreadCount} unread`;
    badge.role = 'img'; // a span without a role may have no label
    about.append(name, last);
    button.append(avatar(conversation.userID || conversation.groupID, conversation.showName), about, badge);
    button.onclick = () => open(conversation);
    row.append(button);
    row.classList.toggle('current', conversation.conversationID === current);
    return row;
  }

  function draw() {
    const rows = [...known.values()].filter(shown).sort(order).map(line);
    element('conversations').replaceChildren(...rows);
    element('silence').hidden = rows.length > 0;
  }

  return {
    async load() {
      const { data } = await sdk.getConversationListSplit({ offset: 0, count: MOST });
      known.clear();
      for (const each of data) known.set(each.conversationID, each);
      draw();
    },
    change(conversations) {
      for (const each of conversations) known.set(each.conversationID, each);
      draw();
    },
    select(conversationID) {
      current = conversationID;
      draw();
    },
  };
}
