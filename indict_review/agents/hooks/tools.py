"""What an agent's tool is about to do to files. The agents' tools differ in names, hardly in kind.

A tool is known by its name, what it does by the arguments it has: an agent that runs another one's
hooks calls its own tools by that one's names, with its own arguments. So they have to say one
thing, once: of two names for it, who knows which one the tool goes by?
"""

from indict_review.agents.hooks.arguments import deciding, seem_to_edit
from indict_review.agents.hooks.interface import Call, Edit, Edits, OfAnEdit, Patch, Unread
from indict_review.agents.hooks.payload import Payload
from indict_review.patches.interface import Numbered, Quote, Whole, split_lines
from indict_review.patches.quoting import shown

EDITING = frozenset(
    {"Write", "Edit", "MultiEdit", "StrReplace"}  # Claude Code, Cursor
    | {"write_file", "replace"}  # Gemini CLI
    | {"create", "edit", "str_replace_editor"}  # Copilot
    | {"apply_patch"}  # Codex, Copilot
)
"""Tools whose edits are read."""

_PATH = ("file_path", "path")
_OLD, _NEW = ("old_string", "old_str"), ("new_string", "new_str")
_ALL = ("content", "contents", "file_text")
_PATCH = ("command", "input", "patch")
_LINE, _PUT_IN = ("insert_line",), ("insert_text", *_NEW)
_SEVERAL = ("edits",)
_KNOWN = {*_PATH, *_OLD, *_ALL, *_PATCH, *_LINE, *_PUT_IN, *_SEVERAL}
_VERBS = {"create", "str_replace", "insert"}
"""What `command` is where an editor is told what to do; apply_patch has the patch there."""


def tool_event(moment: OfAnEdit, tool: str, given: Payload) -> Call | None:
    """None for a tool that edits no file, as far as its name and its arguments tell."""
    if tool not in EDITING:
        why = f"{shown(tool)} is not known here, and seems to edit a file"
        return Call(moment, Unread(why)) if seem_to_edit(given) else None
    said, command = _said(given), given.values.get("command")
    if command == "view" and said <= {*_PATH, "command"}:
        return None
    if _fits(said, _PATCH):
        return Call(moment, Patch(given.text(*_PATCH)))
    edits = _edits(given, said - {"command"} if command in _VERBS else said)
    if edits:
        return Call(moment, Edits(edits))
    names = shown(", ".join(sorted(said)))
    return Call(moment, Unread(f"{shown(tool)} edits in a form that is not known here: {names}"))


def _said(given: Payload) -> frozenset[str]:
    known = frozenset(key for key in _KNOWN if given.has(key))
    return known | deciding(given)


def _edits(given: Payload, said: frozenset[str]) -> tuple[Edit, ...]:
    """None of them if it is not sure what is said."""
    if len(said.intersection(_PATH)) != 1:
        return ()
    path, how = given.text(*_PATH), said.difference(_PATH)
    if _fits(how, _SEVERAL):
        parts = given.parts("edits")
        if not all(_fits(_said(part), _OLD, _NEW) for part in parts):
            return ()
        return tuple(Edit(path, _quote(part)) for part in parts)
    if _fits(how, _OLD, _NEW):
        return (Edit(path, _quote(given)),)
    if _fits(how, _ALL):
        return (Edit(path, Whole(given.text(*_ALL))),)
    if _fits(how, _LINE, _PUT_IN):
        line = given.number("insert_line")
        text = given.text(*_PUT_IN).removesuffix("\n") + "\n"
        return (Edit(path, Numbered(line + 1, line, tuple(split_lines(text)))),)
    return ()


def _fits(said: frozenset[str], needed: tuple[str, ...], also: tuple[str, ...] = ()) -> bool:
    """Whether one of the needed names is there, at most one of the others, and nothing else."""
    first, second = said.intersection(needed), said.intersection(also)
    return len(first) == 1 and len(second) <= 1 and said == first | second


def _quote(given: Payload) -> Quote:
    several = (
        given.flag("replace_all")
        or given.flag("allow_multiple")
        or given.number("expected_replacements") > 1
    )
    return Quote(given.text(*_OLD), given.maybe_text(*_NEW) or "", every=several)
