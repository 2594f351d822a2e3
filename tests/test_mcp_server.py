"""The server, asked by the official client: real processes, real git, real semgrep."""

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace

import pytest

from indict_review.assembly import assembled
from indict_review.config import Flags, load
from indict_review.events import silent
from indict_review.models.asking import Asker
from indict_review.models.replay import Recording
from indict_review.sources.patch import PatchSource
from tests.patching import git, repository, snapshot, write
from tests.scripted import ScriptedModel
from tests.serving import CLEAN, MENDED, PROJECT, WEAK, command, environ, served
from tests.test_post_hoc import BASE, FIND, GOOD, Plot, body

LISTED = {
    "review_patch": (True, False),
    "review_staged": (True, False),
    "explain_finding": (True, False),
    "apply_revision": (False, True),
}


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    """One server for all that do not start one themselves: it lives on, whatever it is sent."""
    folder = tmp_path_factory.mktemp("shared")
    made = repository(folder / "repo", {"app.py": b"import subprocess\n"})
    git(made, "tag", "start")
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("XDG_CACHE_HOME", str(folder / "cache"))
        patched.setenv("XDG_CONFIG_HOME", str(folder / "config"))
        # The sandbox is of no use here, and docker takes seconds to say so.
        with served(made, "--model", "none", "--sandbox", "none") as client:
            yield made, client


@pytest.fixture
def repo(shared):
    made, _ = shared
    git(made, "reset", "-q", "--hard", "start")
    git(made, "clean", "-fdq")
    return made


@pytest.fixture
def client(shared, repo):
    return shared[1]


@pytest.fixture
def server(repo):
    """The bare process, for what no client of the package would send."""
    with subprocess.Popen(
        [sys.executable, *command(repo)], env=environ(), cwd=repo,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as process:  # fmt: skip
        yield process
        process.kill()


def send(server, *messages):
    for message in messages:
        raw = message if isinstance(message, bytes) else json.dumps(message).encode()
        server.stdin.write(raw + b"\n")
    server.stdin.flush()


def hello(server):
    about = {"name": "a test", "version": "1"}
    begin = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": about}
    send(server, {"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": begin})
    answer = json.loads(server.stdout.readline())
    send(server, {"jsonrpc": "2.0", "method": "notifications/initialized"})
    return answer["result"]


def call(ident, name, **arguments):
    about = {"name": name, "arguments": arguments}
    return {"jsonrpc": "2.0", "id": ident, "method": "tools/call", "params": about}


def answer_to(server, ident):
    """Every line on standard output is a message of the protocol, whatever else goes on."""
    for line in server.stdout:
        message = json.loads(line)
        assert message["jsonrpc"] == "2.0"
        if message.get("id") == ident:
            return message
    raise AssertionError("the server has ended")


def test_the_client_lists_four_tools_that_say_what_they_do(client):
    tools = client.tools()
    hints = {t.name: (t.annotations.readOnlyHint, t.annotations.destructiveHint) for t in tools}
    assert hints == LISTED
    for tool in tools:
        assert tool.inputSchema["additionalProperties"] is False
        assert tool.outputSchema
        assert set(tool.inputSchema["properties"]) <= {
            "patch", "task", "dialogue", "format", "review_id", "fingerprint",
        }  # fmt: skip


def test_a_weak_patch_is_rejected_explained_and_not_written(client, repo):
    before = snapshot(repo)
    said = client.call("review_patch", patch=WEAK, task="List files.")
    assert said.data["gate"] == "rejected"
    assert said.data["dialogue"] is False
    (finding,) = said.data["findings"]
    assert (finding["cwe"], finding["path"], finding["start_line"]) == ("CWE-78", "app.py", 5)
    assert finding["blocks"]
    assert "CWE-78" in said.text

    ident = said.data["review_id"]
    about = {"review_id": ident, "fingerprint": finding["fingerprint"]}
    explained = client.call("explain_finding", **about)
    assert explained.data["evidence"][0]["kind"] == "observed"
    assert "CWE-78" in explained.data["knowledge"][0]["title"]
    assert explained.data["remedy"] in explained.text

    refused = client.call("apply_revision", review_id=ident)
    assert refused.is_error
    assert refused.text.startswith("nothing of it may land: rejected: 1 finding blocks")
    assert snapshot(repo) == before


def test_an_accepted_patch_is_written_once(client, repo):
    said = client.call("review_patch", patch=f"Here it is:\n\n```diff\n{CLEAN}```\n")
    assert said.data["gate"] == "accepted"
    assert said.data["revision"] is None

    done = client.call("apply_revision", review_id=said.data["review_id"])
    assert done.data["written"] == ["app.py"]
    assert "len(name)" in (repo / "app.py").read_text()
    assert git(repo, "diff", "--cached") == b""

    again = client.call("apply_revision", review_id=said.data["review_id"])
    assert again.is_error


def test_a_revised_patch_is_written_as_it_was_verified(client, repo):
    said = client.call("review_patch", patch=MENDED)
    assert said.data["gate"] == "revised"
    assert "+    return yaml.safe_load(text)" in said.data["revision"]["diff"]
    assert said.data["revision"]["fixes"] == [said.data["findings"][0]["fingerprint"]]
    about = {
        "review_id": said.data["review_id"],
        "fingerprint": said.data["revision"]["fixes"][0],
    }
    explained = client.call("explain_finding", **about)
    assert explained.data["suggestion"]["receipt"]["patch_sha256"]

    done = client.call("apply_revision", review_id=said.data["review_id"])
    assert done.data == {
        "review_id": said.data["review_id"], "gate": "revised", "written": ["load.py"],
    }  # fmt: skip
    assert "safe_load" in (repo / "load.py").read_text()


def test_a_tree_that_moved_on_is_left_alone(client, repo):
    said = client.call("review_patch", patch=CLEAN)
    write(repo, {"app.py": b"import subprocess  # mine\n"})
    before = snapshot(repo)

    refused = client.call("apply_revision", review_id=said.data["review_id"])
    assert refused.is_error
    assert "app.py" in refused.text
    git(repo, "commit", "-qam", "mine")
    refused = client.call("apply_revision", review_id=said.data["review_id"])
    assert refused.is_error
    assert snapshot(repo) == before


def test_what_is_staged_is_reviewed_and_never_written(client, repo):
    empty = client.call("review_staged")
    assert (empty.data["verdict"], empty.data["findings"]) == ("pass", [])
    git(repo, "apply", "--cached", stdin=WEAK.encode())
    said = client.call("review_staged")
    assert (said.data["verdict"], said.data["gate"]) == ("fail", None)
    refused = client.call("apply_revision", review_id=said.data["review_id"])
    assert refused.is_error


def test_an_agents_own_marks_excuse_nothing(client, repo):
    weak = WEAK.replace("shell=True)", "shell=True)  # nosec # indict-review: ignore[CWE-78] fine")

    git(repo, "apply", "--cached", stdin=weak.encode())
    said = client.call("review_staged")
    assert said.data["verdict"] == "fail"
    assert "CWE-78" in {finding["cwe"] for finding in said.data["findings"]}


@pytest.mark.parametrize(
    ("tool", "arguments", "told"),
    [
        ("review_patch", {}, "patch is missing"),
        ("review_patch", {"patch": CLEAN, "model": "openai/x"}, "model is unknown"),
        ("review_patch", {"patch": CLEAN, "test_command": "touch x"}, "test_command is unknown"),
        ("review_patch", {"patch": CLEAN, "repo": "/etc"}, "repo is unknown"),
        ("review_patch", {"patch": 7}, "patch is not a text"),
        ("review_patch", {"patch": CLEAN, "dialogue": "yes"}, "neither true nor false"),
        ("review_patch", {"patch": CLEAN, "format": "zip"}, "format is none of"),
        ("review_patch", {"patch": CLEAN, "task": "t" * 100_001}, "task has more than"),
        ("review_patch", {"patch": "x" * (16 * 2**20 + 1)}, "larger than 16 MiB"),
        ("review_patch", {"patch": "please look at /etc/passwd"}, "no patch"),
        ("review_patch", {"patch": CLEAN.replace("app.py", "../app.py")}, "../app.py"),
        ("review_patch", {"patch": CLEAN.replace("b/app.py", "/etc/passwd")}, "/etc/passwd"),
        ("review_patch", {"patch": CLEAN.replace("app.py", ".git/config")}, ".git/config"),
        ("review_patch", {"patch": CLEAN.replace(" import subprocess", " import x")}, "app.py"),
        ("review_staged", {"path": "/"}, "path is unknown"),
        ("explain_finding", {"review_id": "no", "fingerprint": "no"}, "no such review"),
        ("apply_revision", {"review_id": "../../etc"}, "no such review"),
        ("apply_revision", {"review_id": "i" * 201}, "review_id has more than"),
        ("rm", {}, "there is no tool"),
    ],
)
def test_hostile_arguments_are_refused_in_two_lines(client, repo, tool, arguments, told):
    before = snapshot(repo)

    said = client.call(tool, **arguments)

    assert said.is_error
    assert told in said.text
    assert len(said.text.splitlines()) == 2
    assert len(said.text) < 2000
    assert "Traceback" not in said.text
    assert snapshot(repo) == before


def test_no_task_names_a_file(client, tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("found it")

    said = client.call("review_patch", patch=CLEAN, task=f"@{secret}")
    assert said.data["gate"] == "accepted"
    assert "found it" not in json.dumps(said.data)


def test_secrets_and_control_characters_do_not_come_back(client):
    key = "AKIA" + "Z" * 16
    patch = WEAK.replace("ls ", f"ls {key} \x1b[2J \u202e").replace("WEAK", key)

    said = client.call("review_patch", patch=patch)
    (finding,) = (f for f in said.data["findings"] if f["cwe"] == "CWE-78")
    assert "␛" in finding["quote"]
    assert "<U+202E>" in finding["quote"]
    whole = said.text + json.dumps(said.data, ensure_ascii=False)
    for hidden in (key, "\x1b", "\u202e"):
        assert hidden not in whole
    refused = client.call("review_patch", patch=WEAK.replace("app.py", f"\x1b{key}.py"))
    assert refused.is_error
    assert key not in refused.text
    assert "\x1b" not in refused.text


def test_three_calls_at_once_are_each_answered(client):
    asked = {"rejected": WEAK, "accepted": CLEAN, "revised": MENDED}

    coming = {gate: client.later("review_patch", patch=text) for gate, text in asked.items()}

    assert {gate: each.result(60).data["gate"] for gate, each in coming.items()} == {
        gate: gate for gate in asked
    }


def added(path, text):
    lines = text.splitlines()
    plus = "".join(f"+{line}\n" for line in lines)
    return f"--- /dev/null\n+++ b/{path}\n@@ -0,0 +1,{len(lines)} @@\n{plus}"


@pytest.fixture
def transcript(repo, tmp_path):
    """What a model, that a test wrote, says to the dialogue over one patch."""
    path = tmp_path / "talk.jsonl"
    source = PatchSource(added("users.py", BASE + FIND).encode(), repo, "Find users.")
    config = load(Flags(model="none", sandbox="none"), source.base, os.environ)
    change = source.collect()
    with assembled(config, change, source, None, silent, agent=True) as reviewer:
        model = Recording(ScriptedModel(Plot(actor=[body(GOOD)] * 9)), path)
        replace(reviewer, asker=Asker(model, config.budget)).review(change)
    return path


def test_a_dialogue_is_held_by_the_model_of_the_launch_and_says_how_it_goes(repo, transcript):
    asked = {"patch": added("users.py", BASE + FIND), "task": "Find users.", "dialogue": True}
    heard = []

    with served(repo, "--model", f"replay:{transcript}", "--sandbox", "none") as client:
        said = client.call("review_patch", heard, **asked)
        done = client.call("apply_revision", review_id=said.data["review_id"])

    assert said.data["dialogue"] is True
    assert said.data["gate"] == "revised"
    assert heard
    assert done.data["written"] == ["users.py"]
    assert GOOD in (repo / "users.py").read_text()


def test_a_dialogue_without_a_model_says_that_there_was_none(client):
    said = client.call("review_patch", patch=CLEAN, dialogue=True)

    assert said.data["dialogue"] is False
    assert any("no model took part" in note for note in said.data["notes"])


def test_what_is_cancelled_leaves_the_server_to_the_next(server):
    hello(server)
    send(server, *(call(n, "review_patch", patch=WEAK) for n in (1, 2)))
    time.sleep(0.2)
    for n in (2, 1):
        send(
            server,
            {"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": n}},
        )
    send(server, call(3, "review_patch", patch=CLEAN))

    answers = {}
    while 3 not in answers:
        message = json.loads(server.stdout.readline())
        answers[message["id"]] = message

    assert "error" in answers[1]
    assert "error" in answers[2]
    assert answers[3]["result"]["structuredContent"]["gate"] == "accepted"


def test_garbage_on_standard_input_ends_nothing(server):
    hello(server)
    send(server, os.urandom(64).replace(b"\n", b""), b"\xff\xfe{", b"[" * 100_000, b"{}", b"null")
    send(server, {"jsonrpc": "2.0", "id": 5, "method": "tools/call", "params": [1]})
    send(server, {"jsonrpc": "2.0", "id": 6, "method": "no/such", "params": {}})
    send(server, call(7, "review_patch", patch=CLEAN))

    assert answer_to(server, 7)["result"]["structuredContent"]["gate"] == "accepted"
    _, err = server.communicate(timeout=20)
    assert server.returncode == 0
    assert b"Traceback" not in err
    assert all(line.startswith(b"indict-review mcp: ") for line in err.splitlines())


def test_standard_output_is_the_protocols_alone_until_the_input_ends(server):
    """What semgrep, git and Python's own prints inherit is another end."""
    assert hello(server)["serverInfo"]["name"] == "indict-review"
    ends = [os.readlink(f"/proc/{server.pid}/fd/{n}") for n in range(3)]
    assert ends[0] == os.devnull
    assert ends[1] == ends[2]
    send(server, call(1, "review_patch", patch=WEAK))
    answer_to(server, 1)

    rest, err = server.communicate(timeout=20)

    assert rest == b""
    assert server.returncode == 0
    assert len(err.splitlines()) == 1


def test_an_interrupt_ends_it_with_130_and_no_traceback(server):
    hello(server)

    server.send_signal(signal.SIGINT)
    _, err = server.communicate(timeout=20)

    assert server.returncode == 130
    assert b"interrupted" in err
    assert b"Traceback" not in err


def test_an_interrupt_in_a_review_ends_it_too(server):
    hello(server)
    send(server, call(1, "review_patch", patch=WEAK))
    time.sleep(0.3)

    server.send_signal(signal.SIGINT)
    _, err = server.communicate(timeout=20)

    assert server.returncode == 130
    assert b"Traceback" not in err


def run(*arguments, code=("-m", "indict_review")):
    ran = subprocess.run(
        [sys.executable, *code, *arguments], env=environ(), capture_output=True, text=True,
        stdin=subprocess.DEVNULL, timeout=60,
    )  # fmt: skip
    assert "Traceback" not in ran.stderr
    return ran.returncode, ran.stdout, ran.stderr


def test_a_launch_that_no_review_could_use_is_refused_at_once(repo):
    code, out, err = run("mcp", "--repo", str(repo), "--fail-on", "banana")
    assert (code, out) == (2, "")
    assert len(err.splitlines()) == 2

    assert run("mcp", "--repo", str(repo / "nowhere"))[0] == 2
    assert run("mcp", "--repo", str(repo))[:2] == (0, "")  # its input has ended


def test_without_the_package_it_says_how_to_install_it(repo):
    without = "import sys; sys.modules['mcp'] = None; from indict_review.cli import main; main()"

    code, _, err = run("mcp", "--repo", str(repo), code=("-c", without))

    assert code == 2
    assert "pip install 'indict-review[mcp]'" in err


def test_the_example_reviews_and_writes(repo, tmp_path):
    (tmp_path / "reply.md").write_text(f"Here it is:\n\n```diff\n{CLEAN}```\n")
    example = str(PROJECT / "examples" / "mcp" / "client.py")

    code, out, _ = run(str(repo), str(tmp_path / "reply.md"), "Measure names.", code=(example,))

    assert code == 0
    assert out.startswith("accepted")
    assert "Written" in out
    assert "len(name)" in (repo / "app.py").read_text()


def test_the_examples_for_agents_start_this_command():
    for name in ("mcp.json", "vscode.json"):
        (servers,) = json.loads((PROJECT / "examples" / "mcp" / name).read_text()).values()
        assert servers["indict-review"]["command"] == "indict-review"
        assert servers["indict-review"]["args"][:2] == ["mcp", "--repo"]
