"""Strangers who know HTML forms and nothing else reach a receipt through the public links, many at once."""

import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlencode, urljoin

import pytest

from tests.browser.server import serving
from tests.journeys.html_forms import fill, read_page

pytestmark = pytest.mark.xdist_group("strangers")
ABREAST = 8
LANGUAGES = ("en", "pl", "fi")


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    with serving(tmp_path_factory.mktemp("instance"), web_workers=2) as started:
        yield started


def load(address, pairs=None):
    """Return the address that a browser would end on, and the page; no cookie is ever sent."""
    body = None if pairs is None else urlencode(pairs).encode()
    with urllib.request.urlopen(address, body, timeout=30) as answer:
        return answer.url, answer.read().decode()


def walk(link):
    """Fill in what comes until there is a receipt; return it."""
    address, page = load(link)
    for _ in range(12):
        forms, texts = read_page(page)
        if "receipt-code" in texts:
            return texts["receipt-code"]
        address, page = load(urljoin(address, forms[0].action or address), fill(forms[0]))
    raise AssertionError("no receipt after twelve pages")


def walk_many(served, each):
    links = [served.links["survey"][language] for language in LANGUAGES for _ in range(each)]
    with ThreadPoolExecutor(ABREAST) as strangers:
        return list(strangers.map(walk, links))


def test_strangers_in_each_language_get_a_receipt(served):
    codes = walk_many(served, 16)
    assert len(set(codes)) == 3 * 16
    assert all(len(code) == 29 and [len(part) for part in code.split("-")] == [4] * 6 for code in codes)


@pytest.mark.slow
def test_two_hundred_strangers_in_each_language_get_a_receipt(served):
    assert len(set(walk_many(served, 200))) == 600


def test_the_address_says_nothing_to_other_sites(served):
    with urllib.request.urlopen(served.links["survey"]["en"]) as answer:
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Set-Cookie"] is None
