"""What the command line reads and writes: input within limits, output whole or not at all."""

import os
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from enum import Enum
from pathlib import Path
from typing import Any

from indict_review.errors import ConfigError
from indict_review.evidence import Severity
from indict_review.formats import FORMATS
from indict_review.formats.interface import Look, look_at
from indict_review.redact import Mask, secrets_in
from indict_review.review import Review

_LONGEST_TASK = 100_000
"""Characters."""


@dataclass(frozen=True)
class Target:
    """One format and where it goes."""

    format: str
    file: str
    """`-` is standard output."""

    @staticmethod
    def pair(formats: Sequence[str], outputs: Sequence[str]) -> "tuple[Target, ...]":
        """Pair `--format`s with `--output`s, in order. Raises `ConfigError` if they differ."""
        names = list(formats) or ["text"]
        files = list(outputs) or (["-"] if len(names) == 1 else [])
        for name in names:
            if name not in FORMATS:
                raise ConfigError(
                    f"the format {name!r} is unknown", f"There are: {', '.join(FORMATS)}."
                )
        if len(names) != len(files):
            raise ConfigError(
                f"there are {len(names)} formats and {len(files)} outputs",
                "Give each --format its --output; `-` is standard output.",
            )
        if files.count("-") > 1:
            raise ConfigError("two formats go to standard output", "Send one of them to a file.")
        return tuple(Target(*pair) for pair in zip(names, files, strict=True))


def read_input(name: str) -> bytes:
    """The patch, from a file or standard input. One byte over the limit is read, no more."""
    from indict_review.sources.patch import MAX_INPUT

    try:
        if name == "-":
            return sys.stdin.buffer.read(MAX_INPUT + 1)
        with Path(name).open("rb") as file:
            return file.read(MAX_INPUT + 1)
    except OSError as e:
        raise ConfigError(
            f"{name} cannot be read: {e.strerror}", "Name a patch file, or `-` for standard input."
        ) from e


def read_task(task: str | None) -> str | None:
    """The task's text, or that of the file after `@`."""
    if task is None or not task.startswith("@"):
        return task
    try:
        content = Path(task[1:]).read_bytes()[: _LONGEST_TASK + 1]
    except OSError as e:
        raise ConfigError(
            f"the task {task[1:]} cannot be read: {e.strerror}", "Write --task @FILE, or its text."
        ) from e
    if len(content) > _LONGEST_TASK:
        raise ConfigError(
            f"the task is longer than {_LONGEST_TASK} bytes", "Say what was asked for, briefly."
        )
    return content.decode("utf-8", "replace")


def show(
    review: Review, fail_on: Severity, targets: Sequence[Target], environ: Mapping[str, str]
) -> None:
    """Render every target first, then write them: an error leaves no half of it.

    Secrets are hidden before that: what a format escapes or folds, no mask finds afterwards.
    """
    if secrets := secrets_in("\n".join(_untrusted(review))):
        review = _hidden(review, Mask(secrets))
    rendered = []
    for target in targets:
        look = look_at(sys.stdout, environ, fail_on) if target.file == "-" else Look(fail_on)
        rendered.append((target, FORMATS[target.format](review, look)))
    for target, text in rendered:
        if target.file == "-":
            sys.stdout.write(text)
            sys.stdout.flush()
        else:
            _write(Path(target.file), text)


def _untrusted(review: Review) -> Iterator[str]:
    """Every text of the review that may quote a secret: the change, and what runs of it printed."""
    change = review.change
    yield from (change.patch, change.task or "", change.account or "")
    yield from (seen.detail for finding in review.findings for seen in finding.evidence)
    yield from (turn.text for turn in review.dialogue if turn.speaker == "tool")
    yield from (skip.reason for skip in review.skipped)
    if review.revision is not None:
        proof = review.revision.verification
        yield from (proof.reason, *(check.detail for check in proof.checks))


def _hidden(value: Any, mask: Mask) -> Any:
    """The same, without the secrets in any text or file of it."""
    if isinstance(value, Enum):
        return value
    if isinstance(value, str):
        return mask.hide(value)
    if isinstance(value, bytes):
        text = value.decode("utf-8", "surrogateescape")
        return mask.hide(text).encode("utf-8", "surrogateescape")
    if isinstance(value, tuple):
        return tuple(_hidden(each, mask) for each in value)
    if isinstance(value, Mapping):
        return {_hidden(key, mask): _hidden(each, mask) for key, each in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        parts = {f.name: _hidden(getattr(value, f.name), mask) for f in fields(value)}
        return type(value)(**parts)
    return value


def _write(path: Path, text: str) -> None:
    """All of it or nothing: written beside the place and moved there."""
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(text)
            os.chmod(name, 0o644)
            os.replace(name, path)
        except OSError:
            os.unlink(name)
            raise
    except OSError as e:
        raise ConfigError(
            f"{path} cannot be written: {e.strerror}", "Name a file in a folder you may write to."
        ) from e
