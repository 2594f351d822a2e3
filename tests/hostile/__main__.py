"""Every attack in every sandbox of this machine, as a table: `python -m tests.hostile [NAME…]`."""

import sys

import pytest

from tests.hostile.assault import Outcome, assault
from tests.hostile.attacks.catalogue import ATTACKS
from tests.hostile.score import summary
from tests.hostile.trap import Trap
from tests.sandboxes import NAMES, sandbox_called

ANSWER = {True: "held", False: "GOT THROUGH"}


def main(names: list[str]) -> int:
    """Run them; 1 if one got anything, 2 if there is no sandbox at all."""
    trap, outcomes = Trap(), []
    try:
        for name in NAMES:
            try:
                sandbox = sandbox_called(name)
            except pytest.skip.Exception as e:
                print(e)
                continue
            for attack in ATTACKS.values():
                if not names or attack.name in names:
                    outcomes.append(_row(assault(sandbox, attack, trap)))
                    trap.reset()
            sandbox.close()
    finally:
        trap.close()
    print(summary(outcomes))
    return 2 if not outcomes else int(not all(outcome.held for outcome in outcomes))


def _row(outcome: Outcome) -> Outcome:
    words = f"{outcome.sandbox:10}  {outcome.attack:60} {outcome.end:7} {outcome.seconds:5.1f} s"
    print(words, ANSWER[outcome.held], *outcome.got[:20], sep="  ", flush=True)
    if not outcome.tried or not outcome.ends_as_it_should:
        print("    ", outcome.shown[-600:])
    return outcome


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
