// Pages in Debian's Chromium without a window, which stays on this machine: in the one that the tests of a run share
// (options.browser, where it is), or in one of this driver's own, which ends with it (options.chromium, its program;
// options.folder, where it keeps its profile). A browser keeps what a page stores for whoever opens the same origin next.
import path from 'node:path';
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

const own = ({ chromium: program, folder }) => chromium.launchPersistentContext(
  path.join(folder, 'profile'), { executablePath: program, headless: true, args: ARGUMENTS });

// Returns a new page, and what closes it.
export async function openPage(options) {
  if (!options.browser) {
    const context = await own(options);
    return { page: await context.newPage(), close: () => context.close() };
  }
  const browser = await chromium.connectOverCDP(options.browser);
  const page = await browser.contexts()[0].newPage();
  await page.setViewportSize({ width: 1280, height: 800 });
  return { page, close: () => page.close() };
}
