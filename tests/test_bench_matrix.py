"""examples/bench-matrix.yml, run for real by `act`: shards that are cut short, go on, and merge.

What linters say of it: tests/test_action_files.py. What actions from elsewhere do is played, and
what sets up a machine is left out: no sandbox, no model.
"""

import json
import shlex
import sysconfig
from dataclasses import dataclass

import pytest
import yaml

from tests.acting import Runner, git
from tests.bench_runs import pairs
from tests.test_action_files import ACTION, filled_in

EXAMPLE = ACTION.parent / "examples" / "bench-matrix.yml"
SETTING_UP = {"A sandbox", "Install", "Install the embedded model"}
STAND_IN = """\
name: a stand-in
inputs: {path: {}, key: {}, restore-keys: {}, name: {}, pattern: {}, overwrite: {},
         python-version: {}, persist-credentials: {}}
runs:
  using: composite
  steps:
    - shell: bash
      env: {PATH_: "${{ inputs.path }}", KEY: "${{ inputs.key }}", NAME: "${{ inputs.name }}",
            BEFORE: "${{ inputs.restore-keys }}", PATTERN: "${{ inputs.pattern }}"}
      run: |
        set -e; shopt -s nullglob; kept=%s
        %s
"""
PLAYED = {
    "setup-python": f"echo {shlex.quote(sysconfig.get_path('scripts'))} >> $GITHUB_PATH",
    "cache": "true",
    "cache/restore": 'for at in "$kept/$BEFORE"*; do rm -rf "$PATH_"; cp -a "$at" "$PATH_"; done',
    "cache/save": 'cp -a "$PATH_" "$kept/$KEY"',
    "upload-artifact": 'rm -rf "$kept/$NAME"; mkdir "$kept/$NAME"; cp -a "$PATH_" "$kept/$NAME"',
    "download-artifact": 'mkdir "$PATH_"; cp -a "$kept"/$PATTERN "$PATH_"',
}


@dataclass
class Machines(Runner):
    """As many as there are jobs; what they keep lies in one folder."""

    def _actions(self, workflow):
        kept = self.folder / "kept"
        kept.mkdir(exist_ok=True)
        checkout = f'git clone --quiet {self.project} "$PWD/.clone" && cp -a .clone/. .'
        for use in {word for word in workflow.split() if word.startswith("actions/")}:
            name, _, commit = use.removeprefix("actions/").partition("@")
            place = self.folder / "played" / name
            place.mkdir(parents=True, exist_ok=True)
            script = {**PLAYED, "checkout": checkout}[name]
            (place / "action.yml").write_text(STAND_IN % (kept, script))
            repository = name.partition("/")[0]
            yield f"actions/{repository}@{commit}", self.folder / "played" / repository


@pytest.fixture
def machines(tmp_path):
    project, folder = tmp_path / "project", tmp_path / "machines"
    for each in (project / "bench", folder):
        each.mkdir(parents=True)
    pairs(project / "bench", 3)
    git(project, "init", "--quiet", "--initial-branch=main")
    git(project, "remote", "add", "origin", "https://github.com/octo/demo.git")
    git(project, "add", ".")
    git(project, "commit", "--quiet", "-m", "The data")
    return Machines(folder, project)


def workflow(**run):
    """The example without what sets up a machine, and with another call in the place of its own."""
    told = yaml.safe_load(filled_in(EXAMPLE))
    told["on"] = told.pop(True)  # which is how YAML 1.1 reads it
    told["env"]["MODEL"] = "none"
    told["jobs"]["shard"]["strategy"]["matrix"] = {"shard": [1, 2], "of": [2]}
    for job in told["jobs"].values():
        job["steps"] = [step for step in job["steps"] if step.get("name") not in SETTING_UP]
    (step,) = (s for s in told["jobs"]["shard"]["steps"] if s.get("name") == "Run, or go on")
    assert step["run"].count("--sandbox bwrap") == step["run"].count("--cap seconds=18000") == 1
    for old, new in (("--sandbox bwrap", "--sandbox none --strategy tools"), *run.items()):
        step["run"] = step["run"].replace(old, new)
    return yaml.safe_dump(told)


def records(folder):
    """Lines by key; each is there once."""
    (path,) = folder.rglob("records.jsonl")
    lines = path.read_text().splitlines()
    told = {entry["key"]: line for line in lines if "key" in (entry := json.loads(line))}
    assert len(told) + sum('"schema"' in line for line in lines) == len(lines)
    return told


def test_shards_that_are_cut_short_go_on_and_are_merged_in_the_end(machines):
    kept = machines.folder / "kept"
    # One sample each: it takes longer than that, and no other is begun then.
    first = machines.run(workflow(**{"seconds=18000": "seconds=0.1"}), "workflow_dispatch", {})
    assert (kept / "results").is_dir(), first.log
    begun = records(kept / "results")
    assert not first.success
    assert "the same call goes on" in first.log
    assert 0 < len(begun) < 6

    ran = machines.run(workflow(), "workflow_dispatch", {})
    done = records(kept / "results")
    assert ran.success, ran.log
    assert len(done) == 6
    assert begun.items() <= done.items()  # their seconds, too: nothing was done anew
    assert len(records(kept / "records-1")) + len(records(kept / "records-2")) == 6
    assert "SVEN" in ran.summary
    assert not any("execute" in line for line in done.values())
