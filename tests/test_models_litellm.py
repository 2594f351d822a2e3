"""litellm against servers on loopback: the embedded engine's own, and one that misbehaves."""

import json
import os
import subprocess
import sys
import textwrap
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

import indict_review
from indict_review.errors import ModelError, TooLong
from indict_review.models.interface import Message, Sampling
from indict_review.models.litellm import LiteLLM
from tests.smol import smollm2

pytest.importorskip("litellm")

SCHEMA = {
    "type": "object",
    "properties": {"title": {"type": "string", "maxLength": 40}},
    "required": ["title"],
    "additionalProperties": False,
}
SEA = [Message("user", "Describe the sea.")]
KEY = "sk-loopback-0123456789abcdef"


def unheard(tokens):
    pass


@pytest.fixture(scope="module")
def engine():
    """llama.cpp's own OpenAI-compatible server."""
    xllamacpp = pytest.importorskip("xllamacpp")
    parameters = xllamacpp.CommonParams()
    parameters.model.path = str(smollm2())
    parameters.n_ctx = 1024
    parameters.verbosity = -1
    parameters.api_keys = [KEY]
    server = xllamacpp.Server(parameters)
    return server, server.listening_address + "/v1"


def test_a_real_server_answers_within_the_schema_and_its_tokens_are_counted(engine, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    model = LiteLLM("openai/smol", engine[1])
    heard: list[int] = []

    first = model.complete(SEA, SCHEMA, Sampling(60), heard.append)
    second = model.complete(SEA, SCHEMA, Sampling(60), unheard)

    assert set(json.loads(first.text)) == {"title"}
    assert heard == list(range(1, len(heard) + 1))
    assert len(heard) > 3
    assert second.text == first.text
    assert second.usage.cached_tokens >= second.usage.prompt_tokens - 1 > 5
    assert second.usage.completion_tokens > 3
    assert second.usage.cost_usd is None
    assert second.usage.calls == 1


def test_a_wrong_key_is_said_without_the_key(engine, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "sk-wrong-9876543210fedcba")

    with pytest.raises(ModelError, match="does not accept the API key") as caught:
        LiteLLM("openai/smol", engine[1]).complete(SEA, None, Sampling(5), unheard)

    assert "9876543210" not in str(caught.value)
    assert caught.value.__cause__ is None


class Server(ThreadingHTTPServer):
    """Answers what it is told to, and remembers what it was asked."""

    daemon_threads = True

    def __init__(self, answer):
        super().__init__(("127.0.0.1", 0), Handler)
        self.answer = answer
        self.asked: list[dict] = []
        self.keys: list[str | None] = []

    @property
    def base(self):
        return f"http://127.0.0.1:{self.server_port}/v1"


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append(asked)
        self.server.keys.append(self.headers["Authorization"])
        status, body = self.server.answer(asked)
        self.send_response(status)
        kind = "text/event-stream" if status == 200 else "application/json"
        self.send_header("Content-Type", kind)
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *args):
        pass


def says(text):
    head = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "m"}
    delta = {"index": 0, "delta": {"role": "assistant", "content": text}, "finish_reason": None}
    stop = {"index": 0, "delta": {}, "finish_reason": "stop"}
    usage = {"prompt_tokens": 7, "completion_tokens": 2, "total_tokens": 9}
    chunks = [
        {**head, "choices": [delta]},
        {**head, "choices": [stop]},
        {**head, "choices": [], "usage": usage},
    ]
    return "".join(f"data: {json.dumps(c)}\n\n" for c in chunks) + "data: [DONE]\n\n"


def error(message):
    return json.dumps({"error": {"message": message, "type": "error", "code": None}})


@pytest.fixture
def serve():
    servers = []

    def start(answer):
        server = Server(answer)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return server

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def test_a_server_of_ones_own_needs_no_key(serve):
    server = serve(lambda asked: (200, says("hello")))

    reply = LiteLLM("openai/m", server.base).complete(SEA, None, Sampling(5), unheard)

    assert (reply.text, reply.usage.prompt_tokens, reply.usage.completion_tokens) == ("hello", 7, 2)
    assert server.keys == ["Bearer none"]
    assert server.asked[0]["messages"] == [{"role": "user", "content": "Describe the sea."}]
    assert server.asked[0]["temperature"] == 0
    assert server.asked[0]["seed"] == 0


def test_a_server_that_refuses_the_constraint_is_asked_without_and_shown_the_schema(serve):
    def answer(asked):
        if "response_format" in asked:
            return 400, error("response_format is not supported")
        return 200, says('{"title": "x"}')

    server = serve(answer)
    reply = LiteLLM("openai/m", server.base).complete(SEA, SCHEMA, Sampling(5), unheard)

    assert json.loads(reply.text) == {"title": "x"}
    assert len(server.asked) == 2
    assert server.asked[0]["response_format"]["json_schema"]["schema"] == SCHEMA
    assert json.dumps(SCHEMA) in server.asked[1]["messages"][-1]["content"]


def test_a_prompt_that_is_too_long_is_told_apart_and_not_asked_again(serve):
    server = serve(
        lambda _: (400, error("This model's maximum context length is 8192 tokens, not 9000."))
    )

    with pytest.raises(TooLong, match="cannot take a prompt this long"):
        LiteLLM("openai/m", server.base).complete(SEA, SCHEMA, Sampling(5), unheard)
    assert len(server.asked) == 1


def test_how_much_a_model_takes_is_known_for_those_that_litellm_lists():
    assert LiteLLM("openai/gpt-4o").context == LiteLLM("gpt-4o").context == 128_000
    assert LiteLLM("openai/gpt-4o", "http://127.0.0.1:9/v1").context is None
    assert LiteLLM("openai/nobody-knows").context is None


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (400, "refuses the request"),
        (401, "does not accept the API key"),
        (403, "does not allow|failed"),
        (404, "does not exist"),
        (429, "too often"),
        (500, "failed"),
        (503, "not available|failed"),
    ],
)
def test_each_refusal_is_said_once_without_keys_or_noise(serve, capfd, status, said):
    key = "sk-proj-abcDEF0123456789abcDEF"
    server = serve(lambda asked: (status, error(f"no: {key} at http://me:hunter2@proxy/")))

    with pytest.raises(ModelError, match=said) as caught:
        LiteLLM("openai/m", server.base).complete(SEA, None, Sampling(5), unheard)

    assert "model openai/m at 127.0.0.1" in str(caught.value)
    assert "abcDEF" not in str(caught.value)
    assert "hunter2" not in str(caught.value)
    assert len(server.asked) == 1
    assert capfd.readouterr() == ("", "")


def test_a_port_where_nobody_listens_is_an_error(capfd):
    model = LiteLLM("openai/m", "http://127.0.0.1:9/v1")

    with pytest.raises(ModelError, match="cannot be reached"):
        model.complete(SEA, None, Sampling(5), unheard)
    assert capfd.readouterr() == ("", "")


def test_a_server_that_is_too_slow_is_an_error(serve):
    def answer(asked):
        time.sleep(3)
        return 200, says("late")

    with pytest.raises(ModelError, match="in time"):
        LiteLLM("openai/m", serve(answer).base, timeout=0.5).complete(
            SEA, None, Sampling(5), unheard
        )


@pytest.mark.parametrize("body", ["", "data: {not json\n\n", "data: [DONE]\n\n", "<html>hi</html>"])
def test_what_is_no_reply_is_an_error(serve, body):
    server = serve(lambda asked: (200, body))

    with pytest.raises(ModelError, match="model openai/m at 127"):
        LiteLLM("openai/m", server.base).complete(SEA, None, Sampling(5), unheard)


def test_a_provider_that_nobody_knows_is_an_error():
    with pytest.raises(ModelError, match="refuses the request"):
        LiteLLM("nosuch/m").complete(SEA, None, Sampling(5), unheard)


def test_a_provider_without_a_key_is_an_error():
    with pytest.raises(ModelError, match="API key"):
        LiteLLM("anthropic/claude-sonnet-4-5").complete(SEA, None, Sampling(5), unheard)


def test_the_import_reaches_nobody_and_reads_no_env_file(tmp_path):
    (tmp_path / ".env").write_text("OPENAI_API_BASE=http://evil.example/v1\n")
    script = """
        import os, sys
        seen = []
        network = {"socket.connect", "socket.getaddrinfo"}
        sys.addaudithook(lambda event, args: seen.append(event) if event in network else None)
        from indict_review.models.litellm import _library
        assert "litellm" not in sys.modules
        assert _library().telemetry is False
        print(seen, os.environ.get("OPENAI_API_BASE"))
    """
    ran = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script)],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(Path(indict_review.__file__).parents[1])},
        capture_output=True,
        text=True,
        check=True,
    )

    assert ran.stdout == "[] None\n"


def test_without_litellm_the_error_says_so(monkeypatch):
    monkeypatch.setitem(sys.modules, "litellm", None)

    with pytest.raises(ModelError, match="pip install litellm"):
        LiteLLM("openai/m").complete(SEA, None, Sampling(5), unheard)
