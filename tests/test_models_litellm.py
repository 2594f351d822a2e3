"""litellm against servers on loopback: the embedded engine's own, and one that misbehaves."""

import itertools
import json
import os
import subprocess
import sys
import textwrap
import threading
import time
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

import indict_review
from indict_review.errors import BudgetError, ModelError, TooLong
from indict_review.models.budget import Budget
from indict_review.models.interface import Failed, Message, Sampling
from indict_review.models.litellm import OLLAMA_CONTEXT, THOUGHT, LiteLLM
from indict_review.models.purse import Purse
from tests.smol import smollm2

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
    assert heard == sorted(heard)
    assert heard[-1] > 3
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
    """Answers what it is told to, and remembers what it was asked.

    An answer is a status and a body, and headers if there are some; a body is a text, or what
    comes piece by piece.
    """

    daemon_threads = True

    def __init__(self, answer):
        super().__init__(("127.0.0.1", 0), Handler)
        self.answer = answer
        self.asked: list[dict] = []
        self.keys: list[str | None] = []
        self.paths: list[str] = []
        self.hung_up = threading.Event()

    @property
    def base(self):
        return f"http://127.0.0.1:{self.server_port}/v1"


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append(asked)
        self.server.keys.append(self.headers["Authorization"])
        self.server.paths.append(self.path)
        status, body, *headers = self.server.answer(asked)
        self.send_response(status)
        kind = "text/event-stream" if status == 200 else "application/json"
        for name, value in {"Content-Type": kind, **dict(*headers)}.items():
            self.send_header(name, value)
        self.end_headers()
        try:
            for piece in [body] if isinstance(body, str) else body:
                self.wfile.write(piece.encode())
                self.wfile.flush()
        except OSError:
            self.server.hung_up.set()

    def log_message(self, *args):
        pass


HEAD = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "m"}
USAGE = {"prompt_tokens": 7, "completion_tokens": 2, "total_tokens": 9}


def piece(content=None, finish=None, index=0, **delta):
    said = {} if content is None else {"role": "assistant", "content": content}
    return {
        **HEAD,
        "choices": [{"index": index, "delta": {**said, **delta}, "finish_reason": finish}],
    }


def sent(*pieces, usage=USAGE, done=True):
    """As the server writes it."""
    pieces += ({**HEAD, "choices": [], "usage": usage},) if usage else ()
    text = "".join(f"data: {json.dumps(p)}\n\n" for p in pieces)
    return text + "data: [DONE]\n\n" * done


def says(text, **more):
    return sent(piece(text), piece(finish="stop"), **more)


def calls(arguments):
    function = {"name": "reply", "arguments": arguments}
    call = {"index": 0, "id": "c", "type": "function", "function": function}
    return sent(piece(tool_calls=[call]), piece(finish="tool_calls"))


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


def test_a_server_is_asked_in_the_next_shape_where_it_refuses_one_and_then_always_in_that(serve):
    def answer(asked):
        if "response_format" in asked:
            return 400, error("response_format is not supported")
        if "tools" in asked:
            return 400, error("tools are not supported")
        return 200, says('{"title": "x"}')

    server = serve(answer)
    model = LiteLLM("openai/m", server.base)
    for _ in range(2):
        reply = model.limited(9.0, None).complete(SEA, SCHEMA, Sampling(5), unheard)
        assert json.loads(reply.text) == {"title": "x"}

    assert [sorted({"response_format", "tools"} & a.keys()) for a in server.asked] == [
        ["response_format"], ["tools"], [], []
    ]  # fmt: skip
    assert server.asked[0]["response_format"]["json_schema"]["schema"] == SCHEMA
    assert server.asked[1]["tools"][0]["function"]["parameters"] == SCHEMA
    assert server.asked[1]["tool_choice"]["function"]["name"] == "reply"
    assert all(json.dumps(SCHEMA) in a["messages"][-1]["content"] for a in server.asked)


def test_a_schema_may_quote_bytes_that_are_no_text(serve):
    quoting = {**SCHEMA, "properties": {"title": {"enum": ["caf\udce9", "x"]}}}
    server = serve(lambda asked: (200, says('{"title": "x"}')))

    reply = LiteLLM("openai/m", server.base).complete(SEA, quoting, Sampling(5), unheard)

    assert json.loads(reply.text) == {"title": "x"}
    sent_schema = server.asked[0]["response_format"]["json_schema"]["schema"]
    assert sent_schema["properties"]["title"]["enum"] == ["caf?", "x"]


def test_a_tool_call_is_a_reply(serve):
    server = serve(
        lambda asked: (200, calls('{"title": "x"}')) if "tools" in asked else (400, error("no"))
    )
    reply = LiteLLM("openai/m", server.base).complete(SEA, SCHEMA, Sampling(5), unheard)

    assert reply.text == '{"title": "x"}'


def test_where_every_shape_is_refused_the_refusal_is_said_once(serve):
    server = serve(lambda asked: (400, error("no such model")))

    with pytest.raises(ModelError, match=r"refuses the request .*no such model"):
        LiteLLM("openai/m", server.base).complete(SEA, SCHEMA, Sampling(5), unheard)
    assert len(server.asked) == 3


@pytest.mark.parametrize(
    "said",
    [
        'Here you are:\n```json\n{"title": "x"}\n```\nIt {was} fun.',
        '<think>{"title": "y"}? No.</think>{"title": "x"}',
        '{"title": "x"}',
    ],
)
def test_the_value_is_found_in_what_is_around_it(serve, said):
    server = serve(lambda asked: (200, says(said)))
    reply = LiteLLM("openai/m", server.base).complete(SEA, SCHEMA, Sampling(5), unheard)

    assert reply.text == '{"title": "x"}'


def test_of_two_values_none_is_chosen(serve):
    both = 'Either {"title": "x"} or {"title": "y"}.'
    server = serve(lambda asked: (200, says(both)))

    reply = LiteLLM("openai/m", server.base).complete(SEA, SCHEMA, Sampling(5), unheard)

    assert reply.text == both


@pytest.mark.parametrize(
    ("told", "cost"),
    [
        (0.25, 0.25),
        (0, 0.0),
        (float("nan"), None),
        (float("inf"), None),
        (-5, None),
        (10**400, None),
        (1e300, None),
        (True, None),
        ("cheap", None),
    ],
)
def test_a_cost_that_is_none_is_not_known_and_a_budget_of_dollars_ends_there(serve, told, cost):
    server = serve(lambda asked: (200, says("x", usage={**USAGE, "cost": told})))

    reply = LiteLLM("openai/m", server.base).complete(SEA, None, Sampling(5), unheard)

    assert reply.usage.cost_usd == cost
    purse = Purse(Budget(usd=1.0), time.monotonic)
    purse.pay(reply.usage)
    if cost is None:
        with pytest.raises(BudgetError, match="spent: unknown"):
            purse.open()
    else:
        purse.open()


@pytest.mark.parametrize(
    "name", ["OPENAI_BASE_URL", "OPENAI_API_BASE", "AZURE_API_BASE", "WATSONX_URL"]
)
def test_another_server_is_another_model(monkeypatch, name):
    monkeypatch.delenv(name, raising=False)
    there = [LiteLLM("openai/m").identity]
    for server in ("http://me:hunter2@127.0.0.1:1/v1", "http://127.0.0.1:2/v1"):
        monkeypatch.setenv(name, server)
        there.append(LiteLLM("openai/m").identity)
    monkeypatch.setenv("CI_JOB_URL", "http://127.0.0.1:3/")

    assert len(set(there)) == 3
    assert LiteLLM("openai/m").identity == there[-1]
    assert "hunter2" not in str(there)
    assert LiteLLM("openai/m", "http://127.0.0.1:9/v1").identity not in there


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

    with pytest.raises(Failed, match="in time") as caught:
        LiteLLM("openai/m", serve(answer).base, timeout=0.5).complete(
            SEA, None, Sampling(5), unheard
        )
    assert caught.value.lasts
    assert caught.value.usage.prompt_tokens > 5  # somebody may have read it


def test_signs_of_life_are_no_reply_and_the_server_is_let_go(serve):
    def pings():
        for _ in range(100):
            time.sleep(0.05)
            yield ": still here\n\n"

    server = serve(lambda asked: (200, pings()))
    began = time.monotonic()

    with pytest.raises(ModelError, match="in time"):
        LiteLLM("openai/m", server.base, timeout=0.6).complete(SEA, None, Sampling(5), unheard)
    assert time.monotonic() - began < 3


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("", "broke off"),
        ("data: {not json\n\n", "broke off"),
        ("data: [DONE]\n\n", "broke off"),
        ("<html>hi</html>", "broke off"),
        (sent(piece("half a "), piece("reply"), usage=None, done=False), "broke off"),
        (sent(piece("x"), usage=None, done=False) + "data: {nope\n\n", "broke off"),
        (sent(piece("x"), {"error": {"message": "overloaded"}}, usage=None), "broke off"),
        (says(""), "answered with nothing"),
        (says(" \n"), "answered with nothing"),
        (sent(piece("no "), piece(finish="content_filter")), "refuses this content"),
        (
            sent(piece(reasoning_content="hm"), piece(finish="length")),
            "answered with nothing but thoughts",
        ),
    ],
)
def test_what_is_no_reply_is_an_error(serve, capfd, body, said):
    server = serve(lambda asked: (200, body))

    with pytest.raises(Failed, match=f"model openai/m at 127.0.0.1 {said}") as caught:
        LiteLLM("openai/m", server.base).complete(SEA, None, Sampling(5), unheard)

    assert caught.value.passes == (said == "broke off")
    assert caught.value.usage.calls == (1 if "choices" in body else caught.value.usage.calls)
    assert capfd.readouterr() == ("", "")


def test_of_two_answers_the_first_counts(serve):
    mixed = [piece("a"), piece("X", index=1), piece("b"), piece("Y", index=1), piece(finish="stop")]
    server = serve(lambda asked: (200, sent(*mixed)))

    reply = LiteLLM("openai/m", server.base).complete(SEA, None, Sampling(5), unheard)

    assert reply.text == "ab"


def test_a_reply_that_was_cut_says_so(serve):
    server = serve(lambda asked: (200, sent(piece("a"), piece(finish="length"))))

    assert LiteLLM("openai/m", server.base).complete(SEA, None, Sampling(5), unheard).cut


def test_a_server_that_never_stops_is_stopped(serve):
    def words():
        for number in itertools.count():
            yield f"data: {json.dumps(piece(f'la {number} '))}\n\n"

    server = serve(lambda asked: (200, words()))

    with pytest.raises(ModelError, match="does not stop writing"):
        LiteLLM("openai/m", server.base).complete(SEA, None, Sampling(5), unheard)
    assert server.hung_up.wait(5)


def test_who_leaves_early_leaves_at_once(serve):
    def slow():
        yield f"data: {json.dumps(piece('a'))}\n\n"
        time.sleep(5)

    def leave(tokens):
        raise KeyboardInterrupt

    server = serve(lambda asked: (200, slow()))
    began = time.monotonic()

    with pytest.raises(KeyboardInterrupt):
        LiteLLM("openai/m", server.base).complete(SEA, None, Sampling(5), leave)
    assert time.monotonic() - began < 3


@pytest.mark.parametrize(
    ("status", "headers", "passes", "lasts", "wait"),
    [
        (429, {"Retry-After": "7"}, True, False, 7.0),
        (429, {"Retry-After": "soon"}, True, False, None),
        (503, {"Retry-After": "2.5"}, True, False, 2.5),
        (500, {}, True, False, None),
        (401, {}, False, True, None),
        (404, {}, False, True, None),
        (400, {}, False, False, None),
    ],
)
def test_what_a_failure_says_about_the_next_time(serve, status, headers, passes, lasts, wait):
    server = serve(lambda asked: (status, error("no"), headers))

    with pytest.raises(Failed) as caught:
        LiteLLM("openai/m", server.base).complete(SEA, None, Sampling(5), unheard)

    found = caught.value
    assert (found.passes, found.lasts, found.wait) == (passes, lasts, wait)
    assert found.usage.calls == 0
    assert len(server.asked) == 1


def test_a_date_to_come_back_at_is_understood(serve):
    at = formatdate(time.time() + 30, usegmt=True)
    server = serve(lambda asked: (429, error("no"), {"Retry-After": at}))

    with pytest.raises(Failed) as caught:
        LiteLLM("openai/m", server.base).complete(SEA, None, Sampling(5), unheard)
    assert 25 < caught.value.wait <= 30


def test_a_quota_that_is_used_up_is_not_waited_for(serve):
    server = serve(lambda asked: (429, error("You exceeded your current quota (billing)")))

    with pytest.raises(Failed) as caught:
        LiteLLM("openai/m", server.base).complete(SEA, None, Sampling(5), unheard)
    assert (caught.value.passes, caught.value.lasts) == (False, True)


@pytest.mark.parametrize(
    "more",
    [
        {"prompt_tokens_details": {"cached_tokens": 5}},
        {"prompt_cache_hit_tokens": 5, "prompt_cache_miss_tokens": 2},
        {"cache_read_input_tokens": 5},
    ],
)
def test_tokens_from_a_cache_are_read_in_every_form(serve, more):
    server = serve(lambda asked: (200, says("x", usage={**USAGE, **more})))

    usage = LiteLLM("openai/m", server.base).complete(SEA, None, Sampling(5), unheard).usage

    assert (usage.prompt_tokens, usage.cached_tokens, usage.completion_tokens) == (7, 5, 2)


def test_a_server_that_counts_nothing_is_counted_for_and_its_price_is_not_known(serve):
    server = serve(lambda asked: (200, says("a reply of many words", usage=None)))

    usage = LiteLLM("openai/gpt-4o", server.base).complete(SEA, None, Sampling(9), unheard).usage

    assert usage.prompt_tokens > 10
    assert usage.completion_tokens == 7
    assert usage.cost_usd is None


def test_a_price_is_known_beforehand_where_litellm_lists_it():
    assert LiteLLM("openai/gpt-4o").price(1_000_000, 0) == pytest.approx(2.5)
    assert LiteLLM("ollama_chat/qwen3").price(1000, 1000) == 0
    assert LiteLLM("openai/nobody-knows").price(1000, 0) is None


def test_a_model_that_thinks_has_room_for_it_but_never_more_than_the_budget_leaves(serve):
    server = serve(
        lambda asked: (200, sent(piece(reasoning_content="hm"), piece("x"), piece(finish="stop")))
    )
    model = LiteLLM("openai/m", server.base)
    for asked in (model, model, model.limited(None, 70)):
        asked.complete(SEA, None, Sampling(50), unheard)

    assert [a["max_tokens"] for a in server.asked] == [50, 50 + THOUGHT, 70]


def messages_of_anthropic(*events):
    usage = {"input_tokens": 10, "cache_read_input_tokens": 900, "output_tokens": 1}
    text = {"type": "text_delta", "text": "hello"}
    events = [
        {"type": "message_start", "message": {
            "id": "m", "type": "message", "role": "assistant", "model": "m", "content": [],
            "stop_reason": None, "usage": usage}},
        {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
        {"type": "content_block_delta", "index": 0, "delta": text},
        {"type": "content_block_stop", "index": 0},
        {"type": "message_delta", "delta": {"stop_reason": "end_turn"},
         "usage": {"output_tokens": 5}},
        {"type": "message_stop"},
    ]  # fmt: skip
    return "".join(f"event: {e['type']}\ndata: {json.dumps(e)}\n\n" for e in events)


def test_where_prompts_part_is_marked_for_a_cache_that_wants_it(serve):
    server = serve(lambda asked: (200, messages_of_anthropic()))
    model = LiteLLM("anthropic/claude-sonnet-4-5", server.base.removesuffix("/v1"))
    change, facts = "the change " * 500 + "\n\n", "the facts " * 500 + "\n\n"
    for question in ("of the task?", f"{facts}safe?", f"{facts}of use?", f"{facts}again?"):
        prompt = [Message("system", "You review."), Message("user", change + question)]
        usage = model.complete(prompt, None, Sampling(5), unheard).usage

    blocks = [asked["messages"][0]["content"] for asked in server.asked]
    marked = [[b["text"] for b in each if "cache_control" in b] for each in blocks]
    assert marked == [[], [change], [change, facts], [change, facts]]
    assert ["".join(b["text"] for b in each) for each in blocks] == [
        change + q for q in ("of the task?", f"{facts}safe?", f"{facts}of use?", f"{facts}again?")
    ]
    assert (usage.prompt_tokens, usage.cached_tokens, usage.completion_tokens) == (910, 900, 5)
    assert usage.cost_usd is not None


def test_ollama_is_asked_for_room_and_never_drops_the_beginning(serve):
    lines = [
        {"model": "q", "message": {"role": "assistant", "content": '{"title": "x"}'}},
        {"model": "q", "message": {"role": "assistant", "content": ""}, "done": True,
         "done_reason": "stop", "prompt_eval_count": 12, "eval_count": 3},
    ]  # fmt: skip
    body = "".join(json.dumps({"done": False, **line}) + "\n" for line in lines)
    server = serve(lambda asked: (200, body))
    model = LiteLLM("ollama_chat/qwen3", server.base.removesuffix("/v1"))

    reply = model.complete(SEA, SCHEMA, Sampling(50), unheard)

    assert reply.text == '{"title": "x"}'
    assert (reply.usage.prompt_tokens, reply.usage.cost_usd) == (12, 0.0)
    assert server.paths == ["/api/chat"]
    assert server.asked[0]["options"]["num_ctx"] == model.context == OLLAMA_CONTEXT
    assert server.asked[0]["format"] == SCHEMA
    with pytest.raises(TooLong):
        model.complete([Message("user", "a word " * 9000)], None, Sampling(50), unheard)


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
