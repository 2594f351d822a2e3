"""`parses` and `names-bound`: the revision is still code, and knows every name it uses."""

from indict_review import syntax
from indict_review.checks.candidate import Candidate, outcome, skipped
from indict_review.errors import ToolError
from indict_review.revision import Check


def parses(candidate: Candidate) -> Check:
    """No file has more syntax faults than in the head, which may have some: templates, macros."""
    failures: list[str] = []
    unread: list[str] = []
    before = after = 0
    for path, language, head, revised in candidate.texts():
        if candidate.revised.files[path].is_binary:
            failures.append(f"{path} is no longer text")
        elif language is None or not syntax.has_grammar(language):
            unread.append(path)
        else:
            old, new = syntax.errors(language, head), syntax.errors(language, revised)
            before, after = before + len(old), after + len(new)
            if len(new) > len(old):
                fault = next((f for f in new if f not in old), new[0])
                failures.append(f"{path}, line {fault.line}: {fault.detail}")
    without = f"no grammar for {', '.join(unread)}" if unread else ""
    if unread and not failures and len(unread) == len(candidate.touched):
        return skipped("parses", without)
    return outcome("parses", failures, without or "no new syntax error", before, after)


def names_bound(candidate: Candidate) -> Check:
    """Python: no name is used that nothing binds, e.g. `html.escape` without `import html`."""
    failures: list[str] = []
    before = after = 0
    python = [texts for texts in candidate.texts() if texts[1] == "python"]
    for path, _, head, revised in python:
        try:
            old, new = syntax.unbound_names(head), syntax.unbound_names(revised)
        except ToolError as e:
            return skipped("names-bound", f"{path}: {e}")
        before, after = before + len(old), after + len(new)
        failures += [f"{path}: {name} is not defined" for name in sorted(new - old)]
    if not python and candidate.touched:
        return skipped("names-bound", "only Python is looked at")
    return outcome("names-bound", failures, "every name is defined", before, after)
