"""Looking things up on the web: what leaves, what comes back, and what happens when it does not."""

import json
import sys
import threading
import time
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace
from urllib.parse import parse_qs, urlsplit

import pytest

from indict_review.critique import Request
from indict_review.errors import ConfigError, ToolError
from indict_review.tools import web_http
from indict_review.tools.code_files import CodeFiles
from indict_review.tools.web import Web
from indict_review.tools.web_pages import MOST
from indict_review.tools.web_providers import PROVIDERS, provider
from indict_review.tools.web_query import MOST_WORDS, NotAsked, Outgoing
from tests.changing import change

KEY = "BSA0123456789"


class Server(ThreadingHTTPServer):
    """Answers what it is told to, and remembers what it was asked."""

    daemon_threads = True

    def __init__(self, answer):
        super().__init__(("127.0.0.1", 0), Handler)
        self.answer, self.asked = answer, []
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()

    def handle_error(self, request, client_address):
        """Whoever asked may have gone."""

    @property
    def base(self):
        return f"http://127.0.0.1:{self.server_port}"

    @property
    def queries(self):
        return [parse_qs(urlsplit(path).query) for path, _ in self.asked]


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.asked.append((self.path, dict(self.headers)))
        answer = self.server.answer
        status, headers, body = answer(self) if callable(answer) else (200, {}, answer)
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body if isinstance(body, bytes) else json.dumps(body).encode())

    def log_message(self, *_):
        pass


@pytest.fixture
def serve(monkeypatch):
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    servers = []

    def serving(answer):
        servers.append(Server(answer))
        return servers[-1]

    yield serving
    for server in servers:
        server.shutdown()
        server.server_close()


class Project:
    """Some files, and no git."""

    has_git = False

    def __init__(self, files):
        self.files = files

    def paths(self):
        return sorted(self.files)

    def entries(self, paths):
        tree = change({}, self.files).after.files
        return {path: tree[path] for path in paths if path in tree}


CODE = """\
import acmebilling.ledger


def settle(invoice, falcon):
    # the quarterly numbers of the northern branch are wrong on purpose
    password = "correcthorsebattery"
    host = "db7.corp.acmebilling.example"
    return acmebilling.ledger.post(invoice, open("/srv/zanzibar/keys.txt"), password, host)
"""


def outgoing(with_code=False, files=None, task="Settle what zebulon asked for"):
    made = replace(change({}, {"shop/settle.py": CODE}), patch=f"+{CODE}", task=task)
    return Outgoing(CodeFiles(Project(files or {}), made), with_code)


def sent(query, snippet="", **options):
    return outgoing(**options).query(Request("web", query, snippet))


def looked_up(server, query="yaml load", name="searxng"):
    web = Web(provider(name, server.base, KEY), outgoing())
    return list(web.answer(Request("web", query), "python"))


RESULT = {
    "title": "Safe <b>loading</b>",
    "url": "https://e.org/a",
    "content": "Use safe &amp; sound",
}
FOUND = {"results": [RESULT]}


def test_a_page_is_quoted_with_its_address_and_the_query_as_it_was_sent(serve):
    server = serve(FOUND)

    (told,) = looked_up(server, "Is yaml.load safe?")

    assert server.queries == [{"q": ["Is yaml load safe"], "format": ["json"]}]
    assert told.kind == "background"
    assert told.tool == "web"
    assert told.detail == "Safe loading (https://e.org/a): Use safe & sound"
    assert told.summary == ('searxng was asked "Is yaml load safe": Safe loading (https://e.org/a)')


def test_a_request_has_a_plain_name_and_no_cookie_and_the_key_goes_to_brave_only(serve):
    everything = {**FOUND, "web": FOUND, "query": {"pages": []}}
    server = serve(lambda _: (200, {"Set-Cookie": "a=b"}, everything))

    for name in ("searxng", "searxng", "wikipedia", "brave"):
        looked_up(server, name=name)

    headers = [headers for _, headers in server.asked]
    assert [h["User-Agent"] for h in headers] == ["indict-review"] * 4
    assert not any("Cookie" in h for h in headers)
    assert [h.get("X-Subscription-Token") for h in headers] == [None, None, None, KEY]


WIKIPEDIA = {
    "query": {
        "pages": [
            {"title": "Two", "index": 2, "fullurl": "https://w.org/2", "extract": "Second."},
            {"title": "One", "index": 1, "fullurl": "https://w.org/1", "extract": "First."},
        ]
    }
}


def test_each_provider_s_answer_is_read_best_first(serve):
    brave = {"web": {"results": [{"title": "T", "url": "http://b.org/", "description": "D"}]}}

    wikipedia = looked_up(serve(WIKIPEDIA), name="wikipedia")

    assert [told.detail for told in wikipedia] == [
        "One (https://w.org/1): First.",
        "Two (https://w.org/2): Second.",
    ]
    assert looked_up(serve(brave), name="brave")[0].detail == "T (http://b.org/): D"


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("searxng", {"results": []}),
        ("wikipedia", {"batchcomplete": True}),
        ("brave", {"type": "x"}),
    ],
)
def test_a_query_that_found_nothing_is_told_all_the_same(serve, name, answer):
    (told,) = looked_up(serve(answer), name=name)

    assert told.summary == f'{name} was asked "yaml load": nothing was found'


def test_pages_are_few_short_and_only_of_the_web(serve):
    addresses = ("javascript:alert(1)", "file:///etc/passwd", "https://a b", "")
    bad = [{**RESULT, "url": address} for address in addresses]
    long = {**RESULT, "title": "t" * 2_000, "content": "c\x1b[2J\u202e\n" * 2_000}

    found = looked_up(serve({"results": [*bad, *[long] * 9]}))

    assert len(found) == MOST
    assert all(len(b.detail) < 700 and b.detail.isprintable() for b in found)


def slow(_):
    time.sleep(1.5)
    return 200, {}, FOUND


def dripping(handler):
    for _ in range(15):
        handler.wfile.write(b"X")
        time.sleep(0.1)
    return 200, {}, FOUND


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (slow, "did not answer in 0.4 s|timed out"),
        (dripping, "did not answer in 0.4 s|failed"),
        (lambda _: (500, {}, b"oops"), "refused: HTTP 500"),
        (lambda _: (403, {}, b""), "refused: HTTP 403"),
        (lambda _: (200, {}, b"<html>"), "something else than JSON"),
        (lambda _: (200, {}, b"[" * 100_000), "something else than JSON"),
        (lambda _: (200, {}, b"[1]"), "not the form"),
        (lambda _: (200, {}, {"results": ["x"]}), "not the form"),
        (lambda _: (200, {}, b" " * (2**20 + 1)), "more than 1,024 KiB"),
        (lambda _: (302, {"Location": "http://127.0.0.2/"}, b""), "redirects to http://127.0.0.2/"),
        (lambda _: (302, {"Location": "file:///etc/passwd"}, b""), "HTTP 302"),
        (lambda _: (200, {"Content-Length": "9"}, b"{}"), "JSON|failed|form"),
    ],
)
def test_a_failure_is_an_error_that_tells_what_was_asked(serve, monkeypatch, answer, said):
    monkeypatch.setattr(web_http, "MOST_SECONDS", 0.4)

    with pytest.raises(ToolError, match=said) as caught:
        looked_up(serve(answer))

    assert str(caught.value).startswith('searxng was asked "yaml load": ')


def test_a_port_where_nobody_listens_is_an_error(serve):
    with pytest.raises(ToolError, match=r"127\.0\.0\.1:9 failed"):
        looked_up(SimpleNamespace(base="http://127.0.0.1:9"))


def test_nothing_is_asked_unasked(serve):
    server = serve(FOUND)
    web = Web(provider("searxng", server.base, None), outgoing())

    assert list(web.about(change({}, {}), set())) == []
    assert server.asked == []


@pytest.mark.parametrize(
    ("query", "goes"),
    [
        ("Is yaml.load safe?", "Is yaml load safe"),
        ("CWE-502 in python 3.12", "CWE-502 in python 3.12"),
        ("hashlib.sha256 or bcrypt for passwords", "hashlib sha256 or bcrypt for passwords"),
        ("does acmebilling.ledger escape SQL", "does escape SQL"),
        ("settle invoice falcon zebulon race condition", "race condition"),
        ("connect db7.corp.acmebilling.example over TLS", "connect example over TLS"),
        ("read /srv/zanzibar/keys.txt path traversal", "read path traversal"),
        ("what is parseAcmeHeader_v2 injection", "what is v2 injection"),
        ("who wrote /tmp/x a@b.c C:\\temp attack", "who wrote attack"),
        ("marzipan attack on kubernetes", "marzipan attack on kubernetes"),
        ("weak aGVsbG8gd29ybGQ dGhpcyBpcyBh 4f3c2b1a attack", "weak attack"),
        ("weak " * 50, " ".join(["weak"] * MOST_WORDS)),
    ],
)
def test_only_words_that_are_not_the_project_s_own_leave(query, goes):
    assert sent(query).split() == goes.split()


@pytest.mark.parametrize(
    ("query", "why"),
    [
        ("acmebilling zebulon", "the project's own"),
        ("", "the project's own"),
        ("open /srv/zanzibar/keys.txt", "repeats a line"),
        ("is correcthorsebattery a good password", "holds a secret"),
        ("is correcthorse a good password", "holds a secret"),
        ("key AKIAABCDEFGHIJKLMNOP found", "holds a secret"),
        ("why the numbers of the northern branch are wrong on purpose", "repeats a line"),
    ],
)
def test_what_would_tell_on_the_project_is_not_asked_and_that_is_told(serve, query, why):
    server = serve(FOUND)

    (told,) = looked_up(server, query)

    assert told.summary.startswith("not asked: ")
    assert why in told.summary
    assert server.asked == []
    assert not {"acmebilling", "correcthorse", "zebulon"} & set(told.summary.split())


BANK = """\
class AcmePayroll:
    \"\"\"The rate of acme_payroll_rate; the zurich office.\"\"\"

    host = "10.20.30.40:4217"
    card = "4111 1111 1111 1111"  # see CVE-2021-44228
"""


@pytest.mark.parametrize(
    ("query", "goes"),
    [
        ("attack CVE-4111-111111", "attack"),
        ("attack CVE-2021-4111 CVE-1998-7777 CVE-2099-7777 CVE-2021-1114", "attack"),
        ("attack CVE-2021-44228 CVE-2021-7777", "attack CVE-2021-44228 CVE-2021-7777"),
        ("attack CWE-4111 CWE-79", "attack CWE-79"),
        ("attack 30.40 42 17 24 x_42_17", "attack"),
        ("attack CVE-2021-\uff14\uff12\uff11\uff17 \uff14\uff12", "attack CVE"),
        ("attack python 9.8", "attack python 9.8"),
        ("attack acmepayrollrate", "attack"),
        ("attack llorypa emca etar", "attack"),
        ("attack zacme zpayroll xzurichx", "attack"),
        ("attack acmepay rollacme paymecarollz \u0430cme", "attack paymecarollz"),
        ("attack C A R D C_A_R_D", "attack"),
    ],
)
def test_the_project_s_words_and_numbers_do_not_leave_in_disguise(query, goes):
    assert sent(query, files={"bank.py": BANK}).split() == goes.split()


def test_a_word_of_another_file_of_the_project_stays_here():
    assert sent("marzipan attack", files={"other.py": "def marzipan(): pass\n"}) == "attack"


def test_without_leave_no_snippet_goes_and_with_it_one_without_secrets():
    snippet = 'ledger.post(invoice, "correcthorsebattery")'

    assert sent("sql injection", snippet) == "sql injection"
    assert sent("sql injection", snippet, with_code=True) == (
        'sql injection ledger.post(invoice, "<secret-1>")'
    )
    assert len(sent("x", "y = 1\n" * 900, with_code=True)) == 300


def test_a_secret_of_a_file_that_is_not_changed_stays_here_as_well():
    files = {"conf.py": 'password = "tulipsandonions"\n'}

    told = sent("who", "call(tulipsandonions)", with_code=True, files=files)

    assert told.startswith("who call(<secret-")
    assert "tulips" not in told
    with pytest.raises(NotAsked):
        sent("tulipsandonions leaked", files=files)


def test_a_project_that_cannot_be_read_lets_nothing_out(serve):
    class Broken:
        has_git = False

        def paths(self):
            raise ToolError("git is gone")

    server = serve(FOUND)
    web = Web(provider("searxng", server.base, None), Outgoing(CodeFiles(Broken(), change({}, {}))))

    with pytest.raises(ToolError, match="git is gone"):
        list(web.answer(Request("web", "yaml load"), None))
    assert server.asked == []


@pytest.mark.parametrize(
    ("name", "address", "key", "said"),
    [
        ("searxng", None, None, "no address"),
        ("brave", None, None, "no key"),
        ("brave", None, "a\nb", "no key"),
        ("brave", "http://search.example.com/x", KEY, "cannot be used"),
        ("searxng", "file:///etc/passwd", None, "cannot be used"),
        ("searxng", "ftp://a.example", None, "cannot be used"),
        ("searxng", "https://me:pw@a.example", None, "has a user"),
        ("searxng", "https://a.example/?q=1", None, "has a user"),
        ("searxng", "https://a.example:x", None, "no address"),
        ("searxng", "https://a.example/\x1b[1m", None, "cannot be used"),
    ],
)
def test_what_cannot_be_used_is_said_before_anything_is_asked(name, address, key, said):
    with pytest.raises(ConfigError, match=said) as caught:
        provider(name, address, key)

    assert caught.value.hint


def test_ddgs_is_asked_by_its_package_or_said_to_be_missing(monkeypatch):
    monkeypatch.setitem(sys.modules, "ddgs", None)
    with pytest.raises(ConfigError, match="ddgs is not installed") as caught:
        provider("ddgs", None, None)
    assert "indict-review[web]" in caught.value.hint


def test_ddgs_s_answers_and_failures_are_ours(monkeypatch):
    asked = []

    class DDGS:
        def __init__(self, timeout):
            pass

        def text(self, query, backend, max_results):
            asked.append((query, backend, max_results))
            if len(asked) > 1:
                raise RuntimeError("202 Ratelimit")
            return [{"title": "T", "href": "https://d.org/", "body": "B"}]

    package = SimpleNamespace(DDGS=DDGS, __spec__=SimpleNamespace(name="ddgs"))
    monkeypatch.setitem(sys.modules, "ddgs", package)
    web = Web(provider("ddgs", None, None), outgoing())

    assert next(web.answer(Request("web", "yaml load"), None)).detail == "T (https://d.org/): B"
    assert asked == [("yaml load", "duckduckgo", MOST)]
    with pytest.raises(ToolError, match='ddgs was asked "yaml load": ddgs failed: 202 Ratelimit'):
        list(web.answer(Request("web", "yaml load"), None))


def test_every_provider_that_can_be_chosen_is_there():
    from indict_review.config.settings import WEB

    assert {"off", *PROVIDERS} == set(WEB.kind.schema["enum"])
