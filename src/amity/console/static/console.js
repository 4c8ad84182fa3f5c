// Shows times of day in the reader's own time zone; without this script they are shown in UTC. What is wrong with a form
// gets the focus, and what was said is said once: a page that is loaded again does not repeat it.
"use strict";

const language = document.documentElement.lang;

function showTimes(part) {
  for (const time of part.querySelectorAll("time[datetime]")) {
    const at = new Date(time.dateTime);
    if (Number.isNaN(at.getTime())) continue;
    time.title = time.dateTime;
    time.textContent = at.toLocaleString(language, { dateStyle: "medium", timeStyle: "medium" });
  }
}
showTimes(document);

// In blocks: what stands outside of them is seen by the scripts of the pages.
{
  const problem = document.querySelector("[role=alert]:not([hidden])");
  if (problem) {
    problem.tabIndex = -1;
    problem.focus({ preventScroll: true });
    problem.scrollIntoView({ block: "center", behavior: "instant" });
  }
}
{
  const address = new URL(location.href);
  if (address.searchParams.has("said")) {
    address.searchParams.delete("said");
    history.replaceState(history.state, "", address);
  }
}
