"""A visitor who knows HTML forms and nothing else: reads a page, fills it in, presses the first button."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin

#: What the visitor types, by the type of the input.
TYPED = {
    "text": "3",
    "date": "2026-03-14",
    "time": "12:30",
    "email": "a@example.com",
    "number": "3",
    "password": "x",
}


@dataclass
class Form:
    """One form of a page: where it goes, what it holds, and what may be chosen."""

    action: str
    method: str
    fixed: list = field(default_factory=list)
    typed: dict = field(default_factory=dict)
    radios: dict = field(default_factory=dict)
    boxes: list = field(default_factory=list)
    selects: dict = field(default_factory=dict)
    checked: list = field(default_factory=list)
    button: tuple | None = None


class _Reader(HTMLParser):
    def __init__(self):
        super().__init__()
        self.forms, self.texts, self.form = [], {}, None
        self._id = self._select = self._textarea = None

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        if tag == "form":
            self.form = Form(given.get("action", ""), given.get("method", "get").lower())
            self.forms.append(self.form)
        if given.get("id"):
            self._id = given["id"]
            self.texts.setdefault(self._id, "")
        if self.form is None:
            return
        if tag == "input":
            self._input(given)
        elif tag == "textarea":
            self.form.typed[given["name"]] = ""
            self._textarea = given["name"]
        elif tag == "select":
            self._select = given["name"]
            self.form.selects[self._select] = []
        elif tag == "option" and self._select:
            self.form.selects[self._select].append(given.get("value"))
        elif tag == "button" and self.form.button is None:
            self.form.button = (given.get("name"), given.get("value", ""))

    def _input(self, given):
        kind, name, value = given.get("type", "text"), given.get("name"), given.get("value", "")
        if kind == "hidden":
            self.form.fixed.append((name, value))
        elif kind == "radio":
            self.form.radios.setdefault(name, []).append(value)
        elif kind == "checkbox":
            self.form.boxes.append((name, value))
            if "checked" in given:
                self.form.checked.append((name, value))
        elif kind != "file":
            self.form.typed[name] = value or TYPED[kind]

    def handle_endtag(self, tag):
        if tag == "form":
            self.form = None
        elif tag == "select":
            self._select = None

    def handle_data(self, data):
        if self._id is not None and data.strip():
            self.texts[self._id] += data.strip()
            self._id = None
        if self._select and self.form and self.form.selects[self._select] and data.strip():
            options = self.form.selects[self._select]
            if options[-1] is None:
                options[-1] = data.strip()


def read_page(html):
    """Return the forms of a page, and the text of each element that has an id."""
    reader = _Reader()
    reader.feed(html)
    return reader.forms, reader.texts


def fill(form, **wanted):
    """Return what is sent: the values wanted, else the first choice, else something typed."""
    pairs = list(form.fixed)
    names = dict.fromkeys([*form.typed, *form.radios, *(name for name, _ in form.boxes), *form.selects])
    for name in names:
        if name in wanted:
            values = wanted[name] if isinstance(wanted[name], list | tuple) else [wanted[name]]
            pairs += [(name, str(value)) for value in values if value is not None]
        elif name in form.typed:
            pairs.append((name, form.typed[name]))
        elif name in form.radios:
            pairs.append((name, form.radios[name][0]))
        elif name in form.selects:
            pairs.append((name, form.selects[name][0]))
        else:
            kept = [value for box, value in form.checked if box == name]
            pairs += [(name, value) for value in kept or [dict(form.boxes)[name]]]
    if form.button and form.button[0]:
        pairs.append((form.button[0], wanted.get(form.button[0], form.button[1])))
    return pairs


class Visitor:
    """Walks through pages over HTTP with a client of the application, following redirects as a browser would."""

    def __init__(self, client):
        self.client = client
        self.address = "/"
        self.response = None

    @property
    def html(self):
        return self.response.get_data(as_text=True)

    def open(self, address):
        self.address = address
        self.response = self.client.get(address)
        return self._follow()

    def send(self, pairs, *, to=None):
        self.address = urljoin(self.address, to or self.address)
        body = {}
        for name, value in pairs:
            body.setdefault(name, []).append(value)
        self.response = self.client.post(self.address, data=body)
        return self._follow()

    def submit(self, number=0, **wanted):
        """Fill in one form of the page and send it."""
        forms = read_page(self.html)[0]
        assert number < len(forms), f"{self.address} has no form {number}:\n{self.html}"
        form = forms[number]
        return self.send(fill(form, **wanted), to=form.action or self.address)

    def form_to(self, part):
        """Return the number of the form whose address ends with these letters."""
        forms = read_page(self.html)[0]
        return next(number for number, form in enumerate(forms) if form.action.endswith(part))

    def form_with(self, name):
        """Return the number of the form that asks for a choice of this name."""
        forms = read_page(self.html)[0]
        return next(number for number, form in enumerate(forms) if name in form.selects)

    def text(self, element):
        return read_page(self.html)[1].get(element)

    def _follow(self):
        while self.response.status_code in (302, 303):
            self.address = urljoin(self.address, self.response.headers["Location"])
            self.response = self.client.get(self.address)
        return self


def answer_until_receipt(visitor, **wanted):
    """Fill in whatever comes until there is a receipt; return its code."""
    for _ in range(12):
        if code := visitor.text("receipt-code"):
            return code
        visitor.submit(**wanted)
        assert visitor.response.status_code == 200, visitor.html
    raise AssertionError("no receipt after twelve pages")
