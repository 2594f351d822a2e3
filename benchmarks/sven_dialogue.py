"""What does the dialogue add to the tools on pairs of vulnerable and fixed functions?

    python -m benchmarks.sven_dialogue PAIRS.jsonl --pairs 10 [--language python] --out FILE
    python -m benchmarks.sven_dialogue --summary FILE

The pairs are the first so many by a hash of their ids, the same in every run; a run that was cut
short goes on. Checks are run where there is a sandbox. A critic cannot take a finding away, so what
may change is what a check proves on top, and what the critics say: agreement and dispute are
counted on either side. A dispute on the fixed side is right, one on the vulnerable side is not.
"""

import argparse
import hashlib
import json
import os
from dataclasses import asdict
from pathlib import Path
from typing import Any

from benchmarks.sven import SIDES, Pair, read
from indict_review.assembly import assembled
from indict_review.change import Tree
from indict_review.config import Flags, load
from indict_review.critique import ClaimStatus
from indict_review.evidence import RUNNERS
from indict_review.patches.render import unified_diff
from indict_review.sources.patch import PatchSource
from indict_review.sources.stores import Folder


def sample(pairs: list[Pair], count: int) -> list[Pair]:
    """The same pairs in every run."""
    return sorted(pairs, key=lambda p: hashlib.sha256(f"10 {p.ident}".encode()).digest())[:count]


def look(pair: Pair, side: str, folder: Path) -> dict[str, Any]:
    """One side as a file that a patch adds, reviewed with the embedded model."""
    path = f"changed/{Path(pair.path(side)).name.replace(side, 'function')}"
    after = Tree().with_text(path, pair.sides[side])
    patch = unified_diff(Tree(), after).encode()
    source = PatchSource(patch, folder, None)
    config = load(Flags(model="local", no_cache=True), Folder(folder), os.environ)
    change = source.collect()
    with assembled(config, change, source, None, lambda event: None) as bot:
        review = bot.review(change)
    upheld = [c for c in review.claims if c.finding is None]
    return {
        "id": pair.ident,
        "cwe": pair.cwe,
        "language": pair.language,
        "side": side,
        "findings": [f.ident for f in review.findings],
        "by_tools": [
            f.ident for f in review.findings if {seen.tool for seen in f.evidence} - RUNNERS
        ],
        "disputed": [f.ident for f in review.findings if f.disputes],
        "unproven": sum(c.status is ClaimStatus.UNPROVEN for c in upheld),
        "withheld": bool(review.task_assessment and review.task_assessment.harmful),
        "verified": [f.ident for f in review.findings if f.suggestion],
        "skipped": [f"{s.step}: {s.reason}"[:200] for s in review.skipped],
        **asdict(review.accounts.total),
    }


def summary(lines: list[dict[str, Any]]) -> str:
    """In words."""
    by_pair: dict[str, dict[str, dict[str, Any]]] = {}
    for line in lines:
        by_pair.setdefault(str(line["id"]), {})[str(line["side"])] = line
    whole = [sides for sides in by_pair.values() if len(sides) == len(SIDES)]
    told = []
    for side in SIDES:
        found = sum(bool(s[side]["findings"]) for s in whole)
        disputed = sum(len(s[side]["disputed"]) for s in whole)
        unproven = sum(s[side]["unproven"] for s in whole)
        told.append(f"{side}: {found} flagged, {disputed} findings disputed, {unproven} unproven")
    right, by_tools = (
        sum(bool(s["vulnerable"][kind]) and not s["fixed"][kind] for s in whole)
        for kind in ("findings", "by_tools")
    )
    tokens = [
        line["prompt_tokens"] - line["cached_tokens"] + line["completion_tokens"]
        for line in lines
    ]  # fmt: skip
    mean = sum(tokens) / max(1, len(tokens))
    return "\n".join(
        [
            *told,
            f"pair-correct: {right} of {len(whole)}, by tools alone {by_tools}",
            f"tokens a side: {mean:.0f}",
        ]
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("pairs_file", type=Path, nargs="?")
    parser.add_argument("--pairs", type=int, default=10)
    parser.add_argument("--language", choices=["python", "c"])
    parser.add_argument("--out", type=Path)
    parser.add_argument("--summary", type=Path)
    asked = parser.parse_args()
    out = asked.summary or asked.out
    done = [json.loads(line) for line in out.read_text().splitlines()] if out.exists() else []
    if asked.pairs_file:
        import tempfile

        known = {(line["id"], line["side"]) for line in done}
        pairs = [
            p
            for p in read(asked.pairs_file)
            if asked.language in {None, "python" if p.language == "python" else "c"}
        ]
        for pair in sample(pairs, asked.pairs):
            for side in SIDES:
                if (pair.ident, side) in known:
                    continue
                with tempfile.TemporaryDirectory() as folder:
                    line = look(pair, side, Path(folder))
                done.append(line)
                with out.open("a", encoding="utf-8") as file:
                    file.write(json.dumps(line) + "\n")
    print(summary(done))


if __name__ == "__main__":
    main()
