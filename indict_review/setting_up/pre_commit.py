"""Our entry in `.pre-commit-config.yaml`, put in as text so that people's comments stay."""

import re
from dataclasses import dataclass
from typing import Any

from indict_review import yaml_text
from indict_review.errors import ConfigError

FILE = ".pre-commit-config.yaml"
_LARGEST = 2**20
"""Bytes."""


@dataclass(frozen=True)
class Hook:
    """One hook of ours, as pre-commit calls it."""

    ident: str
    entry: str
    stage: str
    verbose: bool = False
    """Whether what it says is shown when it lets pass: a warning would be lost."""

    @property
    def lines(self) -> tuple[str, ...]:
        """As YAML. Files are not passed, and none is asked for: a commit may only delete some."""
        return (
            f"- id: {self.ident}",
            f"  name: {self.ident}",
            f"  entry: {self.entry}",
            "  language: system",
            "  pass_filenames: false",
            "  always_run: true",
            f"  stages: [{self.stage}]",
            *(("  verbose: true",) if self.verbose else ()),
        )


STAGED = Hook("indict-review", "indict-review staged", "pre-commit")
PUSHED = Hook(
    "indict-review-dialogue",
    "indict-review commits --budget seconds=120 --on-incomplete warn",
    "pre-push",
    verbose=True,
)


def names_us(text: bytes) -> bool:
    """Whether the file has the hook for commits. Raises `ConfigError` if it cannot be read."""
    return STAGED.ident in _idents(_parsed(text))


def with_hooks(text: bytes | None, *, push: bool) -> bytes:
    """The file with what it lacks of our hooks, and otherwise unchanged; None is no file.

    Raises `ConfigError` if it cannot be read, or is written so that only a person can add to it.
    """
    wanted = [STAGED, PUSHED] if push else [STAGED]
    if text is None:
        return "\n".join(["repos:", *_entry(wanted, "  "), ""]).encode()
    before = _parsed(text)
    missing = [hook for hook in wanted if hook.ident not in _idents(before)]
    if not missing:
        return text
    after = _inserted(text.decode(), missing)
    entry = yaml_text.load("\n".join(_entry(missing, "")))
    # Whatever was misread above shows here: all else must be as it was.
    if after is None or _parsed(after.encode()) != before | {"repos": before["repos"] + entry}:
        raise ConfigError(
            f"{FILE} is written in a way that cannot be added to",
            f"Add by hand, in `repos`: {{repo: local, hooks: [{_by_hand(missing)}]}}",
        )
    return after.encode()


def _entry(hooks: list[Hook], indent: str) -> list[str]:
    lines = ["- repo: local", "  hooks:"]
    lines += [f"    {line}" for hook in hooks for line in hook.lines]
    return [indent + line for line in lines]


def _by_hand(hooks: list[Hook]) -> str:
    return ", ".join(
        f"{{id: {h.ident}, name: {h.ident}, entry: {h.entry}, language: system, "
        f"pass_filenames: false, always_run: true, stages: [{h.stage}]}}"
        for h in hooks
    )


def _inserted(text: str, hooks: list[Hook]) -> str | None:
    """At the end of the list `repos`, with its indentation and line ends; None: not found."""
    lines = text.splitlines(keepends=True)
    start = next((n for n, line in enumerate(lines) if re.match(r"repos:\s*(#|$)", line)), None)
    if start is None:
        return None
    end, indent = start, None
    for number, line in enumerate(lines[start + 1 :], start + 1):
        if indent is None and (item := re.match(r"( *)- ", line)):
            indent = item[1]
        if re.match(r"\s+\S|- ", line):
            end = number
        elif not re.match(r"\s*(#|$)", line):  # the next key
            break
    if indent is None:
        return None
    line_end = "\r\n" if lines[start].endswith("\r\n") else "\n"
    if not lines[end].endswith("\n"):
        lines[end] += line_end
    lines[end + 1 : end + 1] = [line + line_end for line in _entry(hooks, indent)]
    return "".join(lines)


def _parsed(text: bytes) -> dict[str, Any]:
    try:
        settings = yaml_text.load_strictly(text, _LARGEST)
    except yaml_text.YamlError as e:
        raise ConfigError(f"{FILE} is not YAML: {e}", "Mend the file.") from e
    if not isinstance(settings, dict) or not isinstance(settings.get("repos"), list):
        raise ConfigError(f"{FILE} has no list `repos`", "Mend the file.")
    return settings


def _idents(settings: dict[str, Any]) -> set[str]:
    """The ids of all hooks."""
    repos = [repo for repo in settings["repos"] if isinstance(repo, dict)]
    hooks = [hook for repo in repos for hook in repo.get("hooks") or () if isinstance(hook, dict)]
    return {str(hook.get("id")) for hook in hooks}
