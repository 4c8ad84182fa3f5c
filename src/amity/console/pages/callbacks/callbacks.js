// Asks for newer entries again and again, and puts them above the others: at once where nobody is reading there, else when
// the reader asks for them, so that the page does not jump.
"use strict";

const live = document.getElementById("live");
const entries = document.getElementById("entries");
const body = entries.querySelector("tbody");
const template = document.getElementById("row");
const pause = document.getElementById("pause");
const newer = document.getElementById("newer");
const told = document.getElementById("told");
const stale = document.getElementById("stale");
const AGAIN_MS = 10_000;
const known = new Set(Array.from(body.rows, each => Number(each.dataset.seq)));
let newest = live ? Number(live.dataset.newest) : 0;
const marks = [{ seq: newest, at: performance.now() }];
let settled = 0;
let waiting = [];
let isPaused = false;
let unsaid = 0;
let quietUntil = 0;

// Processes that share a database may write an entry with a lower number later. So those before the newest are asked for
// again until the newest has been there for AGAIN_MS, and those that are known are passed over.
function after() {
  while (marks.length && performance.now() - marks[0].at >= AGAIN_MS) settled = marks.shift().seq;
  return Math.max(0, settled, Number(live.dataset.older), newest - Number(live.dataset.again));
}

function unknown(found) {
  const fresh = found.filter(each => !known.has(each.seq));
  for (const each of fresh) known.add(each.seq);
  if (fresh.length && fresh[0].seq > newest) {
    newest = fresh[0].seq;
    marks.push({ seq: newest, at: performance.now() });
  }
  for (const seq of known) if (seq <= newest - Number(live.dataset.again)) known.delete(seq);
  return fresh;
}

function row(entry) {
  const made = template.content.firstElementChild.cloneNode(true);
  made.dataset.seq = String(entry.seq);
  for (const name of ["callback", "user", "verdict", "status", "ms", "why"]) {
    made.querySelector(`.${name}`).textContent = entry[name];
  }
  made.querySelector(".verdict").classList.add(entry.class);
  const link = made.querySelector("a.at");
  link.href = `/console/callbacks/entry?seq=${entry.seq}`;
  const time = made.querySelector("time");
  time.dateTime = entry.at;
  time.title = entry.at;
  time.textContent = new Date(entry.at).toLocaleString(document.documentElement.lang, { dateStyle: "medium", timeStyle: "medium" });
  return made;
}

function isRead() {
  return body.contains(document.activeElement) || (entries.getBoundingClientRect().top < 0 && !entries.hidden);
}

function put() {
  if (!waiting.length) return;
  unsaid += waiting.length;
  for (const entry of waiting) {
    const next = Array.from(body.rows).find(each => Number(each.dataset.seq) < entry.seq);
    body.insertBefore(row(entry), next ?? null);
  }
  waiting = [];
  while (body.rows.length > Number(live.dataset.most)) body.lastElementChild.remove();
  entries.hidden = false;
  document.getElementById("none").hidden = true;
  newer.hidden = true;
  // A screen reader reads each of these: not every second.
  if (performance.now() < quietUntil) return;
  quietUntil = performance.now() + 10_000;
  told.textContent = told.dataset.told.replace("#", String(unsaid));
  unsaid = 0;
}

function take(found) {
  const fresh = unknown(found);
  if (!fresh.length) return;
  waiting = [...fresh, ...waiting].sort((one, other) => other.seq - one.seq).slice(0, Number(live.dataset.most));
  if (!isRead()) {
    put();
    return;
  }
  newer.textContent = newer.dataset.newer.replace("#", String(waiting.length));
  newer.hidden = false;
}

function say(text) {
  if (stale.textContent !== text) stale.textContent = text;
  stale.hidden = !text;
}

async function refresh() {
  if (document.hidden || isPaused) return true;
  try {
    const query = `${live.dataset.query}&after=${after()}`;
    const answer = await fetch(`/console/callbacks/log.json?${query}`, { headers: { accept: "application/json" } });
    if (answer.status === 401) {
      say(stale.dataset.ended);
      return false;
    }
    if (!answer.ok) throw new Error(String(answer.status));
    take((await answer.json()).entries);
    say("");
  } catch {
    say(stale.dataset.silent);
  }
  return true;
}

// One after the other: a slow server is not asked twice at once.
async function run() {
  if (await refresh()) setTimeout(run, Number(live.dataset.every));
}

if (live) {
  pause.hidden = false;
  pause.addEventListener("click", () => {
    isPaused = !isPaused;
    pause.textContent = isPaused ? pause.dataset.resume : pause.dataset.pause;
  });
  newer.addEventListener("click", () => {
    put();
    entries.focus();
  });
  setTimeout(run, Number(live.dataset.every));
}
