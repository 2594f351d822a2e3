"""What a change that is not one's own does to be looked at less: each is a finding (promise 6)."""

from collections.abc import Iterator
from pathlib import PurePosixPath

from indict_review import __version__
from indict_review.change import Tree
from indict_review.errors import ConfigError, ToolError
from indict_review.evidence import Concern, Confidence, Location, Observed, Severity, Weakness
from indict_review.ledger.entries import LEDGER, Entry, parse
from indict_review.ledger.marks import OURS
from indict_review.tools.novelty import Seen, added_lines, brought_in, origins

_PROSE = {".md", ".markdown", ".rst", ".txt", ".adoc"}
"""Here marks are spoken of; no analyzer obeys them."""

_WEAKNESS = Weakness(
    ident="suppression-added",
    concern=Concern.SAFETY,
    severity=Severity.MEDIUM,
    title="Suppression added by the change",
    message="The change tells analyzers to look away. Here it has no effect before it is merged; "
    "from then on it has. Whoever merges it decides on it as well.",
    remedy="Mend what it hides, or merge it for a reason that it states.",
    precision=Confidence.HIGH,
)


class Suppressions:
    """See `Analyzer`. It looks at every file, and says of none that its code was reviewed.

    Marks for other tools (`noqa`, `type: ignore`) hush nothing that a review looks for.
    """

    name = "suppressions"
    version = __version__

    def covers(self, path: str) -> bool:
        """See `Analyzer.covers`: never. No marks is not the same as no faults."""
        return False

    def examine(self, before: Tree, after: Tree) -> Iterator[Observed]:
        """See `Analyzer.examine`. As many marks of a kind as a file had are not new in it."""
        for seen in brought_in(
            _marks(before), _marks(after), _added(before, after), _origins(before, after)
        ):
            yield _observed(f"adds `{seen.rule}`", seen.path, seen.start_line, after)
        yield from _decisions(before, after)


def _marks(tree: Tree) -> Iterator[Seen]:
    for path, file in tree.files.items():
        if path == LEDGER or file.is_binary or PurePosixPath(path).suffix.lower() in _PROSE:
            continue
        text = tree.text(path)
        if OURS.search(text) is None:
            continue
        for number, line in enumerate(text.split("\n"), start=1):
            for mark in OURS.finditer(line):
                words = " ".join(mark[0].lower().split())
                told = line[mark.start() :].strip()
                yield Seen(words, path, told, number, number, mark.start())


def _added(before: Tree, after: Tree) -> dict[str, frozenset[int]]:
    """As `brought_in` wants them."""
    return {
        path: added_lines(before.text(path).split("\n"), after.text(path).split("\n"))
        for path in before.files.keys() & after.files.keys()
    }


def _origins(before: Tree, after: Tree) -> dict[str, str]:
    gone, new = before.files.keys() - after.files.keys(), after.files.keys() - before.files.keys()
    return origins({p: before.text(p) for p in gone}, {p: after.text(p) for p in new})


def _decisions(before: Tree, after: Tree) -> Iterator[Observed]:
    if before.files.get(LEDGER) == after.files.get(LEDGER) or LEDGER not in after.files:
        return
    try:
        known = set(_entries(before))
    except ConfigError:
        known = set()  # then all of it is new
    try:
        new = [entry for entry in _entries(after) if entry not in known]
    except ConfigError as e:
        raise ToolError(f"as the change has it, {e}") from e
    lines = after.text(LEDGER).split("\n")
    for entry in new:
        line = next((n for n, text in enumerate(lines, 1) if entry.fingerprint in text), 1)
        about = " in ".join(filter(None, (entry.ident, entry.path))) or "a finding"
        yield _observed(f"dismisses {about}: {entry.reason}", LEDGER, line, after)


def _entries(tree: Tree) -> tuple[Entry, ...]:
    return parse(tree.files[LEDGER].content) if LEDGER in tree.files else ()


def _observed(summary: str, path: str, line: int, tree: Tree) -> Observed:
    quote = tree.text(path).split("\n")[line - 1]
    return Observed(Suppressions.name, summary, Location(path, line, line, quote), _WEAKNESS)
