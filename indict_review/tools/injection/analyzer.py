"""Instructions to a model are findings of their own: in lines, names and messages of a change."""

from collections.abc import Iterator, Sequence

from indict_review import __version__
from indict_review.change import Tree
from indict_review.evidence import Concern, Confidence, Location, Observed, Severity, Weakness
from indict_review.patches.quoting import shown
from indict_review.tools.injection.spans import spoken, worded_lines
from indict_review.tools.injection.wording import Aim, Wording, instructions
from indict_review.tools.novelty import added_lines

IDENT = "prompt-injection"
_BLOCKS = frozenset({Aim.VERDICT, Aim.HIDDEN})
"""Nobody writes these by chance. The others stand in programs that use language models, too."""


class Injection:
    """See `Analyzer`. `told` are the change's own words about itself: messages, a description."""

    name = "injection"
    version = __version__

    def __init__(self, told: Sequence[str] = ()) -> None:
        self._told = tuple(told)

    def covers(self, path: str) -> bool:
        """See `Analyzer.covers`: never. No instructions is not the same as no faults."""
        return False

    def examine(self, before: Tree, after: Tree) -> Iterator[Observed]:
        """See `Analyzer.examine`: new lines, new names, and what was told of the change."""
        changed = [p for p, f in after.files.items() if f != before.files.get(p)]
        for path in changed:
            yield from _in_name(path, before, after)
            if not after.files[path].is_binary:
                yield from _in_lines(path, before, after)
        place = next((p for p in changed if not after.files[p].is_binary), None)
        if place is None:
            return
        for text in self._told:
            for wording in _worst(w for _, w in worded_lines(text.split("\n"))):
                yield _observed(wording, "what is said of the change", place, 1, after)


def _in_name(path: str, before: Tree, after: Tree) -> Iterator[Observed]:
    if path in before.files:
        return
    for wording in _worst(w for text in (path, spoken(path)) for w in instructions(text)):
        yield _observed(wording, "the name of the file", path, 1, after)


def _in_lines(path: str, before: Tree, after: Tree) -> Iterator[Observed]:
    lines = after.text(path).split("\n")
    old = before.text(path).split("\n") if path in before.files else []
    new = added_lines(old, lines) if old else frozenset(range(1, len(lines) + 1))
    told: dict[int, list[Wording]] = {}
    for number, wording in worded_lines(lines):
        if number + 1 in new:
            told.setdefault(number + 1, []).append(wording)
    said: set[str] = set()
    for number, wordings in told.items():
        for wording in _worst(wordings):
            if wording.said not in said:  # a sentence over two lines is one finding
                said.add(wording.said)
                yield _observed(wording, "this line", path, number, after)


def _worst(wordings: Iterator[Wording] | Sequence[Wording]) -> list[Wording]:
    """One for a place: what blocks, before what does not."""
    return sorted(wordings, key=lambda w: w.aim not in _BLOCKS)[:1]


def _observed(wording: Wording, where: str, path: str, line: int, tree: Tree) -> Observed:
    lines = tree.text(path).split("\n") if not tree.files[path].is_binary else [""]
    said = shown(wording.said, 120)
    weakness = Weakness(
        ident=IDENT,
        concern=Concern.SAFETY,
        severity=Severity.HIGH if wording.aim in _BLOCKS else Severity.MEDIUM,
        title="Instructions to a language model",
        message=f"Text in {where} {wording.aim.value}. Reviewers that are models may obey it: "
        "here it is data, and no finding goes by what they say.",
        cwe="CWE-1427",
        remedy="Take the text out; a test that needs it can build it from parts.",
        precision=Confidence.MEDIUM,
    )
    place = Location(path, line, line, lines[line - 1])
    return Observed(Injection.name, f"it says: {said}", place, weakness)
