// What the page and its two clients share.

// OpenIM's numbers of kinds of conversations.
export const [SINGLE, GROUP] = [1, 3];

// News among the page and its clients: {sent: when the administrator clicked}, {synced: a user's id}, {failed: whose login,
// why}, {made: the id of a new group}.
export const news = new BroadcastChannel('amity-web-client');

// Asks the app's server (serve.py). Throws an Error with its reason.
export async function ask(path, body) {
  const answer = await fetch(`app/${path}`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });
  const text = await answer.text();
  if (!answer.ok) throw new Error(answer.headers.get('Content-Type')?.startsWith('application/json') ? JSON.parse(text).error : text);
  return JSON.parse(text);
}

// Returns why something failed. Errors of OpenIM's client are plain objects.
export const reason = error => error.message ?? error.errMsg ?? String(error);

// Returns what stands in a JSON text; nothing where it is none.
export function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

// Returns a circle with a user's first letter, in the same colour for the same user everywhere.
export function avatar(id, name) {
  const [circle, hue] = [document.createElement('span'), [...id].reduce((sum, letter) => (sum * 31 + letter.codePointAt(0)) % 360, 7)];
  circle.className = 'avatar';
  circle.textContent = [...name].slice(0, 1).join('');
  circle.style.background = `hsl(${hue} 55% 45%)`;
  circle.ariaHidden = 'true';
  return circle;
}

// Returns a button that does something once: who uses it draws it anew.
export function button(text, act, className = 'link') {
  const made = document.createElement('button');
  made.type = 'button';
  made.textContent = text;
  made.className = className;
  made.onclick = () => { made.disabled = true; act(); };
  return made;
}
