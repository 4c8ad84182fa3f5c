// Shows times of day in the reader's own time zone; without this script they are shown in UTC.
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
