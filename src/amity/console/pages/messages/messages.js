// Times of the form are the reader's. Without this script they are in UTC, as the labels say.
"use strict";

const two = number => String(number).padStart(2, "0");

for (const zone of document.querySelectorAll(".zone")) zone.remove();
for (const input of document.querySelectorAll("input[type=datetime-local][data-at]")) {
  if (input.dataset.at) {
    const at = new Date(Number(input.dataset.at));
    const day = `${String(at.getFullYear()).padStart(4, "0")}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
    input.value = `${day}T${two(at.getHours())}:${two(at.getMinutes())}`;
  }
  input.form.addEventListener("formdata", event => {
    const at = new Date(input.value).getTime();
    if (input.value && !Number.isNaN(at)) event.formData.set(input.name, String(at));
  });
}
