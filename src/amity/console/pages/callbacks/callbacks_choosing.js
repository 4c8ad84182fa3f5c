// A box that ticks all rows of the page.
"use strict";

const every = document.getElementById("every");
if (every) {
  every.hidden = false;
  every.addEventListener("change", () => {
    for (const box of document.querySelectorAll("tbody input[type=checkbox]")) box.checked = every.checked;
  });
}
