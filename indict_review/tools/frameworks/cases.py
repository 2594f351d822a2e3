"""From what a runner reported to results with names that stay the same from run to run.

Everything here was written by untrusted code: it is cut to size and made visible, never trusted.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

from indict_review.errors import ToolError
from indict_review.runs import CaseOutcome, CaseResult
from indict_review.sandbox.interface import Ran
from indict_review.tools.tail import last_lines

MOST_CASES = 100_000
LONGEST_NAME = 500

_ADDRESS = re.compile(r"\b0x[0-9a-fA-F]{5,}")
_WORD = re.compile(r"[^\s\[\](),;:'\"]+")
_WORST_FIRST = (CaseOutcome.FAILED, CaseOutcome.PASSED, CaseOutcome.SKIPPED)


def gather(cases: Iterable[CaseResult], *, unique: bool = False) -> Mapping[str, CaseResult]:
    """The results by name. Tests that share one are numbered, in the order of the report.

    `unique` is for runners whose names are: the same name twice is then the same test, seen
    twice, and the worse outcome counts. Raises `ToolError` if they are too many.
    """
    results: dict[str, CaseResult] = {}
    seen: dict[str, int] = {}
    for number, case in enumerate(cases):
        if number >= MOST_CASES:
            raise ToolError(f"the report has more than {MOST_CASES:,} tests")
        name = stable(case.name) or "(without a name)"
        if name in results and not unique:
            name = _free(name, seen, results)
        case = replace(case, name=name, detail=last_lines(case.detail))
        if name not in results or _worse(case, results[name]):
            results[name] = case
    return results


def _free(name: str, seen: dict[str, int], taken: Mapping[str, CaseResult]) -> str:
    seen[name] = seen.get(name, 1) + 1
    while f"{name} #{seen[name]}" in taken:  # a test can be called `x #2`, too
        seen[name] += 1
    return f"{name} #{seen[name]}"


def _worse(case: CaseResult, than: CaseResult) -> bool:
    return _WORST_FIRST.index(case.outcome) < _WORST_FIRST.index(than.outcome)


def stable(name: str) -> str:
    """A name without what differs from run to run: addresses, and paths of temporary files."""
    name = _WORD.sub(_settled, _ADDRESS.sub("0x…", name[: 4 * LONGEST_NAME]))
    shown = "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in name)
    return shown if len(shown) <= LONGEST_NAME else shown[: LONGEST_NAME - 1] + "…"


_TEMPORARY = re.compile(r"(?<![\w.-])(?:/box|/private)?/(?:tmp|var/folders)/")
"""From the root on: a folder of the project may be called so, too."""


def _settled(word: re.Match[str]) -> str:
    text = word[0]
    found = _TEMPORARY.search(text)
    return f"{text[: found.start()]}/tmp/…" if found else text  # noqa: S108 (a name)


def below_workspace(path: str | None) -> str | None:
    """A path as the project has it: runners report where their copy was, `BOX/work/…`."""
    if not path or not path.startswith("/"):
        return path.removeprefix("./") if path else None
    _, found, inner = path.partition("/work/")
    return inner if found else None


def only_report(ran: Ran, prefix: str) -> bytes:
    """The one report `PREFIX-RANDOM…` that a run left. A second one was made by the tests."""
    found = sorted(name for name in ran.files if name.startswith(f"{prefix}-"))
    if len(found) > 1:
        raise ToolError(f"there are {len(found)} reports, and {prefix} writes one: forged?")
    if not found:
        raise no_report(ran, prefix)
    return ran.files[found[0]]


def reports(ran: Ran, prefix: str) -> list[bytes]:
    """The files of the one folder `PREFIX-RANDOM` that a run left; see `only_report`."""
    found = sorted(name for name in ran.files if name.startswith(f"{prefix}-") and "/" in name)
    if len({name.partition("/")[0] for name in found}) > 1:
        raise ToolError(f"there are several folders of reports, and {prefix} has one: forged?")
    if not found:
        raise no_report(ran, prefix)
    return [ran.files[name] for name in found]


def no_report(ran: Ran, runner: str) -> ToolError:
    """What to say where nothing can be read: how it ended, and its last words."""
    lines = [line for line in ran.output.splitlines() if line.strip()]
    said = stable(" / ".join(line.strip() for line in lines[-3:]))
    ended = ran.why or f"exit code {ran.exit_code}"
    return ToolError(f"{runner} left no report ({ended})" + (f": {said}" if said else ""))
