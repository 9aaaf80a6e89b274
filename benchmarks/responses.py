"""What one completed response costs: a one-page instrument with 34 fields, beside a bare Flask INSERT.

Both are served by gunicorn with one worker, and both are asked the same way: GET the page, POST it. CPU is that of
the web processes, read from /proc before and after; the database server's own is not in it.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode, urljoin

from benchmarks.serving import gunicorn
from tests.databases import new_database, postgresql_server

ROOT = Path(__file__).parents[1]
COMPLETED = 300
GROWTH = 128
AT_ONCE = (1, 4, 16, 64)
_TICKS = os.sysconf("SC_CLK_TCK")

#: One table, one INSERT, one page with 34 inputs: what any such application has to do at least.
FLOOR = """
import os
from flask import Flask, request
from sqlalchemy import create_engine, text
app = Flask("floor")
engine = create_engine(os.environ["DATABASE_URL"])
names = [f"f{number}" for number in range(34)]
inputs = "".join(f"<input name='{name}'>" for name in names)
page = f"<form method='post'>{inputs}<button>Send</button></form>"
with engine.begin() as connection:
    connection.execute(text("CREATE TABLE IF NOT EXISTS floor (answers TEXT)"))
@app.get("/")
def show():
    return page
@app.post("/")
def keep():
    with engine.begin() as connection:
        answers = "|".join(request.form[name] for name in names)
        connection.execute(text("INSERT INTO floor VALUES (:answers)"), {"answers": answers})
    return "thanks"
"""

_MAKE_STUDY = """
import json, sys
from benchmarks.responses import one_page_instrument
from tests.factories.studies import make_open_study
from wsgi import app
with app.app_context():
    print(make_open_study(definition=one_page_instrument()).links[0])
"""


def one_page_instrument() -> dict[str, object]:
    """Return an instrument with one page of 34 fields: key items, scales, choices, numbers and a text."""
    standard = json.loads((ROOT / "survey_app" / "instruments" / "standard.json").read_text())
    items = [item for page in standard["pages"] for item in page["items"]]
    fields = [item for item in items if item["kind"] not in ("problems", "standards") and "only_if" not in item]
    chosen = [item for item in fields if item.get("for") != "shoppers"][:34]
    page = {"code": "all", "stage": "core", "title": standard["title"], "items": chosen}
    return {"schema": 1, "code": "one_page", "title": standard["title"], "pages": [page]}


def cpu_seconds(parent: int) -> float:
    """Return the CPU that a process and its children have used."""
    total = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if parent in (int(stat.parent.name), int(fields[1])):
            total += int(fields[11]) + int(fields[12])
    return total / _TICKS


@contextmanager
def databases(folder: Path) -> Iterator[dict[str, str]]:
    """Give an empty database of each kind."""
    with postgresql_server(folder / "postgresql") as server, new_database(server) as url:
        yield {"SQLite": f"sqlite:///{folder / 'bench.sqlite3'}", "PostgreSQL": url}


def report_responses() -> None:
    """Print milliseconds of CPU per completed response, ours and the floor, on both databases."""
    with tempfile.TemporaryDirectory() as name, databases(Path(name)) as urls:
        for kind, url in urls.items():
            folder = Path(name) / kind
            folder.mkdir()
            ours, floor = _ours(folder, url), _floor(folder, url)
            print(
                f"{'a completed response, 34 fields, ' + kind:<58} {ours:>10.2f} ms   "
                f"{'bare Flask INSERT (CPU of the web process)':<40} {floor:>10.2f} ms   ratio {ours / floor:.1f}"
            )


@contextmanager
def _served(folder: Path, url: str) -> Iterator[tuple[str, int]]:
    """Serve the site with a study of one page; give the address of its link, and the process."""
    environment = {"DATABASE_URL": url, "DATA_DIR": str(folder), "APP_ENV": "development"}
    whole = {**os.environ, **environment}
    subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", "db", "upgrade"],
        cwd=ROOT,
        env=whole,
        check=True,
        capture_output=True,
    )
    made = subprocess.run(
        [sys.executable, "-c", _MAKE_STUDY], cwd=ROOT, env=whole, check=True, capture_output=True, text=True
    )
    link = made.stdout.strip().splitlines()[-1]
    with gunicorn("wsgi:app", folder=ROOT, environment=environment) as (address, _seconds, pid):
        yield f"{address}en/s/{link}", pid


def _ours(folder: Path, url: str) -> float:
    with _served(folder, url) as (link, pid):
        pages = [_begun(link) for _ in range(COMPLETED + 1)]
        _complete(pages.pop())
        before = cpu_seconds(pid)
        for page in pages:
            _complete(page)
        return 1000 * (cpu_seconds(pid) - before) / COMPLETED


def report_growth() -> None:
    """Print completed responses a second and CPU for each, from 1 to 64 respondents at once, on both databases."""
    with tempfile.TemporaryDirectory() as name, databases(Path(name)) as urls:
        for kind, url in urls.items():
            folder = Path(name) / f"{kind} growth"
            folder.mkdir()
            with _served(folder, url) as (link, pid):
                _complete(_begun(link))
                alone = 0.0
                for people in AT_ONCE:
                    rate, cpu = _at_once(link, pid, people)
                    alone = alone or cpu
                    print(
                        f"{f'{people} respondents at once, {kind}':<58} {rate:>10.1f} /s   "
                        f"{'CPU of the web process a response':<40} {cpu:>10.2f} ms   ratio {cpu / alone:.2f}"
                    )


def _at_once(link: str, pid: int, people: int) -> tuple[float, float]:
    """Let so many people complete responses at the same time; return how many a second, and CPU for each in ms."""
    pages = [_begun(link) for _ in range(max(GROWTH, people))]
    before, begun = cpu_seconds(pid), time.perf_counter()
    with ThreadPoolExecutor(people) as crowd:
        list(crowd.map(_complete, pages))
    taken = time.perf_counter() - begun
    return len(pages) / taken, 1000 * (cpu_seconds(pid) - before) / len(pages)


def _begun(link: str) -> str:
    """Start a response; return the address of its page."""
    greeting = urllib.request.urlopen(link).read().decode()
    hidden = re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', greeting)
    body = urlencode(hidden).encode()
    return str(urllib.request.urlopen(link, body).url)


def _complete(address: str) -> None:
    """GET the page, fill in its 34 fields, POST it without following to the receipt."""
    page = urllib.request.urlopen(address).read().decode()
    pairs = re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page)
    filled = dict.fromkeys(re.findall(r'<input id="\w+"\s+name="([\w.]+)"', page), "3")
    filled |= dict(reversed(re.findall(r'name="([\w.]+)"\s+value="([^"]+)"', page)))
    filled |= {"visited_on": "2026-03-14", "started_at_hour": "14", "homepage": ""} | dict(pairs)
    opener = urllib.request.build_opener(_StayHere)
    answer = opener.open(urljoin(address, address), urlencode(filled).encode())
    assert answer.status == 303, answer.read().decode()


class _StayHere(urllib.request.HTTPRedirectHandler):
    """Do not follow a redirect."""

    def http_error_303(self, _request, answer, *_rest):  # type: ignore[no-untyped-def]
        """Return the redirect itself."""
        return answer


def _floor(folder: Path, url: str) -> float:
    (folder / "floor.py").write_text(FLOOR)
    body = urlencode({f"f{number}": "3" for number in range(34)}).encode()
    with gunicorn("floor:app", folder=folder, environment={"DATABASE_URL": url}) as (address, _seconds, pid):
        before = cpu_seconds(pid)
        for _ in range(COMPLETED):
            urllib.request.urlopen(address).read()
            urllib.request.urlopen(address, body).read()
        return 1000 * (cpu_seconds(pid) - before) / COMPLETED
