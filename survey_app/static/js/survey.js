/* A page of questions is whole without this; it only spares some taps. */
"use strict";

/* "None of these" and a problem exclude one another. */
document.addEventListener("change", (event) => {
  const box = event.target;
  if (box.type !== "checkbox" || box.name !== "problems" || !box.checked) return;
  const none = box.value === "none";
  for (const other of box.form.querySelectorAll('input[name="problems"]:checked')) {
    if (other !== box && (none || other.value === "none")) other.checked = false;
  }
});

/* A second press on Send would be harmless, but nobody should wonder. */
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "yes";
});
addEventListener("pageshow", () => {
  for (const form of document.forms) delete form.dataset.sent;
});

const summary = document.getElementById("error-summary");
if (summary) summary.focus();
