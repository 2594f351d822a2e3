"""What the user's own analyzers said of the change, from the SARIF files that they wrote.

Such a file speaks of one state, the head. Of another one, a revision, it can say that the lines it
spoke of are still there, and nothing else: that they changed does not mend them. So it covers no
file, and no fix is verified by its silence. What is amiss with it is said of the head alone.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property
from pathlib import Path

from indict_review import cwe
from indict_review.change import Tree
from indict_review.errors import ToolError
from indict_review.evidence import Concern, Confidence, Location, Observed, Severity, Weakness
from indict_review.tools.novelty import Seen, added_lines, origins
from indict_review.tools.sarif_base import unpaired
from indict_review.tools.sarif_file import Result, Run, read
from indict_review.tools.sarif_lost import fits, lost

_LEVELS = {
    "error": Severity.HIGH, "warning": Severity.MEDIUM, "note": Severity.LOW, "none": Severity.INFO,
}  # fmt: skip
_SCORES = (
    (9.0, Severity.CRITICAL), (7.0, Severity.HIGH), (4.0, Severity.MEDIUM), (0.1, Severity.LOW),
)  # fmt: skip
_PRECISIONS = {
    "very-high": Confidence.HIGH, "high": Confidence.HIGH, "low": Confidence.LOW,
}  # fmt: skip
_OLD = {"unchanged", "absent"}
Told = tuple[Run, Result]


@dataclass(frozen=True)
class Sarif:
    """Implements `Analyzer` with files. `head` is the state that they were made of."""

    runs: tuple[Run, ...]
    base: tuple[Run, ...]
    """Of the state before; empty: what is not on lines that the change added is old."""
    head: Tree
    root: Path
    """The repository's folder."""

    name = "sarif"

    @staticmethod
    def of(files: Sequence[str], base: Sequence[str], head: Tree, root: Path) -> "Sarif":
        """Read the files. Raises `ConfigError`."""
        runs, earlier = (
            tuple(run for name in names for run in read(Path(name), root))
            for names in (files, base)
        )
        return Sarif(runs, earlier, head, root)

    @property
    def version(self) -> str:
        """See `Analyzer.version`: the tools that wrote the files."""
        names = dict.fromkeys(f"{run.tool} {run.version}".strip() for run in self.runs)
        return f"({', '.join(names)})"

    def covers(self, path: str) -> bool:
        """See `Analyzer.covers`: never. A file cannot look again."""
        return False

    def examine(self, before: Tree, after: Tree) -> Iterator[Observed]:
        """See `Analyzer.examine`. Of another state than the head, only what stands there still."""
        placed: dict[Observed, None] = {}
        for seen, (run, result) in self._new(before).items():
            location = _located(seen, self.head, after)
            if location is not None:
                placed[_observed(run, result, location)] = None
        yield from placed
        if self._trouble and all(self.head.files.get(p) == f for p, f in after.files.items()):
            raise ToolError("; ".join(self._trouble))

    @cached_property
    def _trouble(self) -> list[str]:
        failed = [f"{run.tool} says that it failed" for run in self.runs if run.failed]
        return [*failed, *lost(self.runs, self.head, self.root)]

    def _new(self, before: Tree) -> dict[Seen, Told]:
        """What the change brought in, by its place in the head."""
        touched = {p for p, file in self.head.files.items() if before.files.get(p) != file}
        found = {
            _seen(run, result, path, self.head): (run, result)
            for run in self.runs
            for result in run.results
            for path in result.places
            if path in touched and result.state not in _OLD and fits(result, path, self.head)
        }
        gone, new = before.files.keys() - self.head.files.keys(), touched - before.files.keys()
        old = origins({p: before.text(p) for p in gone}, {p: self.head.text(p) for p in new})
        added = {
            path: added_lines(
                before.text(old.get(path, path)).split("\n"), self.head.text(path).split("\n")
            )
            for path in {seen.path for seen in found}
        }
        if not self.base:
            return {
                seen: told
                for seen, told in found.items()
                if told[1].state or not added[seen.path].isdisjoint(_lines(seen))
            }
        earlier = {
            _seen(run, result, path, before): result.prints
            for run in self.base
            for result in run.results
            for path in result.places
            if path in before.files
        }
        prints = {seen: result.prints for seen, (_, result) in found.items()}
        return {seen: found[seen] for seen in unpaired(earlier, prints, added, old)}


def _seen(run: Run, result: Result, path: str, tree: Tree) -> Seen:
    start = result.start_line
    lines = tree.text(path).split("\n")[start - 1 : result.end_line]
    end = start + max(len(lines), 1) - 1
    kind = f"{run.tool} {result.rule}"
    return Seen(kind, path, "\n".join(lines), start, end, result.column)


def _lines(seen: Seen) -> range:
    return range(seen.start_line, seen.end_line + 1)


def _located(seen: Seen, head: Tree, tree: Tree) -> Location | None:
    """Where those lines of the head are in this tree; None if they are not all there."""
    if seen.path not in tree.files:
        return None
    old, new = head.text(seen.path).split("\n"), tree.text(seen.path).split("\n")
    first, last = seen.start_line - 1, seen.end_line
    if old != new:
        blocks = SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks()
        block = next((b for b in blocks if b.a <= first and last <= b.a + b.size), None)
        if block is None:
            return None
        first, last = first + block.b - block.a, last + block.b - block.a
    quote = "\n".join(new[first:last]).removesuffix("\r")
    return Location(seen.path, first + 1, last, quote)


def _observed(run: Run, result: Result, location: Location) -> Observed:
    """The tool's name is marked: a file may call itself anything, also as one of ours."""
    title = cwe.title_of(result.cwe) or result.rule
    about = f" ({result.help})" if result.help else ""
    safety = result.security or result.cwe is not None
    return Observed(
        tool=f"{run.tool} (SARIF)",
        summary=result.message or title,
        location=location,
        weakness=Weakness(
            ident=result.rule,
            concern=Concern.SAFETY if safety else Concern.HELPFULNESS,
            severity=_severity(result),
            title=title,
            message=result.message or title,
            cwe=result.cwe,
            precision=_PRECISIONS.get(result.precision, Confidence.MEDIUM),
        ),
        detail=f"rule {result.rule} of {run.tool} {run.version}".strip() + about,
    )


def _severity(result: Result) -> Severity:
    """Our CWE table's word, then the score, then the level."""
    known = cwe.severity_of(result.cwe)
    scored = next((s for least, s in _SCORES if (result.score or 0) >= least), None)
    return known or scored or _LEVELS.get(result.level, Severity.MEDIUM)
