"""Transcripts: what was recorded is said again, and nothing else."""

import json

import pytest

from indict_review.errors import ConfigError, ModelError
from indict_review.models.interface import Completion, Message, Sampling
from indict_review.models.replay import VERSION, Recording, Replay
from indict_review.review import Usage

SCHEMA = {"type": "object", "properties": {"a": {}, "b": {}}}
SHORT = Sampling(10)


class Counting:
    """Says how often it was asked."""

    name = "counting"

    def __init__(self):
        self.asked = 0

    def complete(self, messages, schema, sampling, on_token):
        self.asked += 1
        on_token(self.asked)
        return Completion(f"reply {self.asked}", Usage(1, 5, 3, self.asked, None, 0.5))


class Broken:
    name = "broken"

    def complete(self, messages, schema, sampling, on_token):
        raise ModelError("it is down")


def unheard(tokens):
    pass


def user(text):
    return [Message("system", "You review."), Message("user", text)]


@pytest.fixture
def transcript(tmp_path):
    path = tmp_path / "talk.jsonl"
    recording = Recording(Counting(), path)
    recording.complete(user("one"), SCHEMA, SHORT, unheard)
    recording.complete(user("two"), None, SHORT, unheard)
    recording.complete(user("one"), SCHEMA, SHORT, unheard)
    return path


def test_what_was_said_is_said_again_with_its_usage_in_any_order(transcript):
    replay = Replay(transcript)
    heard: list[int] = []

    second = replay.complete(user("two"), None, SHORT, heard.append)
    first = replay.complete(user("one"), SCHEMA, SHORT, heard.append)
    third = replay.complete(user("one"), SCHEMA, SHORT, heard.append)

    assert [r.text for r in (first, second, third)] == ["reply 1", "reply 2", "reply 3"]
    assert second.usage == Usage(1, 5, 3, 2, None, 0.5)
    assert heard == [2, 1, 3]
    assert replay.name == f"replay:{transcript}"


def test_a_recording_passes_everything_through(tmp_path):
    heard: list[int] = []
    recording = Recording(Counting(), tmp_path / "talk.jsonl")

    assert recording.complete(user("one"), None, SHORT, heard.append).text == "reply 1"
    assert recording.name == "counting"
    assert heard == [1]


def test_each_exchange_is_on_disk_before_the_next_is_asked(tmp_path):
    path = tmp_path / "talk.jsonl"
    recording = Recording(Counting(), path)
    for count in (2, 3):
        recording.complete(user("one"), None, SHORT, unheard)
        assert len(path.read_text().splitlines()) == count


def test_a_failed_call_is_not_recorded(tmp_path):
    recording = Recording(Broken(), tmp_path / "talk.jsonl")

    with pytest.raises(ModelError, match="it is down"):
        recording.complete(user("one"), None, SHORT, unheard)
    assert Replay(tmp_path / "talk.jsonl").exchanges == ()


@pytest.mark.parametrize(
    ("messages", "schema", "sampling", "said"),
    [
        (user("three"), None, SHORT, r"message 2 \(user\) was 'wo' and is 'hree' from character 1"),
        (user("two"), SCHEMA, SHORT, "the schema is not the recorded one"),
        (user("two"), None, Sampling(11), "the sampling is not the recorded one"),
        (user("two")[:1], None, SHORT, "it had 2 messages and has 1"),
        (user("one"), {"properties": {"b": {}, "a": {}}, "type": "object"}, SHORT, "the schema"),
    ],
)
def test_another_request_is_refused_and_what_changed_is_said(
    transcript, messages, schema, sampling, said
):
    with pytest.raises(ModelError, match=said) as caught:
        Replay(transcript).complete(messages, schema, sampling, unheard)

    assert "record it anew" in str(caught.value)
    assert str(transcript) in str(caught.value)


def test_a_reply_is_given_as_often_as_it_was_recorded(transcript):
    replay = Replay(transcript)
    for text in ("one", "one"):
        replay.complete(user(text), SCHEMA, SHORT, unheard)
    replay.complete(user("two"), None, SHORT, unheard)

    with pytest.raises(ModelError, match="every recorded reply has been given"):
        replay.complete(user("two"), None, SHORT, unheard)


def test_bytes_that_are_no_text_survive(tmp_path):
    odd = user("caf\udce9 \u2028 \x00 😀")
    Recording(Counting(), tmp_path / "talk.jsonl").complete(odd, None, SHORT, unheard)

    assert Replay(tmp_path / "talk.jsonl").complete(odd, None, SHORT, unheard).text == "reply 1"


def test_a_new_recording_replaces_an_old_one_and_nothing_else(transcript, tmp_path):
    Recording(Counting(), transcript).complete(user("new"), None, SHORT, unheard)
    assert len(Replay(transcript).exchanges) == 1

    notes = tmp_path / "notes.txt"
    notes.write_text("mine")
    with pytest.raises(ConfigError, match="not a transcript"):
        Recording(Counting(), notes).complete(user("new"), None, SHORT, unheard)
    assert notes.read_text() == "mine"


@pytest.mark.parametrize(
    "content",
    [
        "",
        "not json",
        "[]",
        "\udcff",
        '{"schema": "indict-review/transcript/2"}',
        f'{{"schema": "{VERSION}"}}\n[]',
        f'{{"schema": "{VERSION}"}}\n{{"messages": []}}',
        f'{{"schema": "{VERSION}"}}\n{{"messages": [{{"role": "user"}}], "schema": null}}',
        f'{{"schema": "{VERSION}"}}\n' + "[" * 100_000,
    ],
)
def test_a_file_that_is_no_transcript_is_a_two_line_error(tmp_path, content):
    path = tmp_path / "talk.jsonl"
    path.write_bytes(content.encode("utf-8", "surrogateescape"))

    with pytest.raises(ConfigError) as caught:
        Replay(path).complete(user("one"), None, SHORT, unheard)
    assert caught.value.hint


def test_a_missing_file_and_a_missing_folder_are_two_line_errors(tmp_path):
    with pytest.raises(ConfigError, match="cannot be read"):
        Replay(tmp_path / "none.jsonl").complete(user("one"), None, SHORT, unheard)
    with pytest.raises(ConfigError, match="cannot be written"):
        Recording(Counting(), tmp_path / "none" / "talk.jsonl").complete(
            user("one"), None, SHORT, unheard
        )


def test_an_edited_prompt_is_noticed(transcript):
    lines = transcript.read_text().splitlines()
    edited = json.loads(lines[1])
    edited["messages"][1]["content"] = "other"
    transcript.write_text("\n".join([lines[0], json.dumps(edited)]))

    with pytest.raises(ConfigError, match="line 2 was edited"):
        Replay(transcript).complete(user("one"), SCHEMA, SHORT, unheard)
