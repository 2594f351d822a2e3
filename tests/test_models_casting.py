"""From names to models: roles, fall-backs, where replies are kept, and names that are none."""

import os
import subprocess
import sys
import time
from dataclasses import replace

import pytest

from indict_review.config import Flags, load
from indict_review.equipment import asking
from indict_review.errors import ConfigError
from indict_review.events import silent
from indict_review.models.casting import cast
from indict_review.models.hosted.names import check_name
from indict_review.models.interface import Message, Sampling, context_of
from indict_review.models.kept import Kept
from indict_review.models.litellm import _library
from indict_review.models.replay import Recording, Replay
from indict_review.sources.patch import PatchSource
from tests.test_models_litellm import Server, says, serve  # noqa: F401 - a fixture


def config(tmp_path, **flags):
    environ = {"INDICT_REVIEW_CACHE": str(tmp_path / "cache"), "HOME": str(tmp_path)}
    return load(Flags(**flags), PatchSource(b"", tmp_path).base, environ)


def test_each_role_has_its_model_and_each_model_is_made_once(tmp_path):
    named = config(
        tmp_path,
        model="openai/a",
        models=("safety=openai/b", "actor=openai/b", "summary=openai/a"),
        fallback=("openai/b", "ollama_chat/c"),
    )
    made, note = cast(named, None)

    assert note == ""
    assert made.roles["safety"] is made.roles["actor"] is made.fallback[0]
    assert made.roles["summary"] is made.model
    assert [m.name for m in made.fallback] == ["openai/b", "ollama_chat/c"]


def test_a_server_of_ones_own_is_asked_for_models_of_its_provider_only(tmp_path):
    named = config(
        tmp_path,
        model="openai/a",
        api_base="http://127.0.0.1:9/v1",
        models=("safety=anthropic/claude-sonnet-4-5",),
        fallback=("openai/b",),
    )
    made, _ = cast(named, None)

    bases = [m.api_base for m in (made.model, made.roles["safety"], *made.fallback)]
    assert bases == ["http://127.0.0.1:9/v1", None, "http://127.0.0.1:9/v1"]


@pytest.mark.parametrize("name", ["local", "none", "nosuch/m"])
def test_a_role_whose_model_cannot_be_used_is_an_error_as_for_the_one_model(tmp_path, name):
    named = config(tmp_path, model="openai/a", models=(f"safety={name}",))

    with pytest.raises(ConfigError):
        cast(named, None)


def test_models_for_some_roles_need_one_for_the_others(tmp_path):
    with pytest.raises(ConfigError, match="models for safety, and none for the other roles"):
        cast(config(tmp_path, models=("safety=openai/a",)), None)


def test_a_fall_back_is_asked_where_nobody_was_named_and_the_embedded_model_is_not_here(tmp_path):
    made, note = cast(config(tmp_path, fallback=("openai/b", "openai/c")), None)

    assert (made.model.name, [m.name for m in made.fallback]) == ("openai/b", ["openai/c"])
    assert note.startswith("openai/b was asked: its weights are not here")


def test_without_a_model_nobody_is_asked_and_it_is_said_who(tmp_path):
    named = config(tmp_path, model="none", models=("safety=openai/a",), fallback=("openai/b",))

    assert cast(named, None) == (None, "--model none: nobody was asked, nor safety by openai/a, "
                                       "openai/b")  # fmt: skip
    assert cast(config(tmp_path, model="none"), None) == (None, "")


def test_replies_are_kept_only_where_the_change_cannot_have_put_them(tmp_path):
    named = config(tmp_path, model="openai/a")
    elsewhere = tmp_path / "project"
    elsewhere.mkdir()

    kept, _ = cast(named, elsewhere)
    assert isinstance(kept.model, Kept)
    assert kept.model.cache.folder == tmp_path / "cache" / "replies"
    for root in (tmp_path, tmp_path / "cache", None):
        assert not isinstance(cast(named, root)[0].model, Kept)
    assert not isinstance(cast(replace(named, no_cache=True), elsewhere)[0].model, Kept)


def test_one_transcript_has_what_all_models_said(tmp_path, serve):  # noqa: F811
    server = serve(lambda asked: (200, says(f"by {asked['model']}")))
    path, project = tmp_path / "talk.jsonl", tmp_path / "project"
    named = config(tmp_path, model="openai/a", models=("safety=openai/b",), api_base=server.base)

    def talk(named, record=None):
        asker, _ = asking(named, record, silent, project)
        said = [asker.of(role).text("x", [Message("user", role)], Sampling(9))
                for role in ("actor", "safety")]  # fmt: skip
        return said, asker

    recorded, first = talk(named, path)
    again, second = talk(named, path)
    replayed, third = talk(config(tmp_path, model=f"replay:{path}"))

    assert recorded == again == replayed == ["by openai/a".replace("openai/", ""), "by b"]
    assert (first.usage.calls, second.usage.calls, second.usage.kept) == (2, 0, 2)
    assert len(server.asked) == 2
    assert first.context == third.context == context_of(Replay(path))


def test_models_that_are_recorded_share_the_smallest_context(tmp_path):
    made, _ = cast(
        config(tmp_path, model="openai/gpt-4o", models=("safety=ollama_chat/qwen3",)), None
    )
    recorded = made.recorded(tmp_path / "talk.jsonl")

    assert isinstance(recorded.model, Recording)
    assert recorded.model.context == recorded.roles["safety"].context == 16_384


def test_no_provider_that_litellm_has_is_refused():
    providers = [p.value for p in _library().types.utils.LlmProviders]

    assert len(providers) > 50
    for provider in providers:
        check_name(f"{provider}/some-model")


@pytest.mark.parametrize("name", ["gpt-4o", "claude-sonnet-4-5", "ft:gpt-4o:mine"])
def test_a_name_that_litellm_lists_needs_no_provider(name):
    check_name(name)


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("NOSUCH", "no model is called NOSUCH"),
        ("gpt-4oo", "did you mean gpt-4o"),
        ("antropic/claude-sonnet-4-5", "did you mean anthropic"),
        ("nosuch/m", "no provider of models is called nosuch"),
    ],
)
def test_a_name_that_is_none_is_told_without_loading_litellm(name, hint):
    script = (
        "import sys\n"
        "from indict_review.errors import ConfigError\n"
        "from indict_review.models.hosted.names import check_name\n"
        "try:\n    check_name(sys.argv[1])\n"
        "except ConfigError as e:\n    print(e, '|', e.hint, '|', 'litellm' in sys.modules)\n"
    )
    began = time.monotonic()
    ran = subprocess.run(
        [sys.executable, "-c", script, name],
        env={**os.environ, "PYTHONPATH": os.getcwd()},
        capture_output=True,
        text=True,
        check=True,
    )

    said, how, loaded = ran.stdout.strip().split(" | ")
    assert hint in said
    assert "ollama_chat/qwen3" in how
    assert loaded == "False"
    assert time.monotonic() - began < 5  # on a busy machine; 0.3 s on an idle one
