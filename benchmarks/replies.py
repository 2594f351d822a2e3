"""What becomes of the replies of the tests' corpus, and what reading one with 200 edits takes.

    python -m benchmarks.replies               # --seed N makes other replies, --runs N for the time

Run it in the repository's top folder. The first table counts replies by form: applied right;
refused, as they have to be or may be; refused though they could be applied; applied wrongly, which
is a fault. The second has the time to read and to place 200 edits of one file, in each form, and
as a multiple of what `unidiff` takes to parse the same change as a diff, without placing it. They
take turns, so that all meet the same machine; medians.
"""

import argparse
import os
import platform
import statistics
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path
from random import Random

from unidiff.patch import PatchSet

from indict_review.change import Tree
from indict_review.patches import reading, trees
from tests.replies.changes import Change
from tests.replies.corpus import SEED, corpus
from tests.replies.forms import FORMS
from tests.replies.judging import Court, Outcome
from tests.replies.sloppiness import plain
from tests.replies.told import told
from tests.replies.traps import many_edits

EDITS = 200


def outcomes(seed: int) -> Counter[tuple[str, Outcome]]:
    """How often each form came to each outcome."""
    counted: Counter[tuple[str, Outcome]] = Counter()
    with tempfile.TemporaryDirectory(prefix="indict-bench-") as folder:
        court = Court(Path(folder))
        for reply in corpus(seed):
            outcome, said = court.judge(reply)
            counted[reply.form.name, outcome] += 1
            if outcome is Outcome.WRONG:
                print(f"applied wrongly: {reply.name}: {said}")
    return counted


def times(runs: int) -> dict[str, float]:
    """Seconds, by what is done."""
    before, after = many_edits(EDITS)
    files = told(Change("", before, after))
    (diff,) = FORMS["unified"].write(files)
    work: dict[str, Callable[[], object]] = {"unidiff": partial(PatchSet, diff.body)}
    for name, form in FORMS.items():
        text = plain(form.write(files), Random())
        assert applied(text, before) == after, name
        work[name] = partial(applied, text, before)
    taken: dict[str, list[float]] = defaultdict(list)
    for _ in range(runs):
        for name, do in work.items():
            began = time.perf_counter()
            do()
            taken[name].append(time.perf_counter() - began)
    return {name: statistics.median(each) for name, each in taken.items()}


def applied(text: str, before: Tree) -> Tree:
    """What the reply makes of the files."""
    return trees.apply(reading.read(text).patches, before).after


def main() -> None:
    """See above."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--runs", type=int, default=15)
    arguments = parser.parse_args()
    cores = len(os.sched_getaffinity(0))
    print(
        f"{date.today()}, Python {platform.python_version()}, {platform.machine()}, {cores} cores"
    )
    counted = outcomes(arguments.seed)
    print(f"\n{'':30}" + "".join(f"{outcome.value:>26}" for outcome in Outcome))
    for name in [*FORMS, "all"]:
        row = (
            sum(n for (form, o), n in counted.items() if o is outcome and name in {form, "all"})
            for outcome in Outcome
        )
        print(f"{name:30}" + "".join(f"{count:26}" for count in row))
    taken = times(arguments.runs)
    print(f"\n{EDITS} edits, median of {arguments.runs}\n{'':30}{'ms':>8}{'of unidiff':>12}")
    for name, seconds in taken.items():
        print(f"{name:30}{seconds * 1000:8.1f}{seconds / taken['unidiff']:12.2f}")


if __name__ == "__main__":
    main()
