"""`matrix.csv`, read: who gets which answer at every door of the site. CONTRIBUTING.md says how to add a row."""

import csv
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

from werkzeug.routing import AnyConverter

from tests.factories.world import ROLES

HERE = Path(__file__).parent
SIGN_IN = "sign in"
_ARGUMENT = re.compile(r"<(?:[^<>]*:)?(\w+)>")
_THING = re.compile(r"\{(\w+)(?: (\w+))?\}")
#: What is different each time and says nothing: the proof of origin in a form, the request id of a page.
_NONCE = re.compile(r'(name="(?:csrf_token|request_id|submission)"[^>]*value=")[^"]*')
_EACH_TIME = ("Date", "Content-Length")
_COOKIE = re.compile(r"(?<=\w)=[^;]*(?=; (?:Expires|HttpOnly))|(?<=Expires)=[^;]*")
FORMS = tomllib.loads((HERE / "forms.toml").read_text())


@dataclass(frozen=True, eq=False)
class Row:
    """One door, asked for one thing (or several): the answer that each role gets."""

    endpoint: str
    method: str
    of: tuple
    answers: dict

    @property
    def door(self):
        return self.endpoint, self.method

    def __str__(self):
        return f"{self.endpoint} {self.method} {named(self.of)}".strip()


def rows():
    """Return the rows of the file."""
    with (HERE / "matrix.csv").open(newline="") as file:
        lines = [[cell.strip() for cell in line] for line in csv.reader(file)]
    heading, *lines = [line for line in lines if line and not line[0].startswith("#")]
    assert tuple(heading) == ("endpoint", "method", "of", *ROLES)
    return [Row(line[0], line[1], things(line[2]), dict(zip(ROLES, line[3:], strict=True))) for line in lines]


def written(found):
    """Return rows as the file has them."""
    cells = [[row.endpoint, row.method, named(row.of), *(row.answers[role] for role in ROLES)] for row in found]
    cells.insert(0, ["endpoint", "method", "of", *ROLES])
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    lines = [", ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) for line in cells]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def things(text):
    """Return (kind, relation) of each thing that is named in the column `of`."""
    return tuple(tuple(thing.split()) for thing in text.split("+")) if text else ()


def named(of):
    return " + ".join(" ".join(thing) for thing in of)


def doors(app):
    """Return every endpoint with each method that it answers to; HEAD and OPTIONS go with GET."""
    return {
        (rule.endpoint, method)
        for rule in app.url_map.iter_rules()
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }


def arguments(app, endpoint):
    """Return the arguments of an address that name a thing, in their order, and the words of the others."""
    rule = next(app.url_map.iter_rules(endpoint))
    words = {
        name: next(word for word in ("en", "responses", *sorted(converter.items)) if word in converter.items)
        for name, converter in rule._converters.items()
        if isinstance(converter, AnyConverter)
    }
    return [name for name in _ARGUMENT.findall(rule.rule) if name not in words], words


def address(world, endpoint, of):
    """Return the address of an endpoint for these things."""
    names, values = arguments(world.app, endpoint)
    assert len(names) == len(of), f"{endpoint} names {len(names)} things: {', '.join(names)}"
    values |= {name: world.thing(*thing) for name, thing in zip(names, of, strict=True)}
    return world.app.url_map.bind("localhost").build(endpoint, values)


def form(world, endpoint, of=(), **instead):
    """Return a form that the endpoint would take, about things in the relation of the first one in the address."""
    relation = of[0][1] if of else "own"

    def put(match):
        kind, given = match.groups()
        wanted = instead.get(kind) or given or (relation if relation in world.things[kind] else "own")
        return world.thing(kind, wanted)

    fields = FORMS.get(endpoint)
    assert fields is not None, f"forms.toml does not say what {endpoint} takes"
    return {name: _THING.sub(put, str(value)) for name, value in fields.items()}


def things_in_form(endpoint):
    """Return the fields of an endpoint's form that name a thing, with its kind."""
    found = ((name, _THING.fullmatch(str(value))) for name, value in FORMS[endpoint].items())
    return {name: match[1] for name, match in found if match}


def ask(world, role, endpoint, method, of, *, client=None, **instead):
    """Knock at a door as somebody; return what was answered."""
    body = None if method == "GET" else form(world, endpoint, of, **instead) | {"csrf_token": world.proofs[role]}
    with (client or world.client(role)).open(address(world, endpoint, of), method=method, data=body) as answer:
        answer.get_data()
        return answer


def answered(answer):
    """Return an answer as the matrix writes it."""
    if answer.status_code in (302, 303) and answer.headers["Location"].startswith("/account/sign-in"):
        return SIGN_IN
    return str(answer.status_code)


def face(answer, world, of):
    """Return all that can be seen of an answer, but for the names of the things that were asked for."""
    body = _NONCE.sub(r"\1", answer.get_data(as_text=True))
    for thing in of:
        body = body.replace(world.thing(*thing), "…")
    headers = [(name, _COOKIE.sub("=", value)) for name, value in answer.headers if name not in _EACH_TIME]
    return answer.status_code, headers, len(body), body
