/* A page of questions is whole without this; it only spares some taps. */
"use strict";

/* An answer that shuts out the others, such as "none of these", and the others exclude one another. */
document.addEventListener("change", (event) => {
  const box = event.target;
  if (box.type !== "checkbox" || !box.checked) return;
  const alone = (one) => "exclusive" in one.dataset || (one.name === "problems" && one.value === "none");
  for (const other of box.form.elements) {
    if (other === box || other.name !== box.name || !other.checked) continue;
    if (alone(box) || alone(other)) other.checked = false;
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
