"""What the command line reads and writes: input within limits, output whole or not at all."""

import os
import re
import stat
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from enum import Enum
from hashlib import sha256
from pathlib import Path
from typing import Any

from indict_review.change import Change
from indict_review.critique import Claim, Turn
from indict_review.errors import ConfigError
from indict_review.evidence import Background, Observed, Severity, Weakness
from indict_review.finding import Dispute, Finding
from indict_review.formats import FORMATS
from indict_review.formats.interface import Look, look_at
from indict_review.patches.quoting import shown
from indict_review.redact import Mask, secrets_in
from indict_review.review import Accounts, Review
from indict_review.revision import Check, EditGroup, Receipt

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
        if twice := next((name for name in files if files.count(name) > 1), None):
            raise ConfigError(f"two formats go to {shown(twice)}", "Give each its own file.")
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


def masked(review: Review) -> Review:
    """The same, without the secrets in it: to be shown, to whomever.

    Before it is rendered: what a format escapes or folds, no mask finds afterwards.
    """
    secrets = secrets_in("\n".join(_untrusted(review)))
    if not secrets:
        return review
    files = review.change.after.files.items()
    digests = {path: sha256(file.content).hexdigest() for path, file in files}
    mask = Mask(secrets)
    hidden: Review = _hidden(review, mask)
    return replace(hidden, digests={mask.hide(path): of for path, of in digests.items()})


def show(
    review: Review, fail_on: Severity, targets: Sequence[Target], environ: Mapping[str, str]
) -> None:
    """Render every target first, then write them: an error leaves no half of it.

    `review` is one that `masked` returned.
    """
    rendered = []
    for target in targets:
        look = look_at(sys.stdout, environ, fail_on) if target.file == "-" else Look(fail_on)
        rendered.append((target, FORMATS[target.format](review, look)))
    # Files first: one that cannot be written is an error, and nothing was shown yet.
    for target, text in sorted(rendered, key=lambda each: each[0].file == "-"):
        if target.file == "-":
            _print(
                _tamed(text) if target.format in _PROSE and "GITHUB_ACTIONS" in environ else text
            )
        else:
            write_whole(Path(target.file), text.encode())


_PROSE = frozenset({"text", "markdown"})


def _tamed(text: str) -> str:
    """Without what GitHub's runner would take for a command: the change's own lines may have it.

    It reads `::name` at the start of a line, and `##[name]` anywhere.
    """
    return re.sub(r"(?m)^(\s*):(?=:)", r"\1: ", text).replace("##[", "# #[")


def _print(text: str) -> None:
    """A reader who has gone, e.g. `| head`, changes nothing about the verdict."""
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        # Python would complain of it once more at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _untrusted(review: Review) -> Iterator[str]:
    """Every text of the review that may quote a secret: the change, and what runs of it printed."""
    change = review.change
    yield from (change.patch, change.task or "", change.account or "")
    found = [*review.findings, *(each.finding for each in review.dismissed)]
    yield from (seen.detail for finding in found for seen in finding.evidence)
    # What stands around a finding is shown, though the change may not have touched it.
    yield from (change.after.text(path) for path in {each.location.path for each in found})
    yield from (turn.text for turn in review.dialogue if turn.speaker == "tool")
    yield from (skip.reason for skip in review.skipped)
    if review.revision is not None:
        proof = review.revision.verification
        yield from (proof.reason, *(check.detail for check in proof.checks))


_OURS: dict[type, frozenset[str]] = {
    Review: frozenset({"strategy"}),
    Change: frozenset({"source", "base", "head"}),
    Finding: frozenset({"fingerprint", "ident", "cwe"}),
    Weakness: frozenset({"ident", "cwe"}),
    Observed: frozenset({"tool", "kind"}),
    Background: frozenset({"tool", "kind"}),
    Dispute: frozenset({"by"}),
    Claim: frozenset({"by", "cwe", "finding"}),
    Turn: frozenset({"speaker"}),
    EditGroup: frozenset({"fixes"}),
    Check: frozenset({"name"}),
    Receipt: frozenset({"patch_sha256", "tools", "image"}),
}
"""Fields in which we speak: a change that calls their words its passwords does not rewrite them."""


def _hidden(value: Any, mask: Mask) -> Any:
    """The same, without the secrets in any text or file of it, in what others wrote."""
    if isinstance(value, (Enum, Accounts)):
        return value
    if isinstance(value, str):
        return mask.hide(value)
    if isinstance(value, bytes):
        text = value.decode("utf-8", "surrogateescape")
        return mask.hide(text).encode("utf-8", "surrogateescape")
    if isinstance(value, tuple):
        return tuple(_hidden(each, mask) for each in value)
    if isinstance(value, Mapping):  # its keys are paths: they are masked wherever they stand
        return {_hidden(key, mask): _hidden(each, mask) for key, each in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        ours = _OURS.get(type(value), frozenset())
        parts = {f.name: getattr(value, f.name) for f in fields(value)}
        masked = {name: _hidden(each, mask) for name, each in parts.items() if name not in ours}
        return type(value)(**parts | masked)
    return value


def write_whole(path: Path, content: bytes) -> None:
    """All of it or nothing: written beside the place and moved there. A pipe is written to.

    Raises `ConfigError`.
    """
    try:
        path = path.resolve()  # a link stays one
        mode = path.stat().st_mode if path.exists() else None
        if mode is not None and not stat.S_ISREG(mode):
            path.write_bytes(content)
            return
        name = path.with_name(f".{path.name}.{os.urandom(4).hex()}")
        try:
            with name.open("xb") as file:
                file.write(content)
            if mode is not None:
                name.chmod(stat.S_IMODE(mode))
            os.replace(name, path)
        except BaseException:
            name.unlink(missing_ok=True)
            raise
    except OSError as e:
        raise ConfigError(
            f"{path} cannot be written: {e.strerror}", "Name a file in a folder you may write to."
        ) from e
