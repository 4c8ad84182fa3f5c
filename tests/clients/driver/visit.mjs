// A visitor of a page, in a headless Chromium.
// options: url; browser, where that is.
// Methods: click(selector, frame), fill(selector, text, frame), press(selector, key, frame), submit(selector): all such
// forms, seen or not, texts(frame, selector), become(frame, selector, texts, milliseconds), contents(selector, frame): of
// what is hidden, too, reload(), screenshot(path). A frame is given by its name; '' or nothing is the page.
import { setTimeout as delay } from 'node:timers/promises';
import { openPage } from './browser.mjs';
import { event, options, serve } from './lines.mjs';

const { page, close } = await openPage(options);
page.on('console', line => {
  process.stderr.write(`${line.text()}\n`);
  if (line.type() === 'error') event('ConsoleError', { data: line.text() });
});
page.on('pageerror', error => {
  process.stderr.write(`${error.stack}\n`);
  event('PageError', { data: String(error) });
});
await page.goto(options.url);

const inside = frame => (frame ? page.frame({ name: frame }) : page);

// Waits until what a selector finds says this, and returns what it says at last.
const become = async (frame, selector, expected, milliseconds) => {
  const deadline = Date.now() + milliseconds;
  for (;;) {
    const texts = await inside(frame).locator(selector).allInnerTexts();
    if (JSON.stringify(texts) === JSON.stringify(expected) || Date.now() > deadline) return texts;
    await delay(20);
  }
};

const methods = {
  click: (selector, frame) => inside(frame).click(selector, { timeout: 10_000 }),
  fill: (selector, text, frame) => inside(frame).fill(selector, text, { timeout: 10_000 }),
  press: (selector, key, frame) => inside(frame).press(selector, key, { timeout: 10_000 }),
  submit: selector => page.locator(selector).evaluateAll(forms => forms.forEach(form => form.requestSubmit())),
  contents: (selector, frame) => inside(frame).locator(selector).allTextContents(),
  become,
  texts: (frame, selector) => inside(frame).locator(selector).allInnerTexts(),
  reload: async () => { await page.reload(); },
  screenshot: async file => { await page.screenshot({ path: file }); },
};
await serve({ title: await page.title() }, (method, params) => methods[method](...params), close);
