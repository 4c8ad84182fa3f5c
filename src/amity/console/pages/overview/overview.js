// Fetches the samples again and again, and puts them into the charts that the server drew.
"use strict";

const charts = document.getElementById("charts");
const problems = document.getElementById("problems");
const stale = document.getElementById("stale");
let told = problems.textContent.replace(/\s+/g, " ").trim();

function show(found) {
  if (found.span) document.getElementById("span").textContent = found.span;
  for (const [name, chart] of Object.entries(found.charts)) {
    const figure = document.getElementById(`chart-${name}`);
    if (!figure) continue;
    figure.querySelector(".top").textContent = chart.top;
    const paths = figure.querySelectorAll("path");
    const numbers = figure.querySelectorAll("dd");
    chart.lines.forEach((line, at) => {
      paths[at].setAttribute("d", line.path);
      numbers[at].textContent = line.now;
    });
  }
  // A screen reader says what is put here: only what has changed.
  const said = found.problems.map(problem => [problem.text, problem.page, problem.see].filter(Boolean).join(" ")).join(" ") || problems.dataset.well;
  if (said !== told) {
    told = said;
    problems.replaceChildren(found.problems.length ? list(found.problems) : well());
  }
}

function list(found) {
  const ul = document.createElement("ul");
  ul.className = "problems";
  for (const problem of found) {
    const li = document.createElement("li");
    const see = document.createElement("small");
    see.textContent = problem.see;
    li.append(`${problem.text} `);
    if (problem.path) {
      const page = document.createElement("a");
      page.href = problem.path;
      page.textContent = problem.page;
      li.append(page, " ");
    }
    li.append(see);
    ul.append(li);
  }
  return ul;
}

function well() {
  const p = document.createElement("p");
  p.className = "well";
  p.textContent = problems.dataset.well;
  return p;
}

function say(text) {
  if (stale.textContent !== text) stale.textContent = text;
  stale.hidden = !text;
}

async function refresh() {
  if (document.hidden) return true;
  try {
    const answer = await fetch("/console/overview/samples.json", { headers: { accept: "application/json" } });
    if (answer.status === 401) {
      say(stale.dataset.ended);
      return false;
    }
    if (!answer.ok) throw new Error(String(answer.status));
    show(await answer.json());
    say("");
  } catch {
    say(stale.dataset.silent);
  }
  return true;
}

// One after the other: a slow server is not asked twice at once.
async function run() {
  if (await refresh()) setTimeout(run, Number(charts.dataset.every));
}
document.addEventListener("visibilitychange", refresh);
setTimeout(run, Number(charts.dataset.every));
