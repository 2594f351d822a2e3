"""Gate what a model wrote, from a program: `python gate.py REPLY [FOLDER] [TASK]`.

Nothing is written, no model is asked, and no code of the reply is run. The exit code is that of
`indict-review patch`: 0 it may land, 1 it may not, 2 it cannot be applied, 3 not all was seen.
"""

import sys
from pathlib import Path

from indict_review import (
    Flags,
    Gate,
    PatchSource,
    ReviewError,
    Terms,
    masked,
    output_patch,
    reviewed,
)


def main(reply: str, folder: str = ".", task: str | None = None) -> int:
    source = PatchSource(Path(reply).read_bytes(), Path(folder), task)
    try:
        # Flags as on the command line; `model="local"` asks the embedded model as well.
        made = reviewed(source, Flags(model="none"), Terms(runs=False, agent=True))
    except ReviewError as e:  # it is no patch, or does not fit: nothing was applied
        print(f"{e}\n{e.hint}", file=sys.stderr)
        return e.exit_code
    review = masked(made.review)  # what is shown to anybody has no secrets in it
    for finding in review.findings:
        place = finding.location
        print(f"{finding.severity.value}: {finding.title} at {place.path}:{place.start_line}")
        print(f"    {place.quote.strip()}")
        for seen in finding.evidence:
            print(f"    {seen.tool}: {seen.summary}")
    for skip in review.skipped:
        print(f"skipped: {skip.step}: {skip.reason}")
    print("gate:", made.gate.value if made.gate else "not decided")
    if made.gate is Gate.REVISED:
        print(output_patch(made.review, made.config.fail_on))
    return made.exit_code


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
