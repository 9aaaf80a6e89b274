"""What pages load and run in a real Chromium: their own files, nothing of others, no script that was put in."""

import urllib.error
import urllib.request
from urllib.parse import urlsplit

import pytest

pytestmark = pytest.mark.xdist_group(__name__)

#: Who looks, and how many pages each looks at, at most; enough for every kind of page of the demonstration.
ROLES = {"nobody": 25, "shopper": 25, "manager": 20, "researcher": 40, "administrator": 20}
_TRAP = """
window.violations = [];
document.addEventListener('securitypolicyviolation', (event) =>
  window.violations.push(`${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}`));
"""


class Crawler:
    """Follows the links of a site as somebody, and notes what each page loaded and complained of."""

    def __init__(self, browser, served):
        self.served = served
        self.context = browser.new_context(viewport={"width": 1280, "height": 900})
        self.context.add_init_script(_TRAP)
        self.page = self.context.new_page()
        self.page.on("request", self._note)
        self.page.on("console", lambda message: self._hear(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(f"{self.page.url}: {error}"))
        self.foreign, self.complaints, self.violations, self.seen = [], [], [], set()

    def _note(self, request):
        if not request.url.startswith((self.served.address, "data:", "blob:")):
            self.foreign.append(request.url)

    def _hear(self, text):
        """Note what the console says, but for its advice on fields for passwords."""
        if not text.startswith("[DOM]"):
            self.complaints.append(f"{self.page.url}: {text}")

    def sign_in(self, role):
        login = self.served.links["logins"][role]
        self.page.goto(f"{self.served.address}/account/sign-in")
        self.page.fill("[name=email]", login["email"])
        self.page.fill("[name=password]", login["password"])
        self.page.click("main button.button")

    def visit(self, address):
        self.page.goto(address)
        for figure in self.page.locator("[data-figure]").all():
            figure.scroll_into_view_if_needed()
        self.violations += [f"{address}: {each}" for each in self.page.evaluate("window.violations")]

    def crawl(self, start, most):
        waiting, kinds = [start], {}
        while waiting and len(self.seen) < most:
            address = waiting.pop(0)
            kind = "/".join("*" if len(part) >= 16 else part for part in urlsplit(address).path.split("/"))
            if address in self.seen or kinds.get(kind, 0) >= 3:
                continue
            kinds[kind] = kinds.get(kind, 0) + 1
            self.seen.add(address)
            self.visit(address)
            links = self.page.locator("a[href]").evaluate_all("all => all.map((link) => link.href.split('#')[0])")
            waiting += [link for link in dict.fromkeys(links) if self._is_page(link)]

    def _is_page(self, link):
        ours = link.startswith(self.served.address)
        path = urlsplit(link).path
        return ours and not path.endswith((".csv", ".xlsx", ".toml", ".json")) and "/static/" not in path


@pytest.fixture
def crawler(browser, served):
    crawler = Crawler(browser, served)
    yield crawler
    crawler.context.close()


@pytest.mark.parametrize("role", ROLES)
def test_every_page_loads_only_its_own_and_breaks_no_rule_of_its_policy(crawler, served, role):
    """T23, T24."""
    starts = {
        "nobody": [f"{served.address}/", *served.links["survey"].values()],
        "shopper": [served.links["shopper"]],
    }
    if role in served.links["logins"]:
        crawler.sign_in(role)
    for start in starts.get(role, [f"{served.address}/home"]):
        crawler.crawl(start, ROLES[role])
    assert len(crawler.seen) >= 4
    assert crawler.violations == []
    assert crawler.foreign == []
    assert crawler.complaints == []


@pytest.mark.parametrize("path", ["/", "/account/sign-in", "/nowhere"])
def test_a_script_that_was_put_into_a_page_is_blocked(crawler, served, path):
    """T23. The mutant of the test above as well: it would have noticed."""
    page = crawler.page

    def put_in(route):
        answer = route.fetch()
        body = answer.text().replace(
            "</h1>", "</h1><script>document.title = 'run'</script><b onclick='x()'>b</b>", 1
        )
        route.fulfill(response=answer, body=body)

    page.route("**/*", put_in)
    crawler.visit(f"{served.address}{path}")
    assert page.title() != "run"
    assert any(violation.split(": ", 1)[1].startswith("script-src") for violation in crawler.violations)


@pytest.mark.parametrize("path", ["/", "/livez", "/nowhere", "/account/sign-in", "/%ff", "//"])
def test_the_server_does_not_tell_its_version(served, path):
    """T22, on the site as it is served."""
    try:
        with urllib.request.urlopen(f"{served.address}{path}", timeout=10) as answer:
            headers = answer.headers
    except urllib.error.HTTPError as error:
        headers = error.headers
    assert not any(letter.isdigit() for letter in headers.get("Server", ""))
    assert "X-Powered-By" not in headers
    assert headers["Content-Security-Policy"]
