"""`bench run --engine ray`: the same records as without it, on a cluster of this machine."""

import os
import sys
from dataclasses import replace

import pytest

from indict_review.bench.engines import joining, remote
from indict_review.bench.engines.interface import Answered, Task
from indict_review.bench.engines.remote import Remote, manifest_without_samples
from indict_review.bench.interface import Look, Sample
from indict_review.bench.runs import answering
from indict_review.bench.runs.session import Wanted
from indict_review.cli import run
from indict_review.config import Flags
from indict_review.errors import ConfigError
from tests import ray_clusters
from tests.bench_runs import cast_with, opinion, outcomes, pairs, said
from tests.scripted import ScriptedModel

STRATEGIES = ("direct", "self-refine", "tools")


@pytest.fixture(scope="module")
def address():
    with pytest.MonkeyPatch.context() as patch, ray_clusters.cluster() as (address, environ):
        for name, value in environ.items():
            patch.setenv(name, value)
        yield address


@pytest.fixture
def ray_cluster(address):
    """The module. Ray looks at the environment once, when it is imported."""
    from indict_review.bench.engines import ray_cluster

    return ray_cluster


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A run that can be replayed, and one that replayed it without Ray."""
    folder = tmp_path_factory.mktemp("runs")
    pairs(folder, 2)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(answering, "cast", cast_with(ScriptedModel(opinion)))
        assert called(folder, "--out", folder / "recorded") == 0
    assert called(folder, "--out", folder / "here", *replayed(folder)) == 0
    return folder


def called(folder, *arguments):
    asked = [word for name in STRATEGIES for word in ("--strategy", name)]
    data = ("sven", "--data", folder / "pairs.jsonl", "--sandbox", "none", *asked)
    return run(["bench", "run", *map(str, (*data, *arguments))])


def replayed(folder):
    return ("--model", f"replay:{folder / 'recorded'}")


@pytest.fixture
def bench(folder, tmp_path, capsys):
    """Replay it on a cluster: the exit code, and what was said."""

    def called_there(address, *arguments):
        out = ("--out", tmp_path / "afar", *replayed(folder))
        where = ("--ray-address", address) if address else ()
        code = called(folder, *out, "--engine", "ray", *where, "--jobs", "2", *arguments)
        return code, capsys.readouterr().err

    return called_there


def said_in(folder):
    """Every transcript of a run, but for the folder that a replay names."""
    return {p.name: p.read_bytes().splitlines()[1:] for p in (folder / "transcripts").iterdir()}


def test_the_records_and_transcripts_are_those_of_a_run_without_it(
    bench, address, folder, tmp_path
):
    code, err = bench(address)
    flagged = {r["marks"]["flagged"] for r in outcomes(folder / "here").values()}

    assert code == 0, err
    assert flagged == {True, False}
    assert len(outcomes(tmp_path / "afar")) == 12
    assert outcomes(tmp_path / "afar") == outcomes(folder / "here")
    assert len(said_in(tmp_path / "afar")) == 8
    assert said_in(tmp_path / "afar") == said_in(folder / "recorded")


def test_whatever_a_process_does_each_answer_is_recorded_once_or_asked_again(
    bench, address, folder, tmp_path, monkeypatch
):
    with monkeypatch.context() as patch:
        patch.setattr(remote, "Remote", ray_clusters.Unreliable)
        code, err = bench(address)
    assert code == 3
    assert said(err) == [
        "3 failed: its work ended without an answer (pair-0/fixed and others)",
        "2 failed: the process that did it was lost: WorkerCrashedError (pair-1/fixed and others)",
        "5 of 12 are left: the same call goes on",
    ]
    assert len(outcomes(tmp_path / "afar")) == 7

    code, err = bench(address)
    assert code == 0, err
    assert outcomes(tmp_path / "afar") == outcomes(folder / "here")


def test_a_machine_that_would_answer_otherwise_takes_no_part(bench, address, tmp_path, monkeypatch):
    def other(wanted):
        here = manifest_without_samples(wanted)
        return replace(here, told={**here.told, "prompts": "those of last week"})

    monkeypatch.setattr(remote, "manifest_without_samples", other)
    code, err = bench(address)

    assert code == 2
    assert "a machine of the cluster would answer otherwise: prompts was" in err
    assert outcomes(tmp_path / "afar") == {}


@pytest.mark.parametrize(
    ("nowhere", "reason"),
    [
        ("127.0.0.1:1", "there is no Ray cluster to join: nobody answers at 127.0.0.1:1"),
        ("127.0.0.1:99999", "there is no Ray cluster to join: nobody answers at 127.0.0.1:99999"),
        ("ray://127.0.0.1:10001", "--ray-address ray://127.0.0.1:10001: it is not HOST:PORT"),
        ("somewhere", "--ray-address somewhere: it is not HOST:PORT"),
    ],
)
def test_an_address_that_is_none_is_told_at_once(bench, ray_cluster, nowhere, reason):
    code, err = bench(nowhere)

    assert code == 2
    assert said(err)[-1] == reason


def test_without_a_cluster_none_is_begun(bench, ray_cluster, monkeypatch):
    def nowhere(address, **settings):
        raise ConnectionError(f"Could not find any running Ray instance: {address}.\nPlease")

    monkeypatch.setattr(ray_cluster.ray, "init", nowhere)
    code, err = bench(None)

    assert code == 2
    assert said(err)[-1].endswith("to join: Could not find any running Ray instance: auto.")
    assert joining.HINT in err


def test_a_machine_without_our_program_is_told_in_one_line(ray_cluster, monkeypatch):
    def broken(reference):
        raise ray_cluster.RayTaskError(
            "_away", "File there\nModuleNotFoundError: none", ImportError()
        )

    monkeypatch.setattr(ray_cluster.ray, "get", broken)
    with pytest.raises(ConfigError, match=r"do its part: ModuleNotFoundError: none$"):
        list(ray_cluster._take(iter([object()]), {}))


def test_without_ray_it_is_said_how_to_get_it(bench, ray_cluster, monkeypatch):
    monkeypatch.delitem(sys.modules, ray_cluster.__name__)
    monkeypatch.setitem(sys.modules, "ray", None)
    code, err = bench(None)

    assert code == 2
    assert "`pip install 'indict-review[ray]'` installs it." in err


def test_ray_reports_nothing_to_anybody(ray_cluster):
    assert os.environ["RAY_USAGE_STATS_ENABLED"] == "0"


# What is sent.


def worker(tmp_path, **wanted):
    made = Wanted("sven", tmp_path / "pairs.jsonl", tmp_path, ("tools",), **wanted)
    return Remote(made, manifest_without_samples(made))


def test_a_project_that_is_not_there_is_no_empty_one(tmp_path):
    flags = Flags(model="none", sandbox="none")
    sample = Sample("sven", "a", "", Look(b"", tmp_path / "only-on-the-other-machine"))
    with pytest.raises(ConfigError, match="has no folder"):
        list(worker(tmp_path, flags=flags)(Task(sample, ("tools",), None)))


def test_no_name_that_comes_back_becomes_a_path(tmp_path):
    (tmp_path / "transcripts").mkdir()
    sample = Sample("sven", "a", "", Look(b""))
    event = Answered(sample, "tools", None)
    sent = remote.Sent(event, {"../../escaped": b"{}", "tools": b"said\n"})
    task = Task(sample, ("tools",), None)
    done = worker(tmp_path, flags=Flags(model="none")).home(task, sent)

    assert done is event
    (kept,) = tmp_path.rglob("*.jsonl")
    assert kept.read_bytes() == b"said\n"
