"""Does the review tell vulnerable code from its fix? Pairs of functions, by tools alone.

    python -m benchmarks.sven PAIRS.jsonl [--language python] [--half seen|unseen] [--out FILE]
    python -m benchmarks.sven PAIRS.jsonl --clean

`PAIRS.jsonl` is SVEN's form (https://github.com/eth-sri/sven): one JSON object a line with `id`,
`cwe`, `language`, `vulnerable` and `fixed`. Each side is looked at as a file that a change adds.

Pair-correct is what counts: something is seen on the vulnerable side and nothing on the fixed one.
The intervals are Wilson's, at 95%. Pairs are parted in two by a hash of their id: rules may be
written with the misses of the `seen` half in view, the `unseen` half only measures.
"""

import argparse
import hashlib
import json
import textwrap
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from indict_review.bench.reckoning.stats import wilson
from indict_review.change import File, Tree
from indict_review.errors import ToolError
from indict_review.evidence import Observed
from indict_review.static import analyzers

SUFFIX = {"python": "py", "c": "c", "cpp": "cpp"}
SIDES = ("vulnerable", "fixed")


@dataclass(frozen=True)
class Pair:
    """A function before and after its fix."""

    ident: str
    cwe: str
    language: str
    sides: Mapping[str, str]

    @property
    def half(self) -> str:
        """`seen` or `unseen`: the same for a pair in every run."""
        return "unseen" if hashlib.sha256(self.ident.encode()).digest()[0] % 2 else "seen"

    def path(self, side: str) -> str:
        """Where it is looked at."""
        return f"{self.ident}/{side}.{SUFFIX[self.language]}"


@dataclass(frozen=True)
class Tally:
    """Of some pairs: how many, and how many of each kind."""

    pairs: int
    vulnerable: int
    fixed: int
    correct: int


def read(path: Path) -> list[Pair]:
    """The pairs of a file. Methods lose their indentation, so that they parse alone."""
    rows = (json.loads(line) for line in path.read_text("utf-8").splitlines())
    return [
        Pair(row["id"], row["cwe"], row["language"], {s: textwrap.dedent(row[s]) for s in SIDES})
        for row in rows
    ]


def look(pairs: Sequence[Pair]) -> tuple[list[Observed], list[str]]:
    """All that the static analyzers see, and what they could not look at."""
    files = {p.path(s): File(p.sides[s].encode()) for p in pairs for s in SIDES}
    seen: list[Observed] = []
    troubles = []
    for analyzer in analyzers():
        try:
            seen.extend(analyzer.examine(Tree(), Tree(files)))
        except ToolError as e:  # noqa: PERF203 - one analyzer's trouble is not the next one's
            troubles.append(f"{analyzer.name}: {e}")
    return seen, troubles


def tally(pairs: Iterable[Pair], flagged: Mapping[str, Sequence[Observed]]) -> Tally:
    """What came of them."""
    counts = [0, 0, 0, 0]
    for pair in pairs:
        bad, good = (bool(flagged.get(pair.path(side))) for side in SIDES)
        for n, counted in enumerate((True, bad, good, bad and not good)):
            counts[n] += counted
    return Tally(*counts)


def interval(successes: int, trials: int) -> tuple[float, float]:
    """Wilson's score interval at 95%, in percent (E. B. Wilson, JASA 22, 1927)."""
    low, high = wilson(successes, trials) if trials else (0.0, 1.0)
    return 100 * low, 100 * high


def row(name: str, of: Tally) -> str:
    """One line of the table, in Markdown."""
    cells = [name, str(of.pairs)]
    for count in (of.vulnerable, of.fixed, of.correct):
        low, high = interval(count, of.pairs)
        cells.append(f"{100 * count / max(1, of.pairs):.1f} ({low:.1f} to {high:.1f})")
    return f"| {' | '.join(cells)} |"


def report(pairs: Sequence[Pair], flagged: Mapping[str, Sequence[Observed]]) -> str:
    """Per language, weakness and half."""
    groups: dict[tuple[str, str], list[Pair]] = defaultdict(list)
    for pair in pairs:
        family = "Python" if pair.language == "python" else "C/C++"
        for name in ("all", f"{pair.half} half", pair.cwe):
            groups[family, name].append(pair)
    head = [
        "| | pairs | vulnerable flagged, % | fixed flagged, % | pair-correct, % |",
        "|---|---:|---:|---:|---:|",
    ]
    lines = [
        row(f"{family}, {name}", tally(members, flagged))
        for (family, name), members in sorted(groups.items())
    ]
    return "\n".join([*head, *lines])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("pairs", type=Path)
    parser.add_argument("--language", choices=["python", "c"], help="`c`: C and C++")
    parser.add_argument("--half", choices=["seen", "unseen"])
    parser.add_argument("--out", type=Path, help="what was seen of each side, as JSON lines")
    asked = parser.parse_args()
    pairs = [
        pair
        for pair in read(asked.pairs)
        if asked.language in {None, "python" if pair.language == "python" else "c"}
        and asked.half in {None, pair.half}
    ]
    seen, troubles = look(pairs)
    flagged: dict[str, list[Observed]] = defaultdict(list)
    for each in seen:
        flagged[each.location.path].append(each)
    print(report(pairs, flagged))
    for trouble in troubles:
        print(f"\nnot looked at: {trouble}")
    if asked.out:
        with asked.out.open("w", encoding="utf-8") as out:
            for pair in pairs:
                idents = {s: [o.weakness.ident for o in flagged[pair.path(s)]] for s in SIDES}
                out.write(json.dumps({"id": pair.ident, "cwe": pair.cwe, **idents}) + "\n")


if __name__ == "__main__":
    main()
