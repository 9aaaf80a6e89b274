"""T80: a respondent whose connection goes at every page, who closes it and comes back. Nothing typed is lost."""

import re
import sqlite3
import time
from collections import Counter
from contextlib import closing

from playwright.sync_api import Error

SCRIPT = re.compile(r".*/js/draft\.js")
CANARY = "quoth the raven"
#: Variants of the script that the walk must catch: (what stands in it, what is put in its place).
MUTANTS = {
    "not kept": (
        "keep: (record) => drafts.ask(",
        "keep: (record) => Promise.resolve() || drafts.ask(",
    ),
    "not wiped": (
        "forgetAll: (draft) => drafts.ask(",
        "forgetAll: (draft) => Promise.resolve() || drafts.ask(",
    ),
    "answers in the shell": ("fetch(form.dataset.shell,", "fetch(location.href,"),
}
DRAFTS = """new Promise((found) => {
  const asked = indexedDB.open("survey", 1);
  asked.onupgradeneeded = () => asked.result.createObjectStore("drafts", { keyPath: ["draft", "page"] });
  asked.onsuccess = () => {
    const all = asked.result.transaction("drafts").objectStore("drafts").getAll();
    all.onsuccess = () => { asked.result.close(); found(all.result); };
  };
})"""
_CACHED = """(async () => {
  const found = [];
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) {
      const answer = await cache.match(request);
      found.push([request.url, JSON.stringify([...answer.headers]), await answer.text()]);
    }
  }
  return found;
})()"""
_ANSWERS = """() => {
  const form = document.querySelector("form.questions");
  const hidden = [...form.elements].filter((one) => one.type === "hidden").map((one) => one.name);
  return [...new FormData(form)].filter(([name]) => !hidden.includes(name));
}"""
KEPT = """async () => {
  const form = document.querySelector("form[data-shell]");
  const kept = await (await caches.open("survey-shells")).keys();
  const names = kept.map((request) => new URL(request.url).pathname);
  return Boolean((await navigator.serviceWorker.getRegistration())?.active)
    && names.some((name) => name.endsWith(`/${form.dataset.draft}/${form.dataset.page}`));
}"""
_IS_KEPT = f"""async (answers) => {{
  const page = document.querySelector("form.questions").dataset.page;
  const drafts = await {DRAFTS};
  return drafts.some((one) => one.page === page && JSON.stringify(one.answers) === answers);
}}"""


def until(page, what, arg=None, *, timeout=10_000):
    """Ask the page until it says yes, also by a promise: `wait_for_function` takes any promise for a yes."""
    last = time.monotonic() + timeout / 1000
    while not _says_yes(page, what, arg):
        if time.monotonic() > last:
            raise TimeoutError(f"{page.url} never said yes to {what}")
        page.wait_for_timeout(50)


def _says_yes(page, what, arg):
    try:
        return page.evaluate(what, arg)
    except Error as error:
        if "context was destroyed" in str(error):
            return False  # the page is about to be another one
        raise


class Respondent:
    """Somebody on a train. `found` collects what went wrong."""

    def __init__(self, context, served, chance, *, patience=10_000, mutant=None):
        self.context, self.served, self.chance, self.patience = context, served, chance, patience
        self.found, self.told = [], []
        if mutant:
            self.context.route(SCRIPT, lambda route: self._change(route, *MUTANTS[mutant]))
        self.page = context.new_page()

    @staticmethod
    def _change(route, original, instead):
        answer = route.fetch()
        body = answer.text()
        assert original in body
        route.fulfill(response=answer, body=body.replace(original, instead))

    def start(self, language="en"):
        self.page.goto(self.served.links["survey"][language])
        self.press()

    def press(self):
        self.page.locator("main button.button").first.click()

    def answers(self):
        return [list(pair) for pair in self.page.evaluate(_ANSWERS)]

    def fill_in(self):
        """Answer every question of the page, somehow; texts carry a canary and a number of their own."""
        for name in dict.fromkeys(self._names("input[type=radio]")):
            boxes = self.page.locator(f'form.questions input[type=radio][name="{name}"]').all()
            visible = [box for box in boxes if box.locator("xpath=..").is_visible()]
            if visible:
                self.chance.choice(visible).check(force=True)
        for name in dict.fromkeys(self._names("input[type=checkbox]")):
            self.page.locator(f'form.questions input[type=checkbox][name="{name}"]').first.check()
        for name in self._names("input[inputmode]"):
            self.page.fill(f'form.questions [name="{name}"]', str(self.chance.randrange(1, 9)))
        for name in self._names("textarea"):
            text = f"{CANARY} {self.chance.randrange(10**12)}"
            self.told.append(text)
            self.page.fill(f'form.questions [name="{name}"]', text)

    def _names(self, which):
        return self.page.locator(f"form.questions {which}").evaluate_all("all => all.map((one) => one.name)")

    def must_hold(self, answers, when):
        wanted = (
            f"(wanted) => document.querySelector('form.questions') && JSON.stringify(({_ANSWERS})()) === wanted"
        )
        self._must_come(f"lost something {when}: {answers}", wanted, arg=_json(answers))

    def lose_the_connection(self, *, press):
        """Go off, type, reload, close the page, come back; with `press`, have pressed Continue meanwhile."""
        self._must_come("the page is not kept", KEPT)
        address = self.page.url
        self.context.set_offline(True)
        self.fill_in()
        answers = self.answers()
        self._must_come("the draft is not kept", _IS_KEPT, arg=_json(answers), timeout=min(2_000, self.patience))
        self._look_into_the_cache()
        self._reload()
        self.must_hold(answers, "on reloading")
        if self.found:
            return
        if press:
            self.press()
            self._must_come(
                "nobody says that it waits",
                "() => document.querySelector('.draft-said').textContent.startsWith('Not sent yet')",
            )
        self.page.close()
        self.page = self.context.new_page()
        offline_again = self.chance.random() < 0.5
        if not offline_again:
            self.context.set_offline(False)
        self.page.goto(address)
        if not (press and not offline_again):
            self.must_hold(answers, "on coming back")
        self.context.set_offline(False)
        if press:
            self._must_come("what waited was not sent", "(was) => location.href !== was", arg=address)
        else:
            self.press()
        self.page.wait_for_load_state("load")

    def _reload(self):
        try:
            self.page.reload()
        except Exception as error:  # noqa: BLE001
            self.found.append(f"{self.page.url} does not open without a connection: {error}")

    def _must_come(self, otherwise, what, arg=None, *, timeout=None):
        try:
            until(self.page, what, arg, timeout=timeout or self.patience)
        except TimeoutError:
            self.found.append(f"{self.page.url}: {otherwise}")

    def _look_into_the_cache(self):
        """No answer, no token, no code stands in what the browser keeps for showing pages."""
        token = self.page.url.split("/a/")[1].split("/")[0]
        code = [text.strip() for text in self.page.locator("details p.code").all_text_contents()]
        for address, headers, text in self.page.evaluate(_CACHED):
            whole = address + headers + text
            self.found += [f"{address} holds {word}" for word in (CANARY, token, *code) if word and word in whole]
            answered = re.search(r"\schecked\b|<textarea[^>]*>\s*[^\s<]", text)
            if "/a/" in address and answered:
                self.found.append(f"{address} holds an answer: {answered[0]}")

    def look_back(self):
        """After the receipt: nothing is kept here, and the site has everything once."""
        self.page.wait_for_selector("#receipt-code")
        self.page.wait_for_load_state("networkidle")
        self._must_come("a draft is left after the receipt", f"async () => (await {DRAFTS}).length === 0")
        kept = [address for address, _headers, _text in self.page.evaluate(_CACHED) if "/a/" in address]
        self.found += [f"{address} is left after the receipt" for address in kept]
        stored = Counter(self._stories())
        self.found += [f"{text!r} is stored {stored[text]} times" for text in self.told if stored[text] != 1]

    def _stories(self):
        file = f"file:{self.served.data_dir / 'survey.sqlite3'}?mode=ro"
        with closing(sqlite3.connect(file, uri=True)) as database:
            rows = database.execute("SELECT answers FROM responses WHERE state = 'submitted'").fetchall()
        return re.findall(rf"{CANARY} \d+", " ".join(row[0] for row in rows))


def _json(answers):
    return "[" + ",".join(f"[{_quoted(name)},{_quoted(value)}]" for name, value in answers) + "]"


def _quoted(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def walk(context, served, chance, *, at=None, language="en", **how):
    """Answer the whole survey, losing the connection at these pages (None: at all); return what went wrong."""
    respondent = Respondent(context, served, chance, **how)
    respondent.start(language)
    for _ in range(9):
        respondent.page.wait_for_load_state("load")
        if respondent.page.url.endswith("/receipt"):
            respondent.look_back()
            further = respondent.page.locator("a.button")
            if respondent.found or not further.count():
                break
            further.click()
            continue
        if at is None or respondent.page.url.rpartition("/")[2] in at:
            respondent.lose_the_connection(press=chance.random() < 0.5)
        else:
            respondent.fill_in()
            respondent.press()
        if respondent.found:
            break
    return respondent.found
