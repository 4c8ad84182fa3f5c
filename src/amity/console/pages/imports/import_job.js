// Asks each second how far the import is; loads the page again when it is something else that may be done.
"use strict";

const state = document.getElementById("state");
const bar = document.getElementById("progress");
const stale = document.getElementById("stale");
const problem = document.getElementById("problem");

function say(text) {
  if (stale.textContent !== text) stale.textContent = text;
  stale.hidden = !text;
}

async function refresh() {
  const answer = await fetch(`/console/imports/progress.json?id=${state.dataset.id}`, { headers: { accept: "application/json" } });
  if (answer.status === 401) {
    say(state.dataset.ended);
    return false;
  }
  if (!answer.ok) throw new Error(String(answer.status));
  const found = await answer.json();
  if (found.state !== state.dataset.state) {
    location.reload();
    return false;
  }
  if (found.total) {
    bar.max = found.total;
    bar.value = found.done;
  } else {
    bar.removeAttribute("value");
  }
  const line = document.getElementById("line");
  if (line && found.line) line.textContent = found.line;
  if (problem.textContent !== found.problem) problem.textContent = found.problem;
  problem.hidden = !found.problem;
  say("");
  return true;
}

async function run() {
  let goesOn = true;
  try {
    goesOn = await refresh();
  } catch {
    say(state.dataset.silent);
  }
  if (goesOn) setTimeout(run, 1000);
}
if (state.dataset.alive) setTimeout(run, 500);
