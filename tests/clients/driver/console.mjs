// An administrator at the console, in a headless Chromium, with cookies of its own.
// options: url; browser, where that is; context, what the browser is like (viewport, colorScheme, locale).
// Methods: open(path), arrives(path): waits until the page is there, appears(selector): waits until that is on it, on
// whichever page, fill(selector, text), choose(selector, file), drop(selector, name, text): a file with that text,
// select(selector, value), click(selector), download(selector, file): clicks and stores the file that comes, press(key): of
// the keyboard, with the focus where it is, type(text): there, too, focused(): what has the focus, texts(selector),
// become(selector, texts, milliseconds), evaluate(expression): in the page, cookies(), forget(): them all, axe(): what
// axe-core finds, elsewhere(): requests that went to other servers, screenshot(path).
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { setTimeout as delay } from 'node:timers/promises';
import { chromium } from 'playwright-core';
import { event, options, serve } from './lines.mjs';

const browser = await chromium.connectOverCDP(options.browser);
const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'en-GB', ...options.context });
const page = await context.newPage();
const others = [];
page.on('console', line => {
  process.stderr.write(`${line.text()}\n`);
  // What a form was answered with 403 or 429 is an error to the browser alone.
  if (line.type() === 'error' && !line.text().startsWith('Failed to load resource')) event('ConsoleError', { data: line.text() });
});
page.on('pageerror', error => {
  process.stderr.write(`${error.stack}\n`);
  event('PageError', { data: String(error) });
});
page.on('request', request => {
  if (!request.url().startsWith(`${options.url}/console`)) others.push(request.url());
});
const axeSource = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const focusedElement = () => {
  const element = document.activeElement;
  return { tag: element.tagName.toLowerCase(), id: element.id, text: element.innerText?.trim() ?? '', href: element.getAttribute('href') ?? '' };
};

const become = async (selector, expected, milliseconds) => {
  const deadline = Date.now() + milliseconds;
  for (;;) {
    // While the browser goes to another page there is none to look at.
    const texts = await page.locator(selector).allInnerTexts().catch(() => []);
    if (JSON.stringify(texts) === JSON.stringify(expected) || Date.now() > deadline) return texts;
    await delay(20);
  }
};

const methods = {
  open: async path => { await page.goto(options.url + path); },
  arrives: async path => { await page.waitForURL(options.url + path, { timeout: 10_000 }); },
  appears: async selector => { await page.waitForSelector(selector, { state: 'attached', timeout: 15_000 }); },
  fill: (selector, text) => page.fill(selector, text, { timeout: 10_000 }),
  choose: (selector, file) => page.setInputFiles(selector, file, { timeout: 10_000 }),
  drop: async (selector, name, text) => {
    const transfer = await page.evaluateHandle(([name, text]) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([text], name));
      return transfer;
    }, [name, text]);
    await page.dispatchEvent(selector, 'dragover', { dataTransfer: transfer });
    await page.dispatchEvent(selector, 'drop', { dataTransfer: transfer });
  },
  click: selector => page.click(selector, { timeout: 10_000 }),
  select: async (selector, value) => { await page.selectOption(selector, value, { timeout: 10_000 }); },
  download: async (selector, file) => {
    const [download] = await Promise.all([page.waitForEvent('download', { timeout: 10_000 }), page.click(selector)]);
    await download.saveAs(file);
    return download.suggestedFilename();
  },
  press: key => page.keyboard.press(key),
  type: text => page.keyboard.type(text),
  focused: () => page.evaluate(focusedElement),
  texts: selector => page.locator(selector).allInnerTexts(),
  become,
  evaluate: expression => page.evaluate(expression),
  cookies: () => context.cookies(),
  forget: () => context.clearCookies(),
  axe: async () => {
    // Not a script of the page, whose policy would refuse it.
    await page.evaluate(axeSource);
    const found = await page.evaluate(() => axe.run(document, { resultTypes: ['violations'] }));
    return found.violations.map(each => `${each.id}: ${each.help}: ${each.nodes.map(node => node.target.join(' ')).join(', ')}`);
  },
  elsewhere: async () => others,
  screenshot: async file => { await page.screenshot({ path: file, fullPage: false }); },
};
await serve({}, (method, params) => methods[method](...params), () => context.close());
