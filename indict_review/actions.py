"""What is particular to GitHub's runner: outputs, the job summary, and a log it obeys.

https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
"""

import secrets
from collections.abc import Mapping
from pathlib import Path

from indict_review.errors import ToolError

OUTPUTS = {"json": "review-json", "sarif": "sarif"}
"""Of the Action: the file of this format is the output of that name."""
LARGEST_SUMMARY = 2**20
"""Bytes of one step's summary. GitHub shows nothing of one that is longer."""


def are_here(environ: Mapping[str, str]) -> bool:
    """Whether a step of GitHub Actions is what runs."""
    return environ.get("GITHUB_ACTIONS") == "true"


def outputs(
    environ: Mapping[str, str], verdict: str, findings: int, files: Mapping[str, str]
) -> None:
    """Tell later steps what came out; `files` are those that were written, by format.

    Raises `ToolError` if the runner's file cannot be written.
    """
    said = {"verdict": verdict, "findings": str(findings)}
    for name, file in files.items():
        if name in OUTPUTS and file != "-":
            said[OUTPUTS[name]] = str(Path(file).resolve())
    if path := environ.get("GITHUB_OUTPUT"):
        _append(Path(path), "".join(_assigned(*each) for each in said.items()).encode())


def summarise(environ: Mapping[str, str], markdown: str) -> None:
    """Add to the job's summary, cut to what GitHub shows; a cut is said at its top.

    Raises `ToolError` if the runner's file cannot be written.
    """
    if path := environ.get("GITHUB_STEP_SUMMARY"):
        file = Path(path)
        there = file.stat().st_size if file.is_file() else 0
        _append(file, _fitting(markdown, LARGEST_SUMMARY - there))


def _assigned(name: str, value: str) -> str:
    """With an end that the value cannot have guessed: it may be several lines."""
    end = f"end-{secrets.token_hex(16)}"
    return f"{name}<<{end}\n{value}\n{end}\n"


def _fitting(markdown: str, room: int) -> bytes:
    text = markdown.encode("utf-8", "replace") + b"\n"
    if len(text) <= room:
        return text
    # First, since what is cut may end within a fold or a block of code.
    note = b"> **Cut**: a job summary holds 1 MiB. The files of the review have the rest.\n\n"
    kept = text[: max(0, room - len(note))].rpartition(b"\n")[0]
    if not kept:
        raise ToolError("there is no room left in the job summary")
    return note + kept + b"\n"


def _append(file: Path, text: bytes) -> None:
    try:
        with file.open("ab") as written:
            written.write(text)
    except OSError as e:
        raise ToolError(f"{file}, the runner's file, cannot be written: {e.strerror}") from e
