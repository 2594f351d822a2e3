"""Code that parses no more, or never did: what an AI left broken."""

from collections.abc import Iterator

from indict_review import __version__, languages, syntax
from indict_review.change import Tree
from indict_review.evidence import Concern, Confidence, Location, Observed, Severity, Weakness
from indict_review.syntax import SyntaxFault

_MACROS = frozenset({"c", "cpp"})
"""Here code may parse only after its macros were put in."""


class Parsing:
    """See `Analyzer`. It looks at every file whose grammar is known, and finds no weakness there.

    A file may have as many faults as it had: templates and code of other versions have some.
    """

    name = "parsing"
    version = __version__

    def covers(self, path: str) -> bool:
        """See `Analyzer.covers`: never. Code that parses may have any fault."""
        return False

    def examine(self, before: Tree, after: Tree) -> Iterator[Observed]:
        """See `Analyzer.examine`: the first fault of each file that has more than before."""
        for path, file in after.files.items():
            language = languages.of_path(path)
            if language is None or not syntax.has_grammar(language) or file.is_binary:
                continue
            if before.files.get(path) == file:
                continue
            old = syntax.errors(language, before.text(path)) if path in before.files else ()
            new = syntax.errors(language, after.text(path))
            if len(new) > len(old):
                known = {fault.detail for fault in old}
                fault = next((f for f in new if f.detail not in known), new[0])
                yield _observed(path, language, fault, after)


def _observed(path: str, language: str, fault: SyntaxFault, tree: Tree) -> Observed:
    lines = tree.text(path).split("\n")
    line = min(max(fault.line, 1), len(lines))
    weakness = Weakness(
        ident="syntax-error",
        concern=Concern.HELPFULNESS,
        severity=Severity.MEDIUM if language in _MACROS else Severity.HIGH,
        title="Code that does not parse",
        message="The file has a syntax error that it did not have before.",
        remedy="Write the whole statement, and look for what was cut off or left open.",
        precision=Confidence.HIGH,
    )
    place = Location(path, line, line, lines[line - 1])
    return Observed(Parsing.name, fault.detail, place, weakness)
