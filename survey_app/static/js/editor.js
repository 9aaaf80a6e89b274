/* The editor is whole without this; it spares a jump to the top, and guards what was typed. */
"use strict";

/* Move, duplicate, remove, undo: in place, with the focus where it was. */
document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!("outline" in form.dataset) || !event.submitter) return;
  event.preventDefault();
  const { name, value } = event.submitter;
  const body = new FormData(form);
  body.append(name, value);
  try {
    const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(body) });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const main = page.querySelector("#outline") ? page.querySelector("main") : null;
    if (!main) throw new Error("another page");
    const top = scrollY;
    document.querySelector("main").replaceWith(document.adoptNode(main));
    scrollTo(0, top);
    const again = document.querySelector(`#outline [name="do"][value="${CSS.escape(value)}"]`);
    (again || document.querySelector("#outline [name='do']"))?.focus({ preventScroll: !again });
  } catch {
    form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
    form.submit();
  }
});

/* Ask before what was typed and not saved is left. */
for (const form of document.querySelectorAll("form[data-careful]")) {
  let typed = false;
  form.addEventListener("input", () => (typed = true));
  form.addEventListener("submit", () => (typed = false));
  addEventListener("beforeunload", (event) => typed && event.preventDefault());
}
