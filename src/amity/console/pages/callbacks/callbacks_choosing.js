// A box that ticks all rows of the page. After a replay, the list is fetched again for a while, until it has settled.
"use strict";

const again = document.getElementById("again");
let looks = 20;

function offerAll() {
  const every = document.getElementById("every");
  if (!every) return;
  every.hidden = false;
  every.addEventListener("change", () => {
    for (const box of document.querySelectorAll("tbody input[type=checkbox]")) box.checked = every.checked;
  });
}

// Whoever is choosing events keeps the list that was chosen from.
function isUsed(list) {
  return list.contains(document.activeElement) || list.querySelector("input:checked") !== null;
}

async function look() {
  const answer = await fetch(again.href);
  if (!answer.ok || answer.redirected) return false;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const list = document.getElementById("events");
  if (isUsed(list)) return false;
  const newer = page.getElementById("events");
  list.replaceWith(newer);
  showTimes(newer);
  offerAll();
  return true;
}

async function follow() {
  let goesOn = true;
  try {
    goesOn = document.hidden || await look();
  } catch {
    // The server does not answer now; the link asks it as well.
  }
  if (goesOn && --looks) setTimeout(follow, 1000);
}

offerAll();
if (again) setTimeout(follow, 500);
