"""No module that nobody knows: small models invent packages, and attackers register them."""

import re
import sys
from pathlib import PurePosixPath

from indict_review.checks.candidate import Candidate, outcome, skipped
from indict_review.languages import of_path
from indict_review.revision import Check

_MODULE = re.compile(r"^\s*(?:from\s+([\w.]+)\s+import\b|import\s+([\w., ]+))", re.MULTILINE)


def imports_known(candidate: Candidate) -> Check:
    """Python: what the revision imports is of the standard library, or the change has it already:
    imports it, or is it.

    A module of the project that no touched file imports yet counts as unknown, too: the revision
    is refused rather than run into an `ImportError`.
    """
    touched = [path for path in candidate.touched if of_path(path) == "python"]
    if not touched:
        return skipped("imports-known", "no Python file is revised")
    known = {m for path in candidate.head.files for m in _modules(candidate.head.text(path))}
    known |= {part for path in candidate.head.files for part in _names(path)}
    unknown = [
        f"{path}: no file of the change imports {module}, and Python does not bring it"
        for path in touched
        for module in sorted(_modules(candidate.revised.text(path)) - known)
        if module not in sys.stdlib_module_names
    ]
    return outcome("imports-known", unknown, "every module is known", len(known), len(known))


def _names(path: str) -> set[str]:
    """What a Python file can be imported by: its own name, or that of its topmost package."""
    name = PurePosixPath(path)
    if name.suffix != ".py":
        return set()
    return {name.stem, next(part for part in (*name.parts, "") if part != "src")}


def _modules(text: str) -> set[str]:
    """The top-level names of all that is imported."""
    named = (m.group(1) or m.group(2) for m in _MODULE.finditer(text))
    parts = (part.split(" as ")[0].strip() for name in named for part in name.split(","))
    return {part.split(".")[0] for part in parts if part}
