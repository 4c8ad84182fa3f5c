// A visitor of a page, in a headless Chromium of its own.
// options: url; folder, where the browser keeps its profile; chromium, the browser's program.
// Methods: click(selector), fill(selector, text), submit(selector): all such forms, seen or not, reload(),
// screenshot(path), texts(frame, selector): of a frame by its name, '' being the page; contents(selector): of what is
// hidden, too.
import path from 'node:path';
import { openBrowser } from './browser.mjs';
import { event, options, serve } from './lines.mjs';

const browser = await openBrowser(options.chromium, path.join(options.folder, 'profile'));
const [page] = browser.pages();
page.on('console', line => {
  process.stderr.write(`${line.text()}\n`);
  if (line.type() === 'error') event('ConsoleError', { data: line.text() });
});
page.on('pageerror', error => {
  process.stderr.write(`${error.stack}\n`);
  event('PageError', { data: String(error) });
});
await page.goto(options.url);

const methods = {
  click: selector => page.click(selector, { timeout: 10_000 }),
  fill: (selector, text) => page.fill(selector, text, { timeout: 10_000 }),
  submit: selector => page.locator(selector).evaluateAll(forms => forms.forEach(form => form.requestSubmit())),
  contents: selector => page.locator(selector).allTextContents(),
  texts: (frame, selector) => (frame ? page.frame({ name: frame }) : page).locator(selector).allInnerTexts(),
  reload: async () => { await page.reload(); },
  screenshot: async file => { await page.screenshot({ path: file }); },
};
await serve({ title: await page.title() }, (method, params) => methods[method](...params), () => browser.close());
