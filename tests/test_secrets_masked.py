"""No secret of a change reaches a model's server or an output: a whole review, and real HTTP."""

import base64
import html
import io
import json
import subprocess
import threading
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import quote

import pytest

from indict_review.change import Tree
from indict_review.cli import run
from indict_review.patches.render import unified_diff
from indict_review.redact import Mask, secrets_in
from tests.changing import tree
from tests.planted import ALL

FILES = {f"shop/{n:02d}/{planted.path}": planted.text for n, planted in enumerate(ALL)}
WEAK = "import os\n\n\ndef run(name):\n    os.system('ls ' + name)\n"


class Server(ThreadingHTTPServer):
    """Speaks OpenAI's protocol, keeps every body, and answers whatever the schema allows."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.bodies: list[str] = []


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.server.bodies.append(body)
        form = json.loads(body).get("response_format", {}).get("json_schema", {}).get("schema")
        content = json.dumps(least(form, form)) if form else "Nothing to say."
        head = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "m"}
        said = [{"index": 0, "delta": {"role": "assistant", "content": content}}]
        end = [{"index": 0, "delta": {}, "finish_reason": "stop"}]
        usage = {"prompt_tokens": 7, "completion_tokens": 2, "total_tokens": 9}
        pieces = ({"choices": said}, {"choices": end}, {"choices": [], "usage": usage})
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        for piece in pieces:
            self.wfile.write(f"data: {json.dumps(head | piece)}\n\n".encode())
        self.wfile.write(b"data: [DONE]\n\n")

    def log_message(self, *args):
        pass


def least(schema, whole):
    """The smallest value of a schema."""
    if "$ref" in schema:
        return least(whole["$defs"][schema["$ref"].rpartition("/")[2]], whole)
    if "enum" in schema:
        return schema["enum"][0]
    if "const" in schema:
        return schema["const"]
    if "anyOf" in schema:
        return least(schema["anyOf"][0], whole)
    kind = schema.get("type")
    if kind == "object":
        return {name: least(of, whole) for name, of in schema.get("properties", {}).items()}
    if kind == "array":
        return [least(schema["items"], whole)] * schema.get("minItems", 0)
    return {"string": "x" * schema.get("minLength", 1), "boolean": False}.get(kind, 0)


@contextmanager
def serving():
    server = Server()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


def forms(value):
    """As it might be written on the way."""
    yield from (value, quote(value, safe=""), html.escape(value), repr(value)[1:-1])
    yield from (json.dumps(value)[1:-1], json.dumps(json.dumps(value))[3:-3])
    yield base64.b64encode(value.encode()).decode().rstrip("=")


def leaked(text):
    return [p.kind for p in ALL for value in p.values if any(f in text for f in forms(value))]


@pytest.fixture(scope="module")
def reviewed(tmp_path_factory):
    """A review of all of them by a server: its requests, and each of its outputs."""
    repo = tmp_path_factory.mktemp("repo")
    subprocess.run(["git", "init", "-q", str(repo)], check=True)
    patch = repo / "change.diff"
    patch.write_text(unified_diff(Tree(), tree({**FILES, "shop/run.py": WEAK})))
    names = ("text", "json", "markdown", "sarif", "annotations", "rdjson", "gitlab")
    targets = [x for n in names for x in ("--format", n, "--output", str(repo / f"out.{n}"))]
    record = repo / "record.jsonl"
    with serving() as server, pytest.MonkeyPatch.context() as patched:
        patched.setenv("OPENAI_API_KEY", "unused-here")
        patched.delenv("GITHUB_ACTIONS", raising=False)
        patched.setenv("XDG_CONFIG_HOME", str(repo / "no-config"))
        patched.setenv("XDG_CACHE_HOME", str(repo / "cache"))
        base = f"http://127.0.0.1:{server.server_port}/v1"
        asked = ["patch", str(patch), "--repo", str(repo), "--model", "openai/m", "--api-base"]
        asked += [base, "--sandbox", "none", "--record", str(record), *targets]
        said = io.StringIO()
        with redirect_stdout(said), redirect_stderr(said):
            code = run(asked)
    assert code in {1, 3}, said.getvalue()
    outputs = {name: (repo / f"out.{name}").read_text() for name in names}
    kept = [p.read_text("utf-8", "replace") for p in (repo / "cache").rglob("*") if p.is_file()]
    outputs |= {"said": said.getvalue(), "record": record.read_text(), "cache": "\n".join(kept)}
    return server.bodies, outputs


def test_no_secret_reaches_the_server_and_their_names_do(reviewed):
    bodies, _ = reviewed
    told = "\n".join(bodies)

    assert len(bodies) > 3
    assert leaked(told) == []
    assert [path for path in FILES if path not in told] == []
    for name in ("DB_PASSWORD=<secret-", "client_secret", "BEGIN RSA PRIVATE KEY"):
        assert name in told


def test_no_secret_is_in_any_output_record_or_cache(reviewed):
    _, outputs = reviewed

    assert {name: found for name, text in outputs.items() if (found := leaked(text))} == {}
    review = json.loads(outputs["json"])
    told = {f["path"] for f in review["findings"] if f["cwe"] == "CWE-798"}
    assert told == set(FILES)


def test_a_secret_that_the_change_left_alone_is_masked_where_it_is_shown():
    mask = Mask()
    text = "+++ b/.env\n " + ALL[1].text

    assert leaked(mask.hide(text)) == []
    assert mask.show(mask.hide(text)) == text


def test_every_secret_is_masked_in_a_diff_and_comes_back_from_it():
    diff = unified_diff(tree(dict.fromkeys(FILES, "x\n")), tree(FILES))
    mask = Mask(secrets_in(diff))

    assert leaked(mask.hide(diff)) == []
    assert mask.show(mask.hide(diff)) == diff


def test_other_forms_of_a_known_secret_are_masked_as_well():
    value = 'Tr0ub"4dor&\\3/x'
    mask = Mask([value])

    for form in list(forms(value))[:-2]:
        assert mask.hide(f"x={form};") == "x=<secret-1>;"


def test_a_secret_in_parts_is_masked():
    parts = ("ghp_q8Zr5TnV", "w3Lk7Hc2Jd9Xs4Mb6Pf1Ga0YeRt5")

    assert set(parts) <= set(secrets_in(f'x = "{parts[0]}" + "{parts[1]}"\n'))


def test_a_key_whose_end_is_not_shown_is_masked_and_no_prose_after_it():
    key = "MIIEowIBAAKCAQEA0Zs8" + "q7Yw3eLr81ZkPf2XcVb" * 2
    text = f"+-----BEGIN PRIVATE KEY-----\n+{key}\n+This is a sentence withaverylongwordinit.\n"

    assert secrets_in(text) == (key,)


ORDINARY = """\
password = get_password()
password: str = Field(min_length=8)
token = request.headers["X-Auth-Token"]
api_key = os.environ["API_KEY"]
SECRET_NAME = "projects/shop/secrets/database"
password_field = "password_confirmation"
token_url = "https://auth.corp.net/oauth2/token"
hash = hashlib.sha256(secret.encode()).hexdigest()
integrity = "sha512-0p8cZ1dX8t1v6m8m0q1n2b3v4c5x6z7l8k9j0h1g2f3d4s5a6p7o8i9u0y=="
commit = "3f2a9c41d7b85e60a1c94e7d2b6f8035ac917e4d"
ident = "7f3c2a10-5b1e-4c8d-9a6f-2e4b8d0c1f73"
parser.add_argument("--password", help="the password of the account")
if token == "identifier" or token != "string_literal2":
db = "postgresql://user:password@localhost/test"
url = f"https://{user}:{password}@{host}/"
PASSWORD = "changeme"
API_KEY = "your-api-key-here"
SECRET_KEY = "<generate one>"
password: ${DB_PASSWORD}
def test_a_token_of_42_characters_is_taken_for_nothing_else_2024(): ...
headers = {"Authorization": f"Bearer {token}"}
"""


def test_ordinary_code_comes_through_unchanged():
    assert secrets_in(ORDINARY) == ()
    assert Mask().hide(ORDINARY) == ORDINARY
