// The group whose chat is open: who is in it, with which role, and what the user may do there.
import { GROUP, avatar, button } from './app.js';
import { question } from './question.js';

const MOST = 100;
const EVERYBODY = 0;
const [OWNER, ADMIN, ORDINARY] = [100, 60, 20]; // OpenIM's numbers of roles
const ROLES = { [OWNER]: 'owner', [ADMIN]: 'administrator', [ORDINARY]: 'member' };
const element = id => document.getElementById(id);

// sdk: OpenIM's client. me: the user's id. guarded: see client.js. allow(rights): tells the chat what the user may do.
export function groupMembers(sdk, me, guarded, allow) {
  let groupID = ''; // of the open chat; '' for one with a friend
  let latest = 0; // loads may overlap: the last one counts

  // Does something in the group, and shows what the server says it is now, whether or not it did it.
  const act = work => guarded(async () => {
    try {
      await work(groupID);
    } finally {
      await load();
    }
  });

  function line(member, own) {
    const [row, name, role] = ['li', 'span', 'small'].map(kind => document.createElement(kind));
    name.textContent = member.nickname;
    role.textContent = ROLES[member.roleLevel] ?? '';
    row.append(avatar(member.userID, member.nickname), name, role);
    if (own === OWNER ? member.userID !== me : own === ADMIN && member.roleLevel === ORDINARY) {
      const remove = button('Remove', act(id => sdk.kickGroupMember({ groupID: id, reason: '', userIDList: [member.userID] })));
      remove.ariaLabel = `Remove ${member.nickname}`;
      row.append(remove);
    }
    return row;
  }

  async function load() {
    const [asked, id] = [++latest, groupID];
    if (!id) return;
    const isMember = (await sdk.isJoinGroup(id)).data;
    const members = isMember ? (await sdk.getGroupMemberList({ groupID: id, filter: EVERYBODY, offset: 0, count: MOST })).data : [];
    if (asked !== latest) return;
    const roles = new Map(members.map(member => [member.userID, member.roleLevel]));
    const own = roles.get(me);
    element('members').replaceChildren(...members.map(member => line(member, own)));
    element('group-id').textContent = id;
    element('rename').hidden = own !== OWNER && own !== ADMIN;
    element('leave').hidden = !isMember || own === OWNER;
    element('dismiss').hidden = own !== OWNER;
    element('manage').hidden = !isMember;
    if (!isMember) show(false);
    // The server has the last word; this is for who should not be offered what would be refused.
    allow({
      write: isMember,
      takeBack: sender => sender === me || own === OWNER || (own === ADMIN && (roles.get(sender) ?? ORDINARY) === ORDINARY),
    });
  }

  function show(isShown) {
    element('group').hidden = !isShown;
    element('manage').ariaExpanded = String(isShown);
  }

  element('manage').onclick = () => show(element('group').hidden);
  element('rename').onclick = guarded(async () => {
    const groupName = await question('What shall the group be called?', 'Rename', element('with').textContent);
    if (groupName) await act(id => sdk.setGroupInfo({ groupID: id, groupName }))();
  });
  element('leave').onclick = act(id => sdk.quitGroup(id));
  element('dismiss').onclick = guarded(async () => {
    if (await question('End the group for all its members?', 'Dismiss it')) await act(id => sdk.dismissGroup(id))();
  });

  return {
    load,
    async open(conversation) {
      groupID = conversation.conversationType === GROUP ? conversation.groupID : '';
      latest++;
      show(false);
      element('manage').hidden = true;
      await load();
    },
    // Shows what has become of a group, if its chat is open.
    async changed(id) {
      if (id === groupID) await load();
    },
  };
}
