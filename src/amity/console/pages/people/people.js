// Follows an erasure that goes on while its page is open.
"use strict";

const erasure = document.getElementById("erasure");
const state = document.getElementById("erasure-state");
const stale = document.getElementById("stale");

function say(text) {
  if (stale.textContent !== text) stale.textContent = text;
  stale.hidden = !text;
}

async function follow() {
  if (document.hidden) return true;
  try {
    const answer = await fetch(erasure.dataset.url, { headers: { accept: "application/json" } });
    if (answer.status === 401) {
      say(stale.dataset.ended);
      return false;
    }
    if (!answer.ok) throw new Error(String(answer.status));
    const found = await answer.json();
    // A screen reader says what is put here: only what has changed.
    if (state.textContent !== found.state) state.textContent = found.state;
    for (const [name, count] of Object.entries(found.counts)) erasure.querySelector(`[data-count="${name}"]`).textContent = count;
    say("");
    return !found.isFinished;
  } catch {
    say(stale.dataset.silent);
    return true;
  }
}

// One after the other: a slow server is not asked twice at once.
async function run() {
  if (await follow()) setTimeout(run, 2000);
}
if (!erasure.dataset.finished) setTimeout(run, 2000);
