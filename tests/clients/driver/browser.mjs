// Debian's Chromium without a window, that stays on this machine and forgets what it did elsewhere.
import { chromium } from 'playwright-core';

const ARGUMENTS = [
  '--no-sandbox', // tests run as root in containers, where Chromium's own sandbox cannot
  '--disable-gpu',
  '--disable-quic',
  '--disable-dev-shm-usage',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost',
];

export const openBrowser = (program, profile, viewport = { width: 1280, height: 800 }) =>
  chromium.launchPersistentContext(profile, { executablePath: program, headless: true, args: ARGUMENTS, viewport });
