"""The transport, against a server on loopback that says what it is told to."""

import json
import socket
import subprocess
import sys
import threading
from collections import deque
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from time import time

import pytest

from indict_review.errors import ConfigError, HostError, Refused, Unsure
from indict_review.events import Started
from indict_review.github.api import GithubApi

TOKEN = "ghp_0123456789abcdefghijklmnopqrstuvwxyz"

HANGS, DROPS, CUTS = "hangs", "drops the connection", "cuts its answer short"


class Script:
    """A server's answers, in their order, and what was asked of it."""

    def __init__(self, base):
        self.base = base
        self.answers = deque()
        self.asked = []
        self.paths = []
        self.tokens = []
        self.over = threading.Event()

    def will(self, *answers):
        """Each a status, a body, and headers; or how it fails."""
        self.answers.extend(answers)


@pytest.fixture
def hub():
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # one packet an answer, or the client waits for the second

        def answer(self):
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            script.asked.append((self.command, self.path, json.loads(body) if body else None))
            script.tokens.append(self.headers.get("authorization"))
            what = script.answers.popleft()
            if what == HANGS:
                script.over.wait(10)
            if what in (HANGS, DROPS):
                self.close_connection = True
                return
            status, content, headers = (200, "[1, 2", {}) if what == CUTS else (*what, {})[:3]
            text = content if isinstance(content, str) else json.dumps(content)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            if status not in {204, 304}:
                self.send_header("content-length", len(text) + (99 if what == CUTS else 0))
            self.end_headers()
            self.wfile.write(text.encode())
            self.close_connection = what == CUTS

        do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = answer

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    script = Script(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield script
    script.over.set()
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def waits():
    return []


@pytest.fixture
def api(hub, waits):
    return GithubApi(hub.base, TOKEN, pace=0, timeout=1, wait=waits.append)


# What is read


def test_a_read_is_tried_again_after_a_failure_and_after_a_dropped_connection(api, hub, waits):
    hub.will((502, "<html>"), DROPS, CUTS, (200, {"login": "ann"}))

    assert api.get("/user", page=3) == {"login": "ann"}
    assert hub.asked == [("GET", "/user?page=3", None)] * 4
    assert waits == [1, 2, 4]


def test_a_read_that_never_succeeds_is_no_write_that_may_have_happened(api, hub):
    hub.will(*[(503, "")] * 5)

    with pytest.raises(HostError, match=r"GET /user \(503\)") as caught:
        api.get("/user")

    assert not isinstance(caught.value, Unsure)
    assert len(hub.asked) == 5


def test_all_pages_are_read_at_the_addresses_that_github_gives(api, hub):
    def further(path):
        return {"link": f'<{hub.base}/x>; rel="prev", <{hub.base}{path}>; rel="next"'}

    hub.will(
        (200, [1, 2], further("/repositories/7/pulls?page=2")),
        (200, [3], further("/repositories/7/pulls?page=3")),
        (200, [4], {"link": f'<{hub.base}/x?page=1>; rel="first"'}),
    )

    assert list(api.pages("/repos/octo/demo/pulls", state="open")) == [1, 2, 3, 4]
    assert [path for _, path, _ in hub.asked] == [
        "/repos/octo/demo/pulls?per_page=100&state=open",
        "/repositories/7/pulls?page=2",
        "/repositories/7/pulls?page=3",
    ]


def test_a_list_without_an_end_is_given_up(api, hub):
    hub.will(*[(200, [1], {"link": f'<{hub.base}/list?page=2>; rel="next"'})] * 400)

    with pytest.raises(HostError, match="over 300 pages"):
        list(api.pages("/list"))


def test_a_list_that_is_none_is_no_empty_list(api, hub):
    hub.will((200, {"message": "hello"}))

    with pytest.raises(HostError, match="something else than a list"):
        list(api.pages("/list"))


# What is written


@pytest.mark.parametrize("fault", [(500, ""), (502, "<html>"), (504, "{}"), DROPS, CUTS, HANGS])
def test_a_write_that_may_have_happened_is_sent_once(api, hub, waits, fault):
    hub.will(fault)

    with pytest.raises(Unsure, match="POST /reviews"):
        api.send("POST", "/reviews", {"body": "x"})

    assert [verb for verb, _, _ in hub.asked] == ["POST"]
    assert waits == []


def test_a_write_that_nobody_got_is_not_unsure(waits):
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    api = GithubApi(f"http://127.0.0.1:{port}", TOKEN, pace=0, wait=waits.append)

    with pytest.raises(HostError, match="POST /reviews was not sent") as caught:
        api.send("POST", "/reviews", {})

    assert not isinstance(caught.value, Unsure)
    assert waits == []


def test_an_answer_that_cannot_be_read_leaves_a_write_unsure(api, hub):
    hub.will((201, {"id": 1}, {"x-ratelimit-reset": "soon"}))

    with pytest.raises(Unsure):
        api.send("POST", "/reviews", {})


def test_a_write_with_nothing_to_say_in_return_is_done(api, hub):
    hub.will((204, ""), (202, {}))

    assert api.send("DELETE", "/reviews/1") is None
    assert api.send("POST", "/pulls", {"title": "é\u2028"}) == {}
    assert hub.asked[1][2] == {"title": "é\u2028"}


# Limits


@pytest.mark.parametrize(
    ("limit", "seconds"),
    [
        ((429, "", {"retry-after": "7"}), 7),
        ((403, {"message": "no"}, {"retry-after": "0"}), 1),
        ((403, {"message": "You have exceeded a secondary rate limit."}), 60),
        ((403, {"message": "Something else. Please retry your request again later."}), 60),
        ((429, "<html>", {"retry-after": "²"}), 60),
    ],
)
def test_a_limit_is_obeyed_also_by_what_writes(api, hub, waits, limit, seconds):
    hub.will(limit, (201, {"id": 1}))

    assert api.send("POST", "/reviews", {}) == {"id": 1}
    assert waits == [seconds]


def test_a_limit_may_end_at_a_date_or_when_the_hour_is_over(api, hub, waits):
    hub.will(
        (429, "", {"retry-after": formatdate(time() + 100, usegmt=True)}),
        (403, "", {"x-ratelimit-remaining": "0", "x-ratelimit-reset": str(int(time()) + 50)}),
        (200, {}),
    )

    api.get("/user")

    assert waits == [pytest.approx(100, abs=3), pytest.approx(51, abs=3)]


def test_waits_grow_and_are_told_and_have_an_end(hub, waits):
    heard = []
    api = GithubApi(hub.base, TOKEN, heard.append, pace=0, wait=waits.append)
    hub.will(*[(429, {"message": "slower"})] * 20)

    with pytest.raises(Refused) as caught:
        api.get("/a")
    with pytest.raises(HostError, match="of 900 s 0 are left"):
        api.get("/b")

    assert caught.value.status == 429
    assert waits == [60, 120, 240, 480]
    assert heard[0] == Started("GitHub's rate limit: waiting 60 s")


def test_a_wait_of_an_hour_is_refused_at_once(api, hub, waits):
    hub.will((429, "", {"retry-after": "3600"}))

    with pytest.raises(HostError, match="would take 3600 s"):
        api.send("POST", "/reviews", {})

    assert waits == []


def test_what_is_forbidden_is_not_waited_for(api, hub, waits):
    hub.will((403, {"message": "Resource not accessible by integration"}))

    with pytest.raises(Refused) as caught:
        api.send("POST", "/reviews", {})

    assert (caught.value.status, caught.value.reason) == (
        403,
        "Resource not accessible by integration",
    )
    assert waits == []


# No


def test_a_refusal_is_told_in_one_line_with_all_its_reasons(api, hub):
    hub.will(
        (
            422,
            {
                "message": "Unprocessable\nEntity \x1b[31m",
                "errors": ["line must be part of the diff", {"message": "too long"}, {"code": "x"}],
            },
        )
    )

    with pytest.raises(Refused) as caught:
        api.send("POST", "/reviews", {})

    assert caught.value.reason == (
        "Unprocessable\\nEntity \\x1b[31m; line must be part of the diff; too long; x"
    )


@pytest.mark.parametrize("body", ["<html>no</html>", "[]", "", "null", "[" * 100_000])
def test_a_refusal_that_is_no_json_is_a_refusal(api, hub, body):
    hub.will((404, body))

    with pytest.raises(Refused, match=r"\(404\): no reason given"):
        api.get("/user")


@pytest.mark.parametrize("body", ["<html>Sign in</html>", "{", "[" * 100_000])
def test_a_page_instead_of_json_asks_for_the_address_of_the_api(api, hub, body):
    hub.will((200, body))

    with pytest.raises(HostError, match="is it the address of its API"):
        api.get("/user")


def test_a_token_that_never_worked_is_the_users_mistake(api, hub):
    hub.will((401, {"message": "Bad credentials"}))

    with pytest.raises(ConfigError, match="does not accept the token: Bad credentials") as caught:
        api.get("/user")

    assert "GITHUB_TOKEN" in caught.value.hint


def test_a_token_that_expires_on_the_way_is_a_refusal(api, hub):
    hub.will((200, {}), (401, {"message": "Bad credentials"}))
    api.get("/user")

    with pytest.raises(Refused) as caught:
        api.send("POST", "/reviews", {})

    assert caught.value.status == 401


def test_without_a_token_a_401_asks_for_one(hub):
    hub.will((401, {"message": "Requires authentication"}))

    with pytest.raises(ConfigError, match="wants a token"):
        GithubApi(hub.base, None, pace=0).get("/user")

    assert hub.tokens == [None]


# Where the token goes


def test_the_token_follows_no_redirect_to_another_host(api, hub, waits):
    with socket.create_server(("127.0.0.2", 0)) as elsewhere:
        elsewhere.setblocking(False)
        away = f"http://127.0.0.2:{elsewhere.getsockname()[1]}/user"
        hub.will(*[(status, "", {"location": away}) for status in (301, 302, 307, 308)])
        hub.will(*[(301, "", {"location": away})] * 5)

        with pytest.raises(HostError, match="to another address"):
            api.send("POST", "/user", {})
        for status in (302, 307, 308):
            with pytest.raises(HostError, match=f"elsewhere \\({status}\\)"):
                api.send("POST", "/user", {})
        with pytest.raises(HostError, match="to another address"):
            api.get("/user")

        with pytest.raises(BlockingIOError):
            elsewhere.accept()
    assert len(hub.asked) == 9


def test_the_next_page_is_asked_of_the_same_host(api, hub):
    hub.will((200, [1], {"link": '<http://elsewhere.example/x?page=2>; rel="next"'}), (200, [2]))

    assert list(api.pages("/x")) == [1, 2]
    assert hub.asked[1][1] == "/x?page=2"


def test_a_repository_that_moved_is_read_to_its_last_page(api, hub):
    """PyGithub follows a redirect and loses its query; the address of the next page has one."""
    moved = {"location": f"{hub.base}/repositories/7/pulls?per_page=100"}
    further = {"link": f'<{hub.base}/repositories/7/pulls?page=2>; rel="next"'}
    hub.will((301, "", moved), (200, [1], further), (200, [2]))

    assert list(api.pages("/repos/octo/old/pulls")) == [1, 2]


def test_a_redirect_in_circles_ends(api, hub):
    hub.will(*[(301, "", {"location": f"{hub.base}/{'ba'[i % 2]}"}) for i in range(5000)])

    with pytest.raises(HostError, match="in circles"):
        api.send("POST", "/a", {})


@pytest.mark.parametrize(
    "base",
    [
        "http://github.example.com/api/v3",
        "http://127.0.0.1.example.com",
        "ftp://127.0.0.1",
        "https://user:word@github.example.com",
        "https://github.example.com:port",
        "https://github.example.com/api?v=3",
        "https://[::1",
        "https://",
        "github.example.com",
        "",
    ],
)
def test_an_address_that_could_leak_the_token_is_refused(base):
    with pytest.raises(ConfigError) as caught:
        GithubApi(base, TOKEN)

    assert "word" not in f"{caught.value}{caught.value.hint}"


@pytest.mark.parametrize("token", [f"{TOKEN}\n", f"{TOKEN} x", "tökén", f"{TOKEN}\r\nX: y"])
def test_a_token_that_would_break_its_header_is_refused_and_not_shown(token):
    with pytest.raises(ConfigError) as caught:
        GithubApi("https://api.github.com", token)

    assert TOKEN not in f"{caught.value}{caught.value.hint}"


def test_no_error_shows_the_token(api, hub, caplog):
    caplog.set_level("DEBUG")
    hub.will((500, TOKEN), DROPS, (422, {"message": "no"}), (301, "", {"location": "x:y"}))

    for _ in range(4):
        with pytest.raises(HostError) as caught:
            api.send("POST", "/reviews", {})
        assert TOKEN not in str(caught.value)

    assert hub.tokens == [f"token {TOKEN}"] * 4
    assert not any(TOKEN in text for text in caplog.messages if "500" not in text)


# GraphQL


def test_graphql_can_succeed_in_parts(api, hub):
    hub.will(
        (200, {"data": {"a": 1}, "errors": [{"type": "FORBIDDEN", "message": "no\n"}, "odd"]}),
        (200, {"data": None, "errors": None}),
    )

    answer = api.graphql("query($n: Int!) { a }", {"n": 1})
    empty = api.graphql("query { a }", {})

    assert (answer.data, answer.errors) == ({"a": 1}, ("FORBIDDEN: no\\n",))
    assert (empty.data, empty.errors) == (None, ())
    assert hub.asked[0] == (
        "POST",
        "/graphql",
        {"query": "query($n: Int!) { a }", "variables": {"n": 1}},
    )


@pytest.mark.parametrize("root", ["/api/v3", "/api/v3/"])
def test_an_enterprise_server_has_its_rest_and_its_graphql_below_api(hub, root):
    api = GithubApi(hub.base + root, TOKEN, pace=0)
    hub.will((200, {}), (200, {"data": {}}))

    api.get("/user")
    api.graphql("query { a }", {})

    assert [path for _, path, _ in hub.asked] == ["/api/v3/user", "/api/graphql"]


def test_graphql_that_fails_may_have_happened(api, hub):
    hub.will((502, ""), (200, []))

    with pytest.raises(Unsure):
        api.graphql("mutation { a }", {})
    with pytest.raises(HostError, match="something else than an object"):
        api.graphql("query { a }", {})


def test_only_a_pull_request_costs_the_import_of_pygithub():
    code = (
        "import sys, indict_review.cli, indict_review.github.targets,"
        "indict_review.github.tokens, indict_review.github.conversation;"
        "sys.exit('github' in sys.modules or 'requests' in sys.modules)"
    )

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
