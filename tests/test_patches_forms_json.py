import json

import pytest

from indict_review.change import Status
from indict_review.errors import PatchError
from indict_review.patches.interface import FilePatch, Hunk, Numbered, Quote, Whole
from indict_review.patches.reading import read

OLD_NEW = {"path": "src/app.py", "old_string": "a\n", "new_string": "b\n"}
WANTED = (FilePatch("src/app.py", "src/app.py", Status.MODIFIED, pieces=(Quote("a\n", "b\n"),)),)


def patches(value):
    """What is read of it, alone in its text, in a fence, and amid prose."""
    text = json.dumps(value, indent=2)
    found = read(text)
    assert found.forms == ("json",)
    assert read(f"I did it:\n\n```json\n{text}\n```\n").patches == found.patches
    assert read(f"I did it:\n\n{json.dumps(value)}\n\nDone.\n").patches == found.patches
    return found.patches


def piece(**said):
    ((only,),) = (patch.pieces for patch in patches({"path": "a", **said}))
    return only


@pytest.mark.parametrize(
    "path", ["path", "file_path", "filePath", "file", "filename", "target_file"]
)
@pytest.mark.parametrize("old", ["old_string", "old_str", "oldString", "old_text"])
def test_tools_call_the_same_by_other_names(path, old):
    said = {path: "./src/app.py", old: "a\n", old.replace("old", "new"): "b\n"}

    assert patches(said) == WANTED


@pytest.mark.parametrize(
    "value",
    [
        [OLD_NEW],
        {"edits": [OLD_NEW]},
        {"path": "src/app.py", "edits": [{"old_string": "a\n", "new_string": "b\n"}]},
        {"name": "Edit", "input": OLD_NEW},
        {"type": "tool_use", "id": "1", "name": "Edit", "input": OLD_NEW},
        {"type": "function", "function": {"name": "edit", "arguments": json.dumps(OLD_NEW)}},
        {"method": "tools/call", "params": {"name": "edit", "arguments": OLD_NEW}},
        {"role": "assistant", "content": [{"type": "text", "text": "So:"}, {"input": OLD_NEW}]},
        {"explanation": "safer", "replacements": [OLD_NEW]},
        {"tool_calls": [{"function": {"arguments": json.dumps(OLD_NEW)}}]},
        [{"name": "view", "input": {"command": "view", "path": "src/app.py"}}, OLD_NEW],
        [{"name": "bash", "input": {"command": "pytest"}}, {"name": "ls", "input": None}, OLD_NEW],
        {
            "explanation": "safer",
            "type": "security",
            "dry_run": False,
            "path": "src/app.py",
            "old_str": "a\n",
            "new_str": "b\n",
            "n": None,
        },
    ],
)
def test_an_edit_is_found_within_calls_and_lists(value):
    assert patches(value) == WANTED


def test_several_values_are_read_one_after_the_other():
    text = "".join(json.dumps({**OLD_NEW, "path": path}) + "\n" for path in "ab")

    assert [patch.path for patch in read(f"```jsonl\n{text}```\n").patches] == ["a", "b"]
    assert [patch.path for patch in read(f"So:\n\n{text}").patches] == ["a", "b"]


def test_a_tool_call_between_its_tags_is_read():
    text = f"<tool_call>\n{json.dumps(OLD_NEW)}\n</tool_call>\nDone.\n"

    assert read(text).patches == WANTED


def test_the_file_may_be_named_above():
    text = '**src/app.py**\n```json\n{"old_string": "a\\n", "new_string": "b\\n"}\n```\n'

    assert read(text).patches == WANTED


def test_each_way_to_edit_is_a_piece():
    assert piece(old_str="a", new_str="", replace_all=True) == Quote("a", "", every=True)
    assert piece(old_string="", new_string="a") == Quote("", "a")
    assert piece(content="a\nb") == piece(file_text="a\nb") == Whole("a\nb")
    assert piece(start_line=2, end_line=3, replacement="x\ny") == Numbered(2, 3, ("x\n", "y\n"))
    assert piece(startLine=2, endLine=2, content="") == Numbered(2, 2, ())
    assert piece(start_line=1, end_line=1, code="x\n", old_text="a") == Numbered(
        1, 1, ("x\n",), ("a\n",)
    )
    assert piece(insert_line=0, insert_text="x") == Numbered(1, 0, ("x\n",))
    assert piece(command="insert", insert_line=4, new_str="x\n") == Numbered(5, 4, ("x\n",))
    assert piece(command="str_replace", old_str="a") == Quote("a", "")


def test_create_is_for_a_file_that_is_not_there():
    (patch,) = patches({"command": "create", "path": "n.py", "file_text": "a\n"})

    assert patch == FilePatch(None, "n.py", Status.ADDED, pieces=(Whole("a\n"),))


@pytest.mark.parametrize("wrap", [list, lambda call: {"cmd": call}, lambda c: {"input": c[1]}])
def test_an_envelope_in_a_call_is_read(wrap):
    call = ["apply_patch", "*** Begin Patch\n*** Add File: n.py\n+a\n*** End Patch\n"]

    (patch,) = patches(wrap(call))

    assert patch.pieces == (Hunk((), ("a\n",)),)


def test_edits_of_one_file_are_one_patch():
    other = {**OLD_NEW, "old_string": "c\n"}

    (patch,) = patches([OLD_NEW, other])

    assert patch.pieces == (Quote("a\n", "b\n"), Quote("c\n", "b\n"))


@pytest.mark.parametrize(
    "text",
    [
        '{"name": "x", "version": "1", "files": ["a"]}',
        '{"name": "Read", "input": {"file_path": "a.py"}}',
        '[{"path": "a.py", "start_line": 1, "end_line": 2, "message": "bad"}]',
        '{"name": "x", // a comment\n "main": "a"}',
        '{"role": "user", "content": "hello"}',
        "[1, 2",
        "{}",
    ],
)
def test_json_that_is_no_edit_is_prose(text):
    edit = f"```json\n{json.dumps(OLD_NEW)}\n```\n"

    assert read(f"{edit}It gives:\n\n```json\n{text}\n```\n").patches == WANTED
    assert read(f"{edit}It gives:\n\n{text}\n").patches == WANTED
    with pytest.raises(PatchError):
        read(text)


BAD = {
    "contradicts: old, whole": ({**OLD_NEW, "content": "c"}, "edit 1 .* says old text and content"),
    "contradicts: whole, edits": (
        {"path": "a", "content": "c", "edits": []},
        "whole file and edits",
    ),
    "contradicts: insert, range": (
        {"path": "a", "insert_line": 1, "start_line": 1, "new_str": "x"},
        "says insert_line and start_line",
    ),
    "two names for one": ({**OLD_NEW, "old_str": "c"}, "says old_string and old_str"),
    "two spellings": ({**OLD_NEW, "oldString": "c"}, "one thing by two names"),
    "two files": ({**OLD_NEW, "file": "b.py"}, "names several files: b.py, src/app.py"),
    "no file": ({"old_string": "a", "new_string": "b"}, "names no file"),
    "no new": ({"path": "a", "old_string": "a"}, "does not say what to put in"),
    "no old": ({"path": "a", "new_string": "a"}, "does not say what its code takes"),
    "a sketch": ({"target_file": "a", "code_edit": "x"}, "does not say what its code takes"),
    "no end": ({"path": "a", "start_line": 1, "content": "x"}, "has no end_line of 1"),
    "line 0": ({"path": "a", "start_line": 0, "end_line": 1, "content": "x"}, "no start_line of 1"),
    "backwards": ({"path": "a", "start_line": 3, "end_line": 2, "content": ""}, "end_line of 3"),
    "a true line": ({"path": "a", "start_line": True, "end_line": 2, "content": ""}, "start_line"),
    "a line as text": ({"path": "a", "insert_line": "3", "new_str": ""}, "no insert_line of 0"),
    "a number": ({"path": "a", "old_string": 1, "new_string": "b"}, "old_string that is no text"),
    "a list": ({"path": "a", "content": ["x"]}, "content that is no text"),
    "a flag": ({**OLD_NEW, "replace_all": "yes"}, "replace_all that is neither"),
    "a command": ({**OLD_NEW, "command": "undo"}, "has the command undo"),
    "a command as a list": ({**OLD_NEW, "command": ["x"]}, "has the command"),
    "another's command": ({**OLD_NEW, "command": "create"}, "command create, and no content"),
    "a dry run": ({**OLD_NEW, "dryRun": True}, "is a dry run"),
    "a dry run of several": ({"edits": [OLD_NEW], "dry_run": True}, "is a dry run"),
    "a new path": ({"path": "a", "new_path": "b", "content": "x"}, "says new_path"),
    "a new path of several": ({**OLD_NEW, "edits": [], "new_path": "b"}, "which is not known here"),
    "a new path of inner edits": (
        {"path": "a", "new_path": "b", "edits": [{"old_str": "x", "new_str": "y"}]},
        "says new_path",
    ),
    "old and edits": ({**OLD_NEW, "edits": [{**OLD_NEW, "old_string": "c"}]}, "says edits"),
    "a deletion": ([OLD_NEW, {"path": "b", "operation": "delete"}], "edit 2 .* nothing to do"),
    "a path alone": ({"files": [OLD_NEW, {"path": "b"}]}, "edit 2 .* nothing to do"),
    "other words": (
        {"path": "a", "edits": [{"old_str": "x", "new_str": "y"}, {"search": "x", "replace": "y"}]},
        "nothing to do that can be read",
    ),
    "another type": ({"path": "a", "content": "x", "type": "append"}, "of the type append"),
    "another list": ({"edits": [OLD_NEW], "deleted": ["b"]}, "says deleted"),
    "edits elsewhere": ({"edits": [OLD_NEW], "updates": [OLD_NEW]}, "says updates"),
    "a view that writes": ({"path": "a", "command": "view", "content": "x"}, "view and content"),
    "absolute": ({**OLD_NEW, "path": "/etc/x"}, "absolute"),
    "outside": ({**OLD_NEW, "path": "a/../../x"}, "leaves"),
    "windows": ({**OLD_NEW, "path": "C:\\x"}, "absolute"),
    "half a pair": ({**OLD_NEW, "new_string": "\ud800"}, "new_string that is not Unicode"),
    "the second": ([OLD_NEW, {"path": "a", "old_str": "x"}], "edit 2 of the JSON on line 1"),
    "twice": ([{"path": "a", "content": "x"}, {"path": "a", "content": "y"}], "changes a twice"),
}


@pytest.mark.parametrize("name", BAD)
def test_an_edit_that_is_not_clear_is_refused_with_the_place(name):
    value, said = BAD[name]

    with pytest.raises(PatchError, match=said) as caught:
        read(json.dumps(value))

    assert str(caught.value).isprintable()
    assert caught.value.hint.isprintable()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"path": "a", "path": "b", "content": "c"}', '"path" twice'),
        ('{"path": "a",\n"content": "c\n"}', "cannot be read at line 2"),
        ('[{"path": "a", "content": "c"}', "cannot be read"),
        ('{"path": "a", "content": "c", "n": NaN}', "NaN is no JSON"),
        ('{"path": "a", "content": "c", "n": ' + "9" * 9999 + "}", "too large"),
        ('{"path": "a", "content": "c", "n": ' + "[" * 9**5, "too large|cannot be read"),
        ('{"edits": ' * 40 + '{"path": "a", "content": ""}' + "}" * 40, "too deep"),
        ('{"path": "a", "input": {"old_string": "x", "b": }}', "cannot be read"),
    ],
)
def test_json_that_is_broken_is_refused_with_the_line(text, said):
    with pytest.raises(PatchError, match=said) as caught:
        read(text)

    assert caught.value.hint


def test_a_json_file_that_looks_like_an_edit_is_refused_unless_the_user_says():
    text = f"**edits.json**\n```json\n{json.dumps(OLD_NEW)}\n```\n"

    with pytest.raises(PatchError, match=r"may be edits\.json, or edits") as caught:
        read(text)

    assert "--patch-format" in caught.value.hint
    assert read(text, "json").patches[0].path == "src/app.py"
    assert read(text, "whole-file").patches[0].path == "edits.json"
