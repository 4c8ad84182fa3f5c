// Sends a file in parts, each of which may be sent again, and has it checked. To begin twice would make two imports.
"use strict";

const form = document.getElementById("upload");
const chosen = document.getElementById("file");
const sent = document.getElementById("sent");
const problem = document.getElementById("problem");
const button = form.querySelector("button");

class Refused extends Error {}
// Nobody has answered, or whoever did can answer otherwise later.
class Silent extends Refused {}

function say(text) {
  problem.textContent = text;
  problem.hidden = !text;
}

// The server may be silent, or a proxy before it: what may be sent again is, a few times.
const PAUSES = [1000, 2000, 4000, 8000];

async function post(path, type, body) {
  const answer = await fetch(`/console/imports/${path}`, {
    method: "POST",
    headers: { "content-type": type, "x-csrf-token": form.dataset.csrf },
    body,
  }).catch(() => null);
  if (!answer) throw new Silent(form.dataset.silent);
  if (answer.status === 401) throw new Refused(form.dataset.ended);
  const found = await answer.json().catch(() => null);
  if (answer.ok && found) return found;
  const Problem = answer.ok || answer.status >= 500 ? Silent : Refused;
  throw new Problem(found?.detail || form.dataset.silent);
}

async function postAgain(...request) {
  for (const pause of PAUSES) {
    try {
      return await post(...request);
    } catch (error) {
      if (!(error instanceof Silent)) throw error;
    }
    await new Promise(resolve => setTimeout(resolve, pause));
  }
  return post(...request);
}

async function send(file) {
  if (!file) throw new Refused(form.dataset.none);
  if (!file.size) throw new Refused(form.dataset.empty);
  if (file.size > Number(form.dataset.most)) throw new Refused(form.dataset.large);
  const { job } = await post("new.json", "application/json", JSON.stringify({ name: file.name, bytes: file.size }));
  document.getElementById("sending").hidden = false;
  sent.max = file.size;
  let at = 0;
  while (at < file.size) {
    const part = file.slice(at, at + Number(form.dataset.part));
    const { received } = await postAgain(`part.json?job=${job}&at=${at}`, "application/octet-stream", await part.arrayBuffer());
    sent.value = at = received;
  }
  const columns = document.getElementById("columns").value;
  const { path } = await post("check.json", "application/json", JSON.stringify({ job, columns }));
  location.assign(path);
}

form.addEventListener("submit", async event => {
  event.preventDefault();
  if (button.disabled) return;
  say("");
  button.disabled = true;
  try {
    await send(chosen.files[0]);
  } catch (error) {
    say(error instanceof Refused ? error.message : form.dataset.silent);
    document.getElementById("sending").hidden = true;
  }
  button.disabled = false;
});

form.addEventListener("dragover", event => {
  event.preventDefault();
  form.classList.add("over");
});
form.addEventListener("dragleave", () => form.classList.remove("over"));
form.addEventListener("drop", event => {
  event.preventDefault();
  form.classList.remove("over");
  if (!event.dataTransfer.files.length || button.disabled) return;
  chosen.files = event.dataTransfer.files;
  form.requestSubmit();
});
