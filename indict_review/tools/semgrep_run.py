"""Runs semgrep: the fast way, and the plain one when that fails. Parses what it says, once."""

import importlib.util
import json
import os
import re
import shutil
import site
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from indict_review.errors import ToolError
from indict_review.tools.process import run

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
RULE_TIMEOUTS = 3
"""After so many rules that took too long, the rest of the file is given up, and it is said."""

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
    fix: str
    severity: str = ""
    metadata: Mapping[str, object] = field(default_factory=dict)
    """Of a rule that semgrep fetched; of ours we know both."""


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
    scanned: frozenset[str] = frozenset()

    def __add__(self, other: "Outcome") -> "Outcome":
        """Both together; the later version is as good as the earlier."""
        return Outcome(
            other.version or self.version,
            self.matches + other.matches,
            self.blind + other.blind,
            self.scanned | other.scanned,
        )


def executable() -> Path:
    """The semgrep beside this interpreter, else the one on the PATH. Raises `ToolError`."""
    beside = Path(sys.executable).with_name("semgrep")
    if beside.is_file():
        return beside
    found = shutil.which("semgrep")
    if found is None:
        raise ToolError("semgrep is not installed: neither beside this Python nor on the PATH")
    return Path(found).absolute()


def core() -> Path | None:
    """The program that does the work beneath semgrep's command line, if it is where we know it."""
    found = importlib.util.find_spec("semgrep")  # looked for, not imported: that takes a second
    for folder in (found.submodule_search_locations or ()) if found else ():
        program = Path(folder, "bin", "semgrep-core")
        if program.is_file():
            return program
    return None


@dataclass(frozen=True)
class Scan:
    """What to look at, and with what."""

    workspace: Path
    targets: tuple[tuple[str, str], ...]
    """Names of files in the workspace, each with the semgrep language to read it as."""
    rules: Path
    registry: tuple[str, ...] = ()
    """Rules that semgrep itself has to fetch."""
    plain_rules: bool = True
    """Whether the rules are such that the core runs them by itself."""


@dataclass(frozen=True)
class Runner:
    """One semgrep, kept away from the user's files, settings and keys."""

    home: Path
    """An empty folder that semgrep may write its settings and logs to."""
    seconds: float
    """For the whole run."""
    cores: int = 1

    def scan(self, scan: Scan) -> tuple[Outcome, str]:
        """Scan a workspace; also says why the fast way failed, or "". Raises `ToolError`.

        The core is asked directly: the command line around it takes seconds. What the core does not
        do by itself, such as joining rules, only that command line does, and not when it is told to
        be fast: `--experimental` says that it ran such rules, and does not.
        """
        trouble: list[str] = []
        for way in (self._core, self._command_line):
            command = way(scan)
            if command is None:
                continue
            try:
                return self._run(scan, command), "; ".join(trouble)
            except _Failed as e:
                trouble.append(str(e))
        raise ToolError(f"semgrep failed: {trouble[-1] if trouble else 'it is not installed'}")

    def _core(self, scan: Scan) -> list[str] | None:
        program = core()
        if program is None or scan.registry or not scan.plain_rules:
            return None
        listed = [
            ["CodeTarget", {"path": {"fpath": name, "ppath": f"/{name}"}, "analyzer": language,
                            "products": ["sast"]}]
            for name, language in scan.targets
        ]  # fmt: skip
        targets = self.home / "targets.json"
        targets.write_text(json.dumps(["Targets", listed]), "utf-8")
        return [
            str(program), "-json_nodots", "-fast", "-disable_rule_paths",
            "-rules", str(scan.rules), "-targets", str(targets), "-j", str(self.cores),
            "-timeout", str(RULE_SECONDS), "-timeout_threshold", str(RULE_TIMEOUTS),
        ]  # fmt: skip

    def _command_line(self, scan: Scan) -> list[str] | None:
        configs = [f"--config={config}" for config in (scan.rules, *scan.registry)]
        limits = [f"--timeout={RULE_SECONDS}", f"--timeout-threshold={RULE_TIMEOUTS}"]
        folders = sorted({name.partition("/")[0] for name, _ in scan.targets})
        return [str(executable()), "scan", *FLAGS, *limits, *configs, *folders]

    def _run(self, scan: Scan, command: Sequence[str]) -> Outcome:
        environment = self._environment(network=bool(scan.registry))
        try:
            return _outcome(*run(command, scan.workspace, environment, self.seconds))
        except OSError as e:
            raise _Failed(f"{Path(command[0]).name} cannot be started: {e.strerror}") from e
        except subprocess.TimeoutExpired as e:
            raise ToolError(f"semgrep took longer than {self.seconds:g} seconds") from e

    def _environment(self, *, network: bool) -> dict[str, str]:
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
        if self.cores > 1:
            # OCaml's threads stop each other for each small collection: with 8 million words they
            # come rarely. Scans on two cores take less than half the time.
            environment["OCAMLRUNPARAM"] = "s=8M"
        if network:
            names = [*NETWORK, *(name.lower() for name in NETWORK)]
            environment |= {name: os.environ[name] for name in names if name in os.environ}
        return environment


class _Failed(Exception):
    """One way of running semgrep did not work."""


def _outcome(code: int, out: bytes, err: bytes) -> Outcome:
    try:
        report = json.loads(out.decode("utf-8", "surrogateescape"))  # a fix quotes the file
        scanned = frozenset(str(path) for path in report["paths"]["scanned"])
        blind = list(dict.fromkeys(_blind(error) for error in report["errors"]))
        left_out = [_last(rule["rule_id"]) for rule in report["skipped_rules"]]
        told = {each.rule for each in blind}
        blind += [Blind(None, rule, "rule skipped") for rule in left_out if rule not in told]
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
        severity=str(extra.get("severity") or ""),
        metadata=dict(extra.get("metadata") or {}),
        fix=str(extra.get("fix") or ""),
    )


def _blind(error: dict) -> Blind:  # type: ignore[type-arg]
    """From the command line's words or the core's, which differ in names only."""
    kind = error.get("type") or error["error_type"]
    name = kind if isinstance(kind, str) else str(kind[0])
    path, rule = (error.get("location") or error).get("path"), error.get("rule_id")
    spans: list[dict[str, Any]] = []
    if name == "PartialParsing":
        spans = error.get("spans") or (kind[1] if isinstance(kind, list) else [])
    if name == "Rule parse error":
        path = None  # the place is one in the rule
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
    return last if re.fullmatch(r"rule-[0-9a-f]+", last) else check_id
