"""What can be known of code by its grammar alone: faults, definitions, statements, unbound names.

    >>> [d.name for d in definitions("python", "class A:\\n    def f(self): ...")]
    ['A', 'A.f']

The code is hostile: it may be nested a hundred thousand deep, or be no code at all. Trees are
walked with a cursor, never by recursion. Nothing is run. Languages are named as
`languages.of_path` names them; asking about one without a grammar is a `KeyError`, so ask
`has_grammar` first.
"""

import sys
from functools import lru_cache

from indict_review.errors import ToolError
from indict_review.syntax import fstrings, names, signatures
from indict_review.syntax.grammars import GRAMMARS, TSX
from indict_review.syntax.outline import Definition, Outline, Parameter, Statement, SyntaxFault
from indict_review.syntax.reader import read

__all__ = [
    "Definition",
    "Parameter",
    "Statement",
    "SyntaxFault",
    "compatible",
    "definitions",
    "enclosing",
    "errors",
    "exports",
    "has_grammar",
    "statements",
    "unbound_names",
    "versions",
]


def has_grammar(language: str | None) -> bool:
    """Whether the other functions can be asked about this language."""
    return language in GRAMMARS


def errors(language: str, text: str, *, newest: bool = False) -> tuple[SyntaxFault, ...]:
    """Where the text does not parse. A base may have faults already (macros, templates): compare.

    Python is also shown to its own compiler: tree-sitter lets wrong indentation pass. With `newest`
    what only a newer compiler takes is no fault.
    """
    outline = _outline(language, text)
    if language != "python" or outline.faults or outline.depth > names.SHALLOW:
        return outline.faults
    faults = names.compiler_faults(text)
    if faults and newest and sys.version_info < (3, 12):
        return names.compiler_faults(fstrings.emptied(text))
    return faults


def definitions(language: str, text: str) -> tuple[Definition, ...]:
    """The functions and types that the text defines, in its order; overloads share a name."""
    return _outline(language, text).definitions


def statements(language: str, text: str) -> tuple[Statement, ...]:
    """Every statement, in the order of the text."""
    return _outline(language, text).statements


def exports(language: str, text: str) -> frozenset[str]:
    """Public names that are no definitions: a Python module's variables, JavaScript's exports."""
    return _outline(language, text).exports


def enclosing(language: str | None, text: str, line: int) -> str | None:
    """The qualified name of the innermost definition around a line, for fingerprints."""
    if language is None or language not in GRAMMARS:
        return None
    found: Definition | None = None
    for d in definitions(language, text):  # what is inside comes after what it is in
        if d.start_line <= line <= d.end_line and (found is None or d.end_line <= found.end_line):
            found = d
    return found.name if found else None


def compatible(language: str, before: Definition, after: Definition) -> bool:
    """See `signatures.compatible`."""
    return signatures.compatible(GRAMMARS[language], before, after)


def unbound_names(text: str) -> frozenset[str]:
    """Names that Python code uses and nothing in it binds; none where `import *` may bind them.

    Raises `ToolError` if the text does not parse, or is nested too deeply to look.
    """
    if _outline("python", text).depth > names.SHALLOW:
        raise ToolError("the code is nested too deeply")
    return names.unbound(text)


def versions(language: str | None) -> tuple[str, ...]:
    """Name and version of what looks at this language, for receipts."""
    if language is None or language not in GRAMMARS:
        return ()
    from importlib.metadata import version  # only receipts have it, and the hook writes none

    tools = ["tree-sitter", GRAMMARS[language].module.replace("_", "-")]
    if language == "python":
        tools.append("pyflakes")
    return tuple(f"{tool} {version(tool)}" for tool in tools)


@lru_cache(maxsize=64)
def _outline(language: str, text: str) -> Outline:
    outline = read(GRAMMARS[language], text)
    if language != "typescript" or not outline.faults:
        return outline
    return min(outline, read(TSX, text), key=lambda o: len(o.faults))
