// The page around the two clients, and the administrator's buttons.
import { ask, news } from './app.js';

const NAMES = 'Carol Dave Erin Frank Grace Heidi Ivan Judy Kevin Laura Mallory Niaj Olivia Peggy Quentin Rupert Sybil Trent Ursula Victor Wendy Xavier Yvonne Zoe'.split(' ');

// A user keeps its friends: every visit without ?run= has users of its own.
const address = new URL(location);
if (!address.searchParams.get('run')) {
  address.searchParams.set('run', Math.random().toString(36).slice(2, 7));
  history.replaceState(null, '', address);
}
const run = address.searchParams.get('run');

const person = nickname => ({ userID: `${nickname.toLowerCase()}_${run}`, nickname });
const stranger = number => person(NAMES[number % NAMES.length] + (number < NAMES.length ? '' : Math.floor(number / NAMES.length) + 1));
const [alice, bob] = [person('Alice'), person('Bob')];
const element = id => document.getElementById(id);
let imported = 0;

for (const each of [alice, bob]) {
  const frame = document.createElement('iframe');
  frame.src = `client.html?${new URLSearchParams(each)}`;
  frame.title = each.nickname;
  frame.name = each.nickname;
  element('clients').append(frame);
}

// Asks the app's server, and says how that went.
async function act(said, path, body) {
  const sent = Date.now();
  news.postMessage({ sent });
  const began = performance.now();
  try {
    const done = await ask(path, body);
    element('said').textContent = `${said(done)}, ${Math.round(performance.now() - began)} ms`;
  } catch (error) {
    element('said').textContent = `Failed: ${error.message}`;
  }
}

element('number').oninput = () => { element('shown').textContent = element('number').value; };
element('befriend').onclick = () => act(done => `Imported: ${done.imported} new friend`, 'import_friends', { owner: alice, friends: [bob] });
element('import').onclick = () => {
  const friends = Array.from({ length: Number(element('number').value) }, () => stranger(imported++));
  return act(done => `Imported: ${done.imported} new friends`, 'import_friends', { owner: alice, friends });
};
element('part').onclick = () => act(() => 'Taken off each other\'s lists', 'part', { users: [alice, bob] });

const here = new Set();
news.onmessage = ({ data }) => {
  if (data.failed) element('said').textContent = `${data.failed} could not log in: ${data.why}. It tries again by itself.`;
  if (!data.synced) return;
  here.add(data.synced);
  if (![alice, bob].every(each => here.has(each.userID))) return;
  for (const button of document.querySelectorAll('button')) button.disabled = false;
  element('said').textContent = 'Both are logged in.';
};
