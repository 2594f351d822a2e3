"""Changes of Python's own library: the sizes and the text of real code."""

import json
import re
import sysconfig
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from random import Random

from indict_review.change import File, Tree
from tests.replies.changes import Change

NAMES = ("argparse", "configparser", "csv", "heapq", "json/decoder", "json/encoder", "shlex",
         "string", "tempfile", "textwrap", "zipfile", "urllib/parse")  # fmt: skip

Lines = list[str]
Edit = Callable[[Lines, Random], Lines]


def changes(rng: Random) -> list[Change]:
    """Each kind of edit, on two files."""
    paths = [path for path in map(_path, NAMES) if path.is_file()]
    made: list[Change] = []
    for name, edit in _EDITS.items():
        shuffled = rng.sample(paths, len(paths))
        edited = (_change(name, path, edit, rng) for path in shuffled)
        made += islice((change for change in edited if change.touched), 2)
    return made


def _change(name: str, path: Path, edit: Edit, rng: Random) -> Change:
    key = f"lib/{path.name}"
    text = path.read_text("utf-8")
    before = Tree({key: File(text.encode())})
    after = before.with_text(key, "".join(edit(text.splitlines(keepends=True), rng)))
    return Change(f"{name} in {path.name}", before, after)


def _path(name: str) -> Path:
    return Path(sysconfig.get_path("stdlib"), name).with_suffix(".py")


def _code(lines: Lines, rng: Random, count: int) -> list[int]:
    """Lines with code of their own, far from each other, from the bottom up."""
    fit = [n for n, line in enumerate(lines) if re.match(r"\s+[a-z_.]+ = .*[\w)]\n", line)]
    chosen = sorted(rng.sample(fit, min(count, len(fit))), reverse=True)
    return [n for n, above in zip(chosen, [*chosen[1:], -99], strict=True) if n - above > 12]


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]


def _renamed(lines: Lines, rng: Random) -> Lines:
    names = re.findall(r"\bself\.(\w{4,})\b", "".join(lines)) or ["nothing"]
    name = rng.choice(sorted(set(names)))
    return [re.sub(rf"\bself\.{name}\b", f"self.its_{name}", line) for line in lines]


def _deleted(lines: Lines, rng: Random) -> Lines:
    (at, *_) = _code(lines, rng, 1)
    return lines[:at] + lines[at + 1 :]


def _guarded(lines: Lines, rng: Random) -> Lines:
    (at, *_) = _code(lines, rng, 1)
    indent = _indent(lines[at])
    return [*lines[:at], f"{indent}if True:\n", f"    {lines[at]}", *lines[at + 1 :]]


def _logged(lines: Lines, rng: Random) -> Lines:
    lines = list(lines)
    for at in _code(lines, rng, 6):
        lines.insert(at, f"{_indent(lines[at])}log.debug({json.dumps(lines[at].strip())})\n")
    return lines


def _framed(lines: Lines, rng: Random) -> Lines:
    return ["# Looked through.\n", *lines, "\n\n_END = True\n"]


_EDITS: dict[str, Edit] = {
    "a name": _renamed,
    "a deleted line": _deleted,
    "a guard": _guarded,
    "logging": _logged,
    "start and end": _framed,
}
