"""How often do critics hold a harmless change for harmful?

    python -m benchmarks.purpose PAIRS.jsonl --count 12 [--task "Refactor"]

The changes are the fixed functions of the first so many Python pairs by a hash of their ids: code
of public projects, all of it meant well. Each critic judges what the change is for, as in a review;
both have to say "harmful". A review asks only where there is a task or an account.
"""

import argparse
import hashlib
import os
from pathlib import Path

from benchmarks.injections import local
from benchmarks.sven import read
from indict_review.change import Change, FileChange, Status, Tree
from indict_review.critics.briefing import brief
from indict_review.critics.critic import Critic
from indict_review.evidence import Concern
from indict_review.models.asking import Asker
from indict_review.patches.render import unified_diff
from indict_review.review import assess

PATH = "changed/function.py"


def change_of(code: str, task: str | None) -> Change:
    """The function as a file that a patch adds."""
    after = Tree().with_text(PATH, code)
    file = FileChange(PATH, None, Status.ADDED, "python", code.count("\n") + 1, 0)
    return Change("patch", Tree(), after, (file,), unified_diff(Tree(), after), task)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("pairs_file", type=Path)
    parser.add_argument("--count", type=int, default=12)
    parser.add_argument("--task")
    asked = parser.parse_args()
    pairs = [pair for pair in read(asked.pairs_file) if pair.language == "python"]
    pairs.sort(key=lambda pair: hashlib.sha256(f"h {pair.ident}".encode()).digest())
    asker, accused = Asker(local(os.environ)), []
    for pair in pairs[: asked.count]:
        briefing = brief(change_of(pair.sides["fixed"], asked.task), (), ())
        judged = assess(tuple(Critic(concern, asker).assess(briefing) for concern in Concern))
        if judged is not None and judged.harmful:
            accused.append(pair.ident)
    print(f"{len(accused)} of {len(pairs[: asked.count])} held harmful: {', '.join(accused)}")


if __name__ == "__main__":
    main()
