"""Edits as JSON: of passages, of lines by number, of whole files; bare or as calls of a tool."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from tests.replies.as_diffs import check_end
from tests.replies.parts import Part, Unsayable
from tests.replies.told import Passage, Told


def old_new(files: Sequence[Told]) -> list[Part]:
    """A list of replacements, each with its file."""
    return _listed({"file_path": t.path, **_quoted(t, p)} for t in files for p in _passages(t))


def edits(files: Sequence[Told]) -> list[Part]:
    """An object for each file, with the list of its replacements."""
    objects = [{"path": t.path, "edits": [_quoted(t, p) for p in _passages(t)]} for t in files]
    return [part for each in objects for part in _listed([each], alone=True)]


def tool_calls(files: Sequence[Told]) -> list[Part]:
    """As the call of a text editor, one after the other."""
    calls = [_call(t, p) for t in files for p in _passages(t)]
    named = ({"name": "str_replace_based_edit_tool", "input": call} for call in calls)
    return [part for each in named for part in _listed([each], alone=True)]


def line_ranges(files: Sequence[Told]) -> list[Part]:
    return _listed({"path": t.path, **_range(t, p)} for t in files for p in _passages(t))


def whole(files: Sequence[Told]) -> list[Part]:
    return _listed({"path": t.path, "content": _content(t)} for t in files)


def _listed(objects: Iterable[dict[str, Any]], alone: bool = False) -> list[Part]:
    made = list(objects)
    if not made:
        raise Unsayable("nothing is edited")
    text = json.dumps(made[0] if alone else made, indent=2, ensure_ascii=False)
    return [Part(text + "\n", "json")]


def _passages(told: Told) -> tuple[Passage, ...]:
    if told.new is None or not (told.modified or told.old_path is None):
        raise Unsayable("the form can only edit a file that stays where it is")
    if told.old is not None and told.old.mode != told.new.mode:
        raise Unsayable("the form has no modes")
    return told.passages


def _quoted(told: Told, passage: Passage) -> dict[str, Any]:
    old, new = _texts(told, passage)
    return {"old_string": old, "new_string": new}


def _texts(told: Told, passage: Passage) -> tuple[str, str]:
    old, new = "".join(passage.before), "".join(passage.after)
    text = told.old.content.decode() if told.old else ""
    if passage.start is not None and text.find(old) != text.rfind(old):
        raise Unsayable("what is one place in lines is several in text")
    return old, new


def _call(told: Told, passage: Passage) -> dict[str, Any]:
    if told.old_path is None:
        return {"command": "create", "path": told.path, "file_text": "".join(passage.after)}
    old, new = _texts(told, passage)
    return {"command": "str_replace", "path": told.path, "old_str": old, "new_str": new}


def _range(told: Told, passage: Passage) -> dict[str, Any]:
    if passage.start is None or not passage.before:
        raise Unsayable("no lines to replace")
    check_end(passage)
    last = passage.start + len(passage.before)
    text = "".join(passage.after)
    return {"start_line": passage.start + 1, "end_line": last, "replacement": text}


def _content(told: Told) -> str:
    _passages(told)
    return told.new.content.decode() if told.new else ""
