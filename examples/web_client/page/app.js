// What the page and its two clients share.

// News among the page and its clients: {sent: when the administrator clicked}, {synced: a user's id}, {failed: whose login,
// why}.
export const news = new BroadcastChannel('amity-web-client');

// OpenIM's numbers of kinds of messages: a text, and what a message becomes that was taken back.
export const [TEXT, REVOKED] = [101, 2101];

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

// Returns what is shown of a message; me is the user's id.
export function words(message, me) {
  if (message.contentType === TEXT) return message.textElem?.content ?? '';
  if (message.contentType !== REVOKED) return `(a message of type ${message.contentType})`;
  const { revokerID, revokerNickname } = parsed(message.notificationElem?.detail) ?? {};
  return revokerID === me ? 'You took a message back' : `${revokerNickname || 'The sender'} took a message back`;
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
