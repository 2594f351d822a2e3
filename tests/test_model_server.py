"""A server of one's own, for real: the 1.5B model behind llama.cpp's HTTP server, on loopback."""

import json

import pytest

from indict_review.config import Flags, load
from indict_review.equipment import asking
from indict_review.events import silent
from indict_review.models.hosted.shapes import Shape
from indict_review.models.interface import Form, Message, Sampling
from indict_review.models.litellm import LiteLLM
from indict_review.sources.patch import PatchSource

pytestmark = pytest.mark.model

KEY = "sk-loopback-0123456789abcdef"
SCHEMA = {
    "type": "object",
    "properties": {
        "verdict": {"enum": ["safe", "unsafe"]},
        "cwe": {"type": "string", "maxLength": 10},
    },
    "required": ["verdict", "cwe"],
    "additionalProperties": False,
}
ASK = [
    Message("system", "You review code."),
    Message("user", 'def run(name):\n    os.system("ls " + name)\n\nIs it safe? Which CWE is it?'),
]


@pytest.fixture
def server(model_weights, monkeypatch):
    """As `llama-server --jinja --api-key KEY -m WEIGHTS` is."""
    xllamacpp = pytest.importorskip("xllamacpp")
    parameters = xllamacpp.CommonParams()
    parameters.model.path = str(model_weights)
    parameters.n_ctx = 2048
    parameters.verbosity = -1
    parameters.use_jinja = True
    parameters.api_keys = [KEY]
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    running = xllamacpp.Server(parameters)
    yield running.listening_address + "/v1"
    del running


def test_a_server_of_ones_own_answers_in_every_shape_and_is_asked_once(server, tmp_path):
    for shape in Shape:
        model = LiteLLM("openai/qwen", server)
        model.known.shape = shape
        reply = model.complete(ASK, SCHEMA, Sampling(80), lambda tokens: None)
        assert json.loads(reply.text)["verdict"] == "unsafe", shape

    environ = {"INDICT_REVIEW_CACHE": str(tmp_path / "cache")}
    project = tmp_path / "project"
    flags = Flags(model="openai/qwen", api_base=server)
    config = load(flags, PatchSource(b"", tmp_path).base, environ)
    askers = [asking(config, None, silent, project)[0] for _ in range(2)]
    said = [asker.data("x", ASK, Form(SCHEMA, SCHEMA), Sampling(80)) for asker in askers]

    assert said[0] == said[1]
    assert said[0]["verdict"] == "unsafe"
    assert (askers[0].usage.calls, askers[0].usage.cached_tokens > 0) == (1, True)
    assert (askers[1].usage.calls, askers[1].usage.kept) == (0, 1)
