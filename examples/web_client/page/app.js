// What both pages share.

// News among the page and its clients: {sent: when the administrator clicked}, {synced: a user's id}, {failed: whose login,
// why}.
export const news = new BroadcastChannel('amity-web-client');

// Asks the app's server (serve.py). Throws an Error with its reason.
export async function ask(path, body) {
  const answer = await fetch(`app/${path}`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });
  const text = await answer.text();
  if (!answer.ok) throw new Error(answer.headers.get('Content-Type')?.startsWith('application/json') ? JSON.parse(text).error : text);
  return JSON.parse(text);
}

// The same colour for the same user, everywhere.
export function colour(id) {
  const hue = [...id].reduce((sum, letter) => (sum * 31 + letter.codePointAt(0)) % 360, 7);
  return `hsl(${hue} 55% 45%)`;
}
