"""The house: imports only downwards, and each third-party library behind one module."""

import ast
import sys
from collections import defaultdict
from pathlib import Path

import indict_review

ROOT = Path(indict_review.__file__).parent

VOCABULARY = {
    "change", "critique", "cwe", "decision", "errors", "events", "evidence", "finding",
    "languages", "review", "revision", "runs",
}  # fmt: skip
ROLES = {"patches.paths", "patches.quoting"}
"""What every patch format has to keep: part of the role."""

TOP = {
    "reviewer": 3,
    "equipment": 4,
    "static": 4,
    "assembly": 4,
    "reviewing": 4,
    "landing": 4,
    "library": 5,
    "__init__": 5,
    "writing": 4,
    "doctor": 4,
    "output": 4,
    "cli": 5,
    "__main__": 6,
}

MANY = {"tree_sitter"}
"""Libraries that come in several packages, and are imported by one module all the same."""


def modules():
    for path in sorted(ROOT.rglob("*.py")):
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        yield name.removesuffix(".__init__"), path


def layer(name):
    if name in VOCABULARY:
        return 0
    if name.partition(".")[0] in {"agents", "bench"}:
        return 4
    if name in ROLES or (name.endswith(".interface") and not name.startswith("formats")):
        return 1
    if name.partition(".")[0] == "commands":
        return 5
    return TOP.get(name, 2)


def imported(path):
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def test_imports_only_go_downwards():
    known = dict(modules())
    upwards = []
    for name, path in known.items():
        for target in imported(path):
            inner = target.removeprefix("indict_review.")
            if target.startswith("indict_review.") and inner in known:
                if layer(inner) > layer(name):
                    upwards.append(f"{name} -> {inner}")

    assert upwards == []


def test_the_vocabulary_imports_nothing_but_itself_and_the_standard_library():
    for name, path in modules():
        if layer(name) == 0:
            for target in imported(path):
                top, _, rest = target.partition(".")
                assert top in sys.stdlib_module_names or rest.split(".")[0] in VOCABULARY, (
                    name,
                    target,
                )


def test_each_third_party_library_is_imported_by_one_module():
    users = defaultdict(set)
    for name, path in modules():
        for target in imported(path):
            top = target.partition(".")[0]
            top = next((m for m in MANY if top.startswith(m)), top)
            if top not in sys.stdlib_module_names and top != "indict_review":
                # The commands are one: the command line.
                users[top].add("cli" if layer(name) == 5 else name)

    assert {lib: mods for lib, mods in users.items() if len(mods) > 1} == {}
    assert {"click", "unidiff", "rich", "yaml"} <= set(users)
