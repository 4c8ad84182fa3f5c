// One user on the Go core as a shared library, through OpenIM's package for Electron, without Electron.
// options: sdk, the name of the package; api, gateway, platform; folder, where the core keeps its database and its log.
import { EventEmitter } from 'node:events';
import { readFileSync } from 'node:fs';
import Module, { createRequire } from 'node:module';
import path from 'node:path';
import { event, opened, options, serve } from './lines.mjs';

const require = createRequire(import.meta.url);

// What Electron's main process gives the package: a place for its one handler, and news of the machine going to sleep.
let invoke;
const electron = {
  ipcMain: { handle: (_channel, handler) => { invoke = handler; }, removeHandler() {} },
  powerMonitor: new EventEmitter(),
};
// Of the web package it wants the names of events, some of them by a name that no released web package has.
const web = { ...require('@openim/wasm-client-sdk'), SdkEvent: new Proxy({}, { get: (_, name) => name }) };

const load = Module._load;
Module._load = (name, ...rest) => ({ electron, '@openim/wasm-client-sdk': web })[name] ?? load(name, ...rest);

const main = require.resolve(options.sdk);
const assets = path.join(main.slice(0, main.lastIndexOf('/lib/')), 'assets');
const Main = require(main);
const page = Object.assign(new EventEmitter(), { isDestroyed: () => false, send: (_channel, name, answer) => event(name, answer) });
new Main(path.join(assets, `linux_${process.arch}`, 'libopenimsdk.so'), page);

const call = async (method, params) => opened(await invoke({}, method, ...params));

await serve({ core: readFileSync(path.join(assets, 'version'), 'utf8').trim() }, async (method, params) => {
  if (method !== 'login') return call(method, params);
  const [userID, token] = params;
  await call('initSDK', [{
    platformID: options.platform,
    apiAddr: options.api,
    wsAddr: options.gateway,
    dataDir: `${options.folder}/`,
    logFilePath: `${options.folder}/`,
    logLevel: 3,
    isLogStandardOutput: false,
    systemType: 'electron',
  }]);
  return call('login', [{ userID, token }]);
});
