"""Runs semgrep: the fast way, and the plain one when that fails. Parses what it says, once."""

import json
import os
import re
import shutil
import signal
import site
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from indict_review.errors import ToolError

FLAGS = (
    "--json",
    "--quiet",
    "--metrics=off",
    "--disable-version-check",  # without network it costs minutes
    "--disable-nosem",  # a change does not excuse itself
    "--no-git-ignore",
    "--max-target-bytes=0",
)

RULE_SECONDS = 10
"""How long one rule may look at one file."""

NETWORK = ("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE")


@dataclass(frozen=True)
class Match:
    """One result, in semgrep's own terms."""

    rule: str
    target: str
    """The file's name as laid out."""
    start_line: int
    end_line: int
    start: int
    end: int
    """Byte offsets into the file as laid out."""
    message: str
    severity: str
    metadata: Mapping[str, object]
    fix: str


@dataclass(frozen=True)
class Blind:
    """Something semgrep could not look at."""

    target: str | None
    """The file, or None if it is not about one file."""
    rule: str | None
    reason: str
    spans: tuple[tuple[int, int], ...] = ()
    """The lines it could not parse, both ends included; empty: nothing is known of it."""


@dataclass(frozen=True)
class Outcome:
    """What one run came to."""

    version: str
    matches: tuple[Match, ...]
    blind: tuple[Blind, ...]
    scanned: frozenset[str]


def executable() -> Path:
    """The semgrep beside this interpreter, else the one on the PATH. Raises `ToolError`."""
    beside = Path(sys.executable).with_name("semgrep")
    if beside.is_file():
        return beside
    found = shutil.which("semgrep")
    if found is None:
        raise ToolError("semgrep is not installed: neither beside this Python nor on the PATH")
    return Path(found).absolute()


@dataclass(frozen=True)
class Runner:
    """One semgrep, kept away from the user's files, settings and keys."""

    program: Path
    home: Path
    """An empty folder that semgrep may write its settings and logs to."""
    seconds: float
    """For the whole run."""
    network: bool = False
    """Whether the user named registry rules."""

    def scan(self, workspace: Path, configs: Sequence[str]) -> tuple[Outcome, str]:
        """Scan a workspace; also says why the fast way failed, or "". Raises `ToolError`."""
        arguments = [*FLAGS, f"--timeout={RULE_SECONDS}"]
        arguments += [f"--config={config}" for config in configs] + ["before", "after"]
        try:
            return self._run(workspace, ["--experimental", *arguments]), ""
        except _Failed as fast:
            try:
                return self._run(workspace, arguments), str(fast)
            except _Failed as slow:
                raise ToolError(f"semgrep failed: {slow}") from slow

    def _run(self, workspace: Path, arguments: Sequence[str]) -> Outcome:
        command = [str(self.program), "scan", *arguments]
        try:
            process = subprocess.Popen(
                command,
                cwd=workspace,
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                start_new_session=True,
            )
        except OSError as e:
            raise ToolError(f"semgrep cannot be started: {e.strerror}") from e
        with process:
            try:
                out, err = process.communicate(timeout=self.seconds)
            except BaseException as e:
                # The plain way starts a child of its own; Ctrl-C reaches neither.
                os.killpg(process.pid, signal.SIGKILL)
                if isinstance(e, subprocess.TimeoutExpired):
                    raise ToolError(f"semgrep took longer than {self.seconds:g} seconds") from e
                raise
        return _outcome(process.returncode, out, err)

    def _environment(self) -> dict[str, str]:
        """Nothing of the user's: no keys, no SEMGREP_ settings that would change the scan."""
        environment = {
            "PATH": os.environ.get("PATH", os.defpath),
            "HOME": str(self.home),
            "XDG_CONFIG_HOME": str(self.home),
            "TMPDIR": str(self.home),
            "SEMGREP_SETTINGS_FILE": str(self.home / "settings.yml"),
            "SEMGREP_ENABLE_VERSION_CHECK": "0",
            "SEMGREP_SEND_METRICS": "off",
            "LC_ALL": "C.UTF-8",
            # A semgrep of `pip install --user` is found through the home folder.
            "PYTHONUSERBASE": site.getuserbase(),
            "PYTHONSAFEPATH": "1",
        }
        if self.network:
            names = [*NETWORK, *(name.lower() for name in NETWORK)]
            environment |= {name: os.environ[name] for name in names if name in os.environ}
        return environment


class _Failed(Exception):
    """One way of running semgrep did not work."""


def _outcome(code: int, out: bytes, err: bytes) -> Outcome:
    try:
        report = json.loads(out)
        scanned = frozenset(str(path) for path in report["paths"]["scanned"])
        blind = [_blind(error) for error in report["errors"]]
        blind += [Blind(None, _last(r["rule_id"]), "rule skipped") for r in report["skipped_rules"]]
        if code not in {0, 1}:  # 1: findings
            if not scanned:
                raise _Failed(_complaint(report) or f"it exits with {code}")
            # A single rule that does not parse ends here; what the others saw is kept.
            blind = blind or [Blind(None, None, f"it exits with {code}")]
        matches = tuple(_match(result) for result in report["results"])
        return Outcome(str(report["version"]), matches, tuple(blind), scanned)
    except (ValueError, KeyError, TypeError, AttributeError) as e:
        said = err.decode("utf-8", "replace").strip().splitlines()
        raise _Failed(said[-1] if said else f"exit {code}, and no report that can be read") from e


# From here to the end of the file: semgrep's JSON, which is the only place that knows its shape.


def _match(result: dict) -> Match:  # type: ignore[type-arg]
    extra = result["extra"]
    return Match(
        rule=_last(result["check_id"]),
        target=str(result["path"]),
        start_line=int(result["start"]["line"]),
        end_line=int(result["end"]["line"]),
        start=int(result["start"]["offset"]),
        end=int(result["end"]["offset"]),
        message=str(extra["message"]),
        severity=str(extra["severity"]),
        metadata=dict(extra.get("metadata") or {}),
        fix=str(extra.get("fix") or ""),
    )


def _blind(error: dict) -> Blind:  # type: ignore[type-arg]
    kind = error["type"]
    name = kind if isinstance(kind, str) else str(kind[0])
    path, rule = error.get("path"), error.get("rule_id")
    spans = error.get("spans") or () if name == "PartialParsing" else ()
    return Blind(
        str(path) if path else None,
        _last(rule) if rule else None,
        re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).lower(),
        tuple((int(s["start"]["line"]), int(s["end"]["line"])) for s in spans),
    )


def _complaint(report: dict) -> str:  # type: ignore[type-arg]
    errors: list[dict[str, object]] = report.get("errors") or [{}]
    said = str(errors[0].get("message") or errors[0].get("long_msg") or "")
    return said.strip().partition("\n")[0][:300]


def _last(check_id: str) -> str:
    """Our rules have one-word ids, before which semgrep may put the config's folders."""
    last = check_id.rpartition(".")[2]
    return last if re.fullmatch(r"rule-\d+", last) else check_id
