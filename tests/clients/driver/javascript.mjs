// One user on OpenIM's pure-JavaScript client. Wants a Node with a WebSocket: 22, or 20 with --experimental-websocket.
// options: sdk, the name of the package; api, gateway, platform.
import { randomUUID } from 'node:crypto';
import { createRequire } from 'node:module';
import { event, opened, options, serve } from './lines.mjs';

for (const level of ['trace', 'debug', 'info', 'log', 'warn']) console[level] = console.error;

const { CbEvents, getSDK } = createRequire(import.meta.url)(options.sdk);
const sdk = getSDK();
for (const name of new Set(Object.values(CbEvents))) sdk.on(name, answer => event(name, answer));

await serve({}, async (method, params) => {
  const [userID, token] = params;
  const login = { userID, token, platformID: options.platform, apiAddr: options.api, wsAddr: options.gateway };
  return opened(await sdk[method](...(method === 'login' ? [login] : params), randomUUID()));
});
