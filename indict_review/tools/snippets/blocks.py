"""The check in a model's reply; a reply that holds none is refused, with a reason to tell it.

    >>> from_reply("Sure:\\n```python\\nfrom app import f\\nassert f(1) == 2\\n```", "python")
    'from app import f\\nassert f(1) == 2\\n'

What asserts nothing of the project would show nothing, or hold whatever the code does.
"""

import ast
import re
from collections.abc import Collection

from indict_review.tools.snippets.asserted import asserts_something_of

LARGEST = 4096
"""Bytes of a check."""

_FENCE = re.compile(
    r"^[ \t]*(`{3,}|~{3,})[ \t]*([\w+#.-]*)[^\n]*\n(.*?)(?:^[ \t]*\1|\Z)", re.M | re.S
)
_CALLED = {
    "python": {"python", "py", "python3"},
    "javascript": {"javascript", "js", "node", "mjs", "cjs"},
    "c": {"c"},
    "cpp": {"cpp", "c++", "cc", "cxx"},
    "csharp": {"csharp", "cs", "c#"},
    "go": {"go", "golang"},
    "rust": {"rust", "rs"},
    "java": {"java"},
    "php": {"php"},
}

# Comments and texts, in the languages that write them with slashes and quotes.
_NO_CODE = re.compile(
    r"//[^\n]*|/\*.*?\*/|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'|`[^`]*`", re.S
)
_VACUOUS = re.compile(r"\bassert\w*!?(?:\.\w+)?\s*\(?\s*(?:true|1)\s*(?:,[^;]*)?\)?\s*;", re.I)
_ASSERTS = {
    "javascript": r"\bassert\b|\bthrow\b|\bexpect\s*\(|\b(?:strict|deep)\w*Equal\s*\(",
    "go": r"\bt\.(?:Error|Fatal|Fail)|\bpanic\s*\(|\b(?:assert|require)\.",
    "rust": r"\b(?:debug_)?assert\w*!|\bpanic!",
    "java": r"\bassert\b|\bthrow\b|\bassert\w+\s*\(",
    "php": r"\bassert\s*\(|\bthrow\b",
    "csharp": r"\bAssert\b|\bthrow\b",
}
_REFERS = {
    "javascript": r"(?:\brequire\s*\(|\bfrom|\bimport\s*\(?)\s*['\"`]\.",
    "c": r"#\s*include\s*\"",
    "cpp": r"#\s*include\s*\"",
    "rust": r"\binclude!|\bmod\s+\w+\s*;|#\[path",
    "php": r"\b(?:require|include)",
}


class BadSnippet(ValueError):
    """It is no check; the message says why, to whoever wrote it."""


def from_reply(text: str, language: str, modules: Collection[str] = ()) -> str:
    """The check in a reply. Raises `BadSnippet`.

    `modules` are the project's own top-level modules: needed for those that are called as one of
    the language's.
    """
    code = _block(text, language)
    if not code.strip():
        raise BadSnippet("there is no code in it")
    if len(code.encode("utf-8", "replace")) > LARGEST:
        raise BadSnippet(f"it is longer than {LARGEST:,} bytes")
    if "\0" in code or not _is_text(code):
        raise BadSnippet("it is no text")
    if language == "python":
        _check_python(code, modules)
    else:
        _check_lightly(code, language)
    return code if code.endswith("\n") else code + "\n"


def _block(text: str, language: str) -> str:
    """The first block said to be of the language, else the first, else all of it."""
    blocks = [(found[2].lower(), found[3]) for found in _FENCE.finditer(text)]
    names = _CALLED.get(language, {language})
    ours = [code for name, code in blocks if name in names]
    return (ours or [code for _, code in blocks] or [text])[0]


def _is_text(code: str) -> bool:
    try:
        code.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _check_python(code: str, modules: Collection[str]) -> None:
    try:
        tree = ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as e:
        raise BadSnippet(f"it does not parse: {e}") from e
    try:
        fault = asserts_something_of(tree, modules)
    except RecursionError as e:
        raise BadSnippet("it is nested too deeply") from e
    if fault:
        raise BadSnippet(fault)


def _check_lightly(code: str, language: str) -> None:
    if not re.search(_REFERS.get(language, ""), code):
        raise BadSnippet("it does not take in any file of the project")
    bare = _VACUOUS.sub(";", _NO_CODE.sub('""', code))
    if not re.search(_ASSERTS.get(language, r"\bassert\s*\("), bare):
        raise BadSnippet("it asserts nothing")
    if language in {"c", "cpp"} and not re.search(r"\bmain\s*\(", bare):
        raise BadSnippet("it has no `main`")
