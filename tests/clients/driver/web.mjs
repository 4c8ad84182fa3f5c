// One user on the Go core as WebAssembly, in a headless Chromium.
// options: sdk, the name of the package; api, gateway, platform; port, where the page is served: a browser keeps databases
// by origin; and what browser.mjs wants.
import { createReadStream, existsSync } from 'node:fs';
import http from 'node:http';
import { createRequire } from 'node:module';
import path from 'node:path';
import { openPage } from './browser.mjs';
import { event, opened, options, serve } from './lines.mjs';

const require = createRequire(import.meta.url);
const main = require.resolve(options.sdk);
const files = main.slice(0, main.lastIndexOf('/lib/'));
const types = { '.js': 'text/javascript', '.wasm': 'application/wasm' };
const html = `<!doctype html><meta charset="utf-8"><title>One user</title>
<script src="/assets/wasm_exec.js"></script>
<script type="module">
  import { CbEvents, getSDK } from '/lib/index.es.js';
  window.sdk = getSDK({ coreWasmPath: '/assets/openIM.wasm', sqlWasmPath: '/assets/sql-wasm.wasm', debug: false });
  // The package has another name for these than its core.
  const more = ['OnRecvOfflineNewMessage', 'OnRecvOfflineNewMessages'];
  for (const name of new Set([...Object.values(CbEvents), ...more])) sdk.on(name, answer => tellEvent(name, answer));
</script>`;

const server = http.createServer((request, response) => {
  const file = path.join(files, new URL(request.url, 'http://page').pathname);
  const found = types[path.extname(file)] && file.startsWith(files) && existsSync(file);
  response.writeHead(found || request.url === '/' ? 200 : 404, { 'Content-Type': types[path.extname(file)] ?? 'text/html' });
  if (found) createReadStream(file).pipe(response);
  else response.end(request.url === '/' ? html : '');
});
await new Promise(listening => server.listen(options.port, '127.0.0.1', listening));

const { page, close } = await openPage(options);
page.on('console', line => process.stderr.write(`${line.text()}\n`));
page.on('pageerror', error => process.stderr.write(`${error.stack}\n`));
await page.exposeFunction('tellEvent', event);
await page.goto(`http://127.0.0.1:${options.port}/`);
await page.waitForFunction('window.sdk !== undefined');

// Errors of the client are plain objects, which do not get through evaluate as what is thrown.
const inPage = ([method, params]) => window.sdk[method](...params).catch(error =>
  error instanceof Error ? { errCode: -1, errMsg: String(error) } : error);

await serve({}, async (method, params) => {
  const [userID, token] = params;
  const login = { userID, token, platformID: options.platform, apiAddr: options.api, wsAddr: options.gateway, logLevel: 3, tryParse: true };
  return opened(await page.evaluate(inPage, [method, method === 'login' ? [login] : params]));
}, close);
