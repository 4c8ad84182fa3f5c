// Making groups, asking to be let into them, and who asks: the requests of others, and one's own.
import { button, news } from './app.js';
import { question } from './question.js';

const MOST = 100;
const WORKING = 2; // OpenIM's only kind of group that is made
const ASK = 0; // needVerification: who wants to join asks, who is invited is in
const SEARCHED = 3; // joinSource: found by its id
const [WAITING, REFUSED] = [0, -1]; // handleResult
const element = id => document.getElementById(id);

// sdk: OpenIM's client. guarded: see client.js. open(groupID): opens a group's chat.
export function groupRequests(sdk, guarded, open) {
  let latest = 0; // loads may overlap: the last one counts
  let offered = ''; // the newest group that was made on this page; an app would send a link

  const tell = text => { element('told').textContent = text; };

  function line(text, ...buttons) {
    const [row, about] = [document.createElement('li'), document.createElement('span')];
    about.textContent = text;
    row.append(about, ...buttons);
    return row;
  }

  async function load() {
    const asked = ++latest;
    const page = { groupID: [], offset: 0, count: MOST };
    const [received, own] = await Promise.all([
      sdk.getGroupApplicationListAsRecipient({ ...page, handleResults: [WAITING] }),
      sdk.getGroupApplicationListAsApplicant({ ...page, handleResults: [WAITING, REFUSED] }),
    ]);
    if (asked !== latest) return;
    const rows = [...(received.data ?? []).map(toAnswer), ...(own.data ?? []).map(asApplicant)];
    element('requests').replaceChildren(...rows);
    element('asking').hidden = !rows.length;
    for (const each of ['new-group', 'join-group']) element(each).disabled = false;
  }

  function toAnswer({ groupID, groupName, userID, nickname }) {
    const answer = method => guarded(async () => {
      try {
        await sdk[method]({ groupID, fromUserID: userID, handleMsg: '' });
      } finally {
        await load(); // another manager may have been quicker
      }
    });
    return line(`${nickname} wants to join ${groupName}`,
      button('Let in', answer('acceptGroupApplication')), button('Refuse', answer('refuseGroupApplication')));
  }

  function asApplicant({ groupID, groupName, handleResult }) {
    if (handleResult === WAITING) return line(`You asked to join ${groupName}`);
    return line(`You were not let into ${groupName}`, button('Ask again', guarded(() => join(groupID))));
  }

  async function join(groupID) {
    try {
      await sdk.joinGroup({ groupID, reqMsg: '', joinSource: SEARCHED });
    } finally {
      await load();
    }
  }

  news.addEventListener('message', ({ data }) => { offered = data.made ?? offered; });
  element('new-group').onclick = guarded(async () => {
    tell('');
    const groupName = await question('What is the group called?', 'Make it', '');
    if (!groupName) return;
    const { data } = await sdk.createGroup({ memberUserIDs: [], groupInfo: { groupType: WORKING, groupName, needVerification: ASK } });
    news.postMessage({ made: data.groupID });
    await open(data.groupID);
  });
  element('join-group').onclick = guarded(async () => {
    tell('');
    const groupID = await question('What is the id of the group?', 'Ask to join', offered);
    if (groupID) await join(groupID);
  });

  return { load, tell };
}
