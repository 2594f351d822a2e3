"""Edits as JSON: what coding tools are called with, and what models make of it.

`path` with `old_string` and `new_string`, with `start_line`, `end_line` and `replacement`, with
`insert_line`, or with `content` for the whole file; alone, in lists, or as the input of a tool.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from indict_review.change import Status
from indict_review.errors import PatchError
from indict_review.patches import naming
from indict_review.patches.forms import apply_patch, strict_json
from indict_review.patches.forms.interface import Form
from indict_review.patches.forms.said import Said
from indict_review.patches.interface import (
    Block,
    FilePatch,
    Numbered,
    Piece,
    Quote,
    Whole,
    split_lines,
)
from indict_review.patches.quoting import shown

_PATH = ("path", "file_path", "filepath", "file", "file_name", "filename", "target_file")
_OLD = ("old_string", "old_str", "old_text")
_NEW = ("new_string", "new_str", "new_text", "replacement")
_WHOLE = ("content", "contents", "file_text")
_RANGE = ("start_line", "end_line")
_PUT_IN = (*_NEW, *_WHOLE, "insert_text", "code")
_SKETCH = (*_NEW, "code", "code_edit", "diff", "patch")
"""What changes nothing unless something says where."""
_INNER = (
    *("edits", "files", "changes", "operations", "tool_calls", "content", "input", "arguments"),
    *("parameters", "params", "args", "function", "tool_input", "cmd", "command"),
    "replacements",
)
"""Where other edits are: in lists, and in the calls of tools."""
_ASIDE = frozenset(
    "comment comments confidence description dry_run explanation id index instruction instructions "
    "justification label language message name note notes purpose rationale reason reasoning "
    "severity step summary thinking thought thoughts title type why".split()
)
"""What may stand in an edit beside it, and changes nothing about it."""
_OTHER = re.compile(r"append|prepend|delet|remov|renam|mov|cop(?:y|ie)", re.IGNORECASE)
_PLACES = "An edit says old_string, or start_line and end_line; a new file, content."
_COMMANDS = {"str_replace": _OLD, "create": _WHOLE, "insert": ("insert_line",)}
"""Of the text editor that models are taught, and what each is told."""

_NAMES_FILE = strict_json.mention(*_PATH)
_SAYS_OLD = strict_json.mention(*_OLD)
_SAYS_EDIT = strict_json.mention(*_OLD, *_WHOLE, *_RANGE, *_SKETCH, "insert_line")


def recognises(block: Block) -> bool:
    """Whether it says what to do to a file; of JSON that cannot be read, whether its keys do."""
    text = "".join(block.lines) if strict_json.begins(block) else ""
    named = block.label is not None or _NAMES_FILE.search(text) is not None
    says = _SAYS_OLD.search(text) or (named and _SAYS_EDIT.search(text))
    if not says and apply_patch.BEGIN not in text:
        return False
    try:
        return bool(_edits(block))
    except PatchError:
        return not _is_called_json(block)


def read(block: Block) -> list[FilePatch]:
    """See `Form.read`."""
    if _is_called_json(block) and not block.sure:
        raise PatchError(
            f"the code on line {block.line} may be {shown(block.label or '')}, or edits of files",
            "Say which with --patch-format: whole-file, or json.",
        )
    return _edits(block)


def _is_called_json(block: Block) -> bool:
    return block.label is not None and block.label.endswith((".json", ".jsonc", ".json5"))


def _edits(block: Block) -> list[FilePatch]:
    path = None if block.label is None or _is_called_json(block) else block.label
    walk = _Walk(block.line)
    patches = [
        patch
        for value in strict_json.values(block)
        for patch in walk.found(value, naming.place(path).path if path else None)
    ]
    if patches and walk.idle:
        raise walk.idle[0].wrong("says nothing to do that can be read", _PLACES)
    return patches


@dataclass
class _Walk:
    """Goes through a value, and counts the edits in it, for messages."""

    line: int
    count: int = 0
    idle: list[Said] = field(default_factory=list)
    """What is for a file, and has no edit."""

    def found(self, value: object, path: str | None, depth: int = 0) -> Iterator[FilePatch]:
        """The edits in a value, for this file where they name none."""
        if depth > strict_json.MAX_DEPTH:
            raise strict_json.too_deep()
        if isinstance(value, str) and apply_patch.BEGIN in value:
            self.count += 1
            yield from apply_patch.read(Block(tuple(split_lines(value)), self.line))
        elif isinstance(value, list):
            for child in value:
                yield from self.found(child, path, depth + 1)
        elif isinstance(value, dict):
            said = Said.of(value, f"edit {self.count + 1} of the JSON on line {self.line}")
            named = _path(said)
            path = named or path
            edit = _edit(said, path)
            if edit is not None:
                self.count += 1
                yield edit
                return
            so_far = self.count
            for key in _INNER:
                yield from self.found(self.unpacked(said.values.get(key)), path, depth + 1)
            if self.count > so_far:
                said.check_meant(*(_INNER if named else said.values), *_PATH, *_ASIDE)
                _check_rest(said)
            elif path is not None and said.values.get("command") != "view":
                self.idle.append(said)

    def unpacked(self, value: object) -> object:
        """The arguments of a call may be JSON as text."""
        if not isinstance(value, str) or not value.lstrip().startswith(("{", "[")):
            return value
        return strict_json.values(Block((value,), self.line))


def _check_rest(said: Said) -> None:
    """Refuse what holds edits, and has more to do where nobody looks."""
    for key, value in said.values.items():
        if key in _INNER:
            continue
        inside = [strict_json.snake(k) for each in strict_json.objects(value) for k in each]
        if not set(_OLD).isdisjoint(inside) or (value and _OTHER.search(key)):
            raise said.wrong(f"says {shown(key, 40)}, which is not known here", _PLACES)


def _path(said: Said) -> str | None:
    named = {path for key in _PATH if isinstance(path := said.values.get(key), str)}
    if len(named) > 1:
        raise said.wrong(f"names several files: {shown(', '.join(sorted(named)))}", "Name one.")
    return next((path.removeprefix("./") for path in named), None)


def _edit(said: Said, path: str | None) -> FilePatch | None:
    """What an object says to do to the file; None if nothing."""
    command = said.values.get("command")
    if path is None and not said.any_of(_OLD):
        return None
    if command == "view":
        said.check_without("view", (*_OLD, *_PUT_IN))
        return None
    piece = _piece(said)
    if piece is None:
        return None
    if path is None:
        raise said.wrong("names no file", "It says the file's path.")
    kind = said.values.get("type")
    if isinstance(kind, str) and _OTHER.search(kind):
        raise said.wrong(f"is of the type {shown(kind, 40)}", _PLACES)
    if command is not None:
        _check_command(said, command)
    if command == "create":
        return FilePatch(None, path, Status.ADDED, pieces=(piece,))
    return FilePatch(path, path, Status.MODIFIED, pieces=(piece,))


def _check_command(said: Said, command: object) -> None:
    """Refuse a command nobody knows, and one that is told something else."""
    keys = _COMMANDS.get(command) if isinstance(command, str) else None
    if keys is None:
        known = ", ".join(_COMMANDS)
        raise said.wrong(f"has the command {shown(str(command), 40)}", f"Known are {known}.")
    if not said.any_of(keys):
        raise said.wrong(f"has the command {command}, and no {keys[0]}", "It says both.")


def _piece(said: Said) -> Piece | None:
    """The one way in which the object says what to do."""
    old = said.text(*_OLD)
    beside = ("command", *_PATH, *_ASIDE)
    if "insert_line" in said:
        said.check_without("insert_line", (*_OLD, *_RANGE))
        said.check_meant("insert_line", *_PUT_IN, *beside)
        line = said.line("insert_line", least=0)
        return Numbered(line + 1, line, _lines(said.needed(*_PUT_IN)))
    if said.any_of(_RANGE) and said.any_of(_PUT_IN):
        first = said.line("start_line", least=1)
        last = said.line("end_line", least=first)
        said.check_meant(*_RANGE, *_PUT_IN, *_OLD, *beside)
        return Numbered(
            first, last, _lines(said.needed(*_PUT_IN)), None if old is None else _lines(old)
        )
    if old is not None:
        said.check_without("old text", _WHOLE)
        # The text editor's new_str may be left out, to delete.
        new = said.text(*_NEW) if "command" in said else said.needed(*_NEW)
        said.check_meant(*_OLD, *_NEW, "replace_all", *beside)
        return Quote(old, new or "", said.flag("replace_all"))
    whole = said.text(*_WHOLE)
    if whole is not None:
        said.check_without("the whole file", (*_NEW, "edits"))
        said.check_meant(*_WHOLE, *beside)
        return Whole(whole)
    if any(isinstance(said.values.get(key), str) for key in _SKETCH):
        raise said.wrong("does not say what its code takes the place of", _PLACES)
    return None


def _lines(text: str) -> tuple[str, ...]:
    """The last one with an end, too. None of an empty text."""
    return tuple(split_lines(text if not text or text.endswith("\n") else text + "\n"))


FORM = Form(recognises, read, strict_json.RUN)
