/* What is typed is kept in this browser until it has been sent, for 72 hours at most, and sent once the site can be
   reached. Pages are whole without this. On a device that is said to be shared, nothing is kept.

   A form that names its draft (data-draft, data-page) is kept in IndexedDB. Its page is kept without anybody's
   answers (data-shell), for survey-worker.js to show when there is no connection. */
"use strict";

const DRAFTS = "drafts";
const SHELLS = "survey-shells";
const FILES = "survey-files";
const SHARED = "shared-device";
const LONGEST = 72 * 60 * 60 * 1000;
const SOON = 300;
const SLOW = 1_000;
const NO_ANSWER = 20_000;
const TRY_AGAIN = [2_000, 5_000, 10_000, 20_000];
/* Answers of the site, or of a proxy before it, after which the same may succeed in a moment. */
const BUSY = [408, 425, 429, 500, 502, 503, 504];

const isOld = (moment) => !(Date.now() - moment < LONGEST);

const drafts = {
  opened: null,
  open() {
    this.opened ??= new Promise((resolve, reject) => {
      const asked = indexedDB.open("survey", 1);
      asked.onupgradeneeded = () => asked.result.createObjectStore(DRAFTS, { keyPath: ["draft", "page"] });
      asked.onsuccess = () => resolve(asked.result);
      asked.onerror = () => reject(asked.error);
    });
    return this.opened;
  },
  async ask(mode, work) {
    const database = await this.open();
    return new Promise((resolve, reject) => {
      const transaction = database.transaction(DRAFTS, mode, { durability: "strict" });
      const asked = work(transaction.objectStore(DRAFTS));
      transaction.oncomplete = () => resolve(asked.result);
      transaction.onabort = () => reject(transaction.error);
    });
  },
  find: (draft, page) => drafts.ask("readonly", (store) => store.get([draft, page])),
  keep: (record) => drafts.ask("readwrite", (store) => store.put(record)),
  forget: (draft, page) => drafts.ask("readwrite", (store) => store.delete([draft, page])),
  ofResponse: (draft) => drafts.ask("readonly", (store) => store.getAll(IDBKeyRange.bound([draft], [draft, []]))),
  forgetAll: (draft) => drafts.ask("readwrite", (store) => store.delete(IDBKeyRange.bound([draft], [draft, []]))),
  forgetEverything: () => drafts.ask("readwrite", (store) => store.clear()),
  async forgetOld() {
    for (const record of await drafts.ask("readonly", (store) => store.getAll())) {
      if (isOld(record.at)) await drafts.forget(record.draft, record.page);
    }
  },
};

/* Pages without answers. Their names hold a hash where the address holds the secret token. */
const shells = {
  async keep(form) {
    if (!form.dataset.shell || !("caches" in window)) return;
    const answer = await fetch(form.dataset.shell, { credentials: "omit" });
    if (!answer.ok || answer.redirected || isShared()) return;
    await (await caches.open(SHELLS)).put(this.name(form.dataset.draft, form.dataset.page), answer);
    const files = await caches.open(FILES);
    const used = [...document.querySelectorAll("link[rel=stylesheet], script[src]")].map((one) => one.href || one.src);
    const otherwise = document.querySelector("[data-no-connection]")?.dataset.noConnection;
    if (otherwise) used.push(new URL(otherwise, location).href);
    for (const file of used) if (!(await files.match(file))) await files.add(file);
    for (const old of await files.keys()) if (!used.includes(old.url)) await files.delete(old);
    if (isShared()) await this.forget(() => true); /* somebody said so in between */
  },
  name(draft, page) {
    const parts = location.pathname.split("/");
    return [...parts.slice(0, -2), draft, page].join("/");
  },
  async forget(unwanted) {
    if (!("caches" in window)) return;
    const kept = await caches.open(SHELLS);
    for (const request of await kept.keys()) {
      const [draft, page] = new URL(request.url).pathname.split("/").slice(-2);
      if (unwanted(draft, page, await kept.match(request))) await kept.delete(request);
    }
  },
  forgetOld: () =>
    shells.forget((_draft, _page, shell) => isOld(Date.parse(shell.headers.get("Date")))),
};

/* Nothing is lost if a browser cannot keep or forget something: the pages work without. */
const attempt = (...steps) => Promise.allSettled(steps);
const isShared = () => {
  try {
    return localStorage.getItem(SHARED) === "yes";
  } catch {
    return true;
  }
};
const forgetPage = (name, code) =>
  attempt(
    drafts.forget(name, code),
    shells.forget((draft, page) => draft === name && page === code),
  );
const forgetSaved = async (draft, requests) => {
  for (const record of await drafts.ofResponse(draft)) {
    if (record.waiting !== null && requests.includes(record.request_id)) await forgetPage(draft, record.page);
  }
};
const forgetResponse = (name) =>
  attempt(
    drafts.forgetAll(name),
    shells.forget((draft) => draft === name),
  );
const forgetEverything = () =>
  attempt(
    drafts.forgetEverything(),
    shells.forget(() => true),
  );

/* One form whose answers are kept until the site has them. */
class Kept {
  constructor(form) {
    this.form = form;
    this.said = form.querySelector("[data-say]");
    this.isShell = "blank" in form.dataset;
    this.touched = new Set();
    this.ready = false;
    this.typed = false;
    this.waiting = null;
    this.sending = false;
    this.sent = false;
    this.tries = 0;
    form.addEventListener("input", (event) => this.note(event));
    form.addEventListener("change", (event) => this.note(event));
    form.addEventListener("submit", (event) => this.press(event));
    addEventListener("pagehide", () => this.keep());
    addEventListener("offline", () => this.say(this.waiting === null ? "offline" : "waiting"));
    addEventListener("online", () => (this.waiting === null ? this.say("") : this.send()));
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden") this.keep();
      else if (this.waiting !== null) this.send();
    });
    addEventListener("pageshow", (event) => {
      if (event.persisted) this.waiting = null;
    });
    this.begin();
  }

  get fields() {
    return [...this.form.elements].filter((one) => one.name && one.type !== "hidden");
  }

  get answers() {
    const named = this.fields.map((one) => one.name);
    return [...new FormData(this.form)].filter(([name]) => named.includes(name));
  }

  hidden(name) {
    return this.form.querySelector(`input[type=hidden][name=${name}]`);
  }

  async begin() {
    const { draft, saved } = this.form.dataset;
    if (this.isShell) history.replaceState(null, "", location.href); /* to reload it is no longer to send it */
    if (saved && !this.isShell) await attempt(forgetSaved(draft, saved.split(" ")));
    await attempt(this.restore());
    this.ready = true;
    if (this.waiting !== null) return this.send();
    if (!navigator.onLine) this.say("offline");
    if (!this.isShell) attempt(this.keep(), navigator.onLine && !isShared() && shells.keep(this.form));
  }

  /* Put back what was kept. A page that the site has just given is changed only by what somebody typed. */
  async restore() {
    if (isShared()) return;
    const record = await drafts.find(this.form.dataset.draft, this.form.dataset.page);
    if (!record || isOld(record.at) || !(record.typed || this.isShell)) return;
    const before = JSON.stringify(this.answers);
    for (const name of ["request_id", "revision"]) {
      if (this.hidden(name) && record[name]) this.hidden(name).value = record[name];
    }
    for (const field of this.fields) {
      if (this.touched.has(field.name)) continue;
      const kept = record.answers.filter(([name]) => name === field.name).map(([, value]) => value);
      if (["checkbox", "radio"].includes(field.type)) field.checked = kept.includes(field.value);
      else field.value = kept[0] ?? "";
    }
    const changed = JSON.stringify(this.answers) !== before;
    this.typed ||= record.typed;
    if (record.typed && changed) this.say("restored");
    if ((changed || this.isShell) && !("mistaken" in this.form.dataset)) this.waiting ??= record.waiting;
  }

  note(event) {
    this.touched.add(event.target.name);
    this.typed = true;
    this.waiting = null;
    clearTimeout(this.again);
    if (event.type === "change") this.keep();
    else this.timer ??= setTimeout(() => this.keep(), SOON);
  }

  /* What the site knows already is kept as well where the page may be shown again without its answers. */
  keep() {
    clearTimeout(this.timer);
    this.timer = undefined;
    const worthIt = this.typed || (this.form.dataset.shell && this.answers.some(([, value]) => value));
    if (!this.ready || this.sent || !worthIt || isShared()) return Promise.resolve();
    const { draft, page } = this.form.dataset;
    const [request_id, revision] = ["request_id", "revision"].map((name) => this.hidden(name)?.value);
    const { answers, typed, waiting } = this;
    return drafts.keep({ draft, page, at: Date.now(), request_id, revision, answers, typed, waiting }).catch(() => {});
  }

  say(what) {
    if (!this.said) return;
    const words = this.said.dataset;
    const sentence = (isShared() && words[`${what}Shared`]) || words[what] || "";
    this.said.textContent = sentence;
    this.said.classList.toggle("speaks", Boolean(sentence));
  }

  /* The browser sends the page itself. Without a connection, the answers wait here for one. */
  press(event) {
    if (this.form.dataset.sent) return;
    this.waiting = event.submitter?.getAttribute("formaction") ?? this.form.getAttribute("action");
    if (navigator.onLine) return this.keep();
    event.preventDefault();
    event.stopPropagation();
    this.send();
  }

  /* Send what waits, and lead on once the site has answered; the same request counts once. */
  async send() {
    if (this.sending || this.sent || this.waiting === null) return;
    this.sending = true;
    clearTimeout(this.again);
    await attempt(this.keep());
    const slow = setTimeout(() => this.say("sending"), SLOW);
    const answer = await this.post(this.waiting);
    clearTimeout(slow);
    this.sending = false;
    if (answer === null || BUSY.includes(answer.status)) return this.wait(answer === null ? "waiting" : "busy");
    const isLed = answer.headers.get("Content-Type") === "application/json";
    const led = isLed ? await answer.json().catch(() => null) : null;
    if (led === null) return isLed ? this.wait("waiting") : this.leave();
    this.sent = true;
    const { draft, page } = this.form.dataset;
    await (led.whole ? forgetResponse(draft) : forgetPage(draft, page));
    location.assign(led.leads_to);
  }

  async post(address) {
    const body = new URLSearchParams(new FormData(this.form));
    const headers = { Accept: "application/json" };
    const patience = new AbortController();
    const timer = setTimeout(() => patience.abort(), NO_ANSWER);
    try {
      return await fetch(address, { method: "POST", body, headers, signal: patience.signal });
    } catch {
      return null;
    } finally {
      clearTimeout(timer);
    }
  }

  wait(why) {
    this.say(why);
    const pause = TRY_AGAIN[Math.min(this.tries++, TRY_AGAIN.length - 1)];
    this.again = setTimeout(() => this.send(), pause);
  }

  /* The answer is a page of its own, such as one with a mistake: let the browser ask for it. Nothing was written. */
  async leave() {
    this.form.action = this.waiting;
    this.waiting = null;
    await attempt(this.keep());
    HTMLFormElement.prototype.submit.call(this.form);
  }
}

/* Two answers to one question: who chooses those of the page sends them as another request, on the newest revision. */
const settle = async (form) => {
  const record = await drafts.find(form.dataset.settled, form.dataset.page);
  if (!record || isShared()) return;
  const [request_id, revision] = ["request_id", "revision"].map((name) => form.elements[name].value);
  await drafts.keep({ ...record, request_id, revision, waiting: form.getAttribute("action") });
};

/* Somebody says that this device is shared, or that it is not. */
const offerToKeepNothing = (box) => {
  const label = box.closest("[hidden]");
  if (label) label.hidden = false;
  box.checked = isShared();
  box.addEventListener("change", async () => {
    try {
      localStorage.setItem(SHARED, box.checked ? "yes" : "no");
    } catch {
      box.checked = true;
    }
    if (box.checked) await forgetEverything();
  });
};

attempt(drafts.forgetOld(), shells.forgetOld()).then(async () => {
  for (const done of document.querySelectorAll("[data-forget]")) {
    await (done.dataset.forget ? forgetResponse(done.dataset.forget) : forgetEverything());
  }
});
for (const form of document.querySelectorAll("form[data-draft]")) new Kept(form);
for (const box of document.querySelectorAll("[data-shared]")) offerToKeepNothing(box);
for (const form of document.querySelectorAll("form[data-settled]")) {
  form.addEventListener("submit", () => attempt(settle(form)));
}
for (const link of document.querySelectorAll("a[data-dropped]")) {
  link.addEventListener("click", async (event) => {
    event.preventDefault();
    await forgetPage(link.dataset.dropped, link.dataset.page);
    location.assign(link.href);
  });
}

const worker = document.querySelector("[data-worker]");
if (worker && "serviceWorker" in navigator && !isShared()) {
  const scope = `${location.pathname.split("/").slice(0, -2).join("/")}/`;
  attempt(navigator.serviceWorker.register(worker.dataset.worker, { scope }));
}
