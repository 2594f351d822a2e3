"""Marks in the code that tell an analyzer to look away: which there are, and what they say."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from indict_review.evidence import RUNNERS
from indict_review.finding import Finding
from indict_review.languages import of_path
from indict_review.ledger.bandit import CWES
from indict_review.ledger.entries import has_reason

OURS = re.compile(r"\bnosem(?:grep)?\b|\bnosec\b|indict-review:\s*ignore", re.IGNORECASE)
"""Those that count here: semgrep's, bandit's and our own."""

MARKS = re.compile(
    r"\bnosem(?:grep)?\b|\bnosec\b|\bnoqa\b|indict-review:\s*ignore|nosonar|\bnolint|"
    r"eslint-disable|tslint:disable|@ts-(?:ignore|nocheck|expect-error)|"
    r"type:\s*ignore|pylint:\s*disable|pragma:\s*(?:no cover|allowlist)|"
    r"lgtm\s*\[|codeql\s*\[|devskim:\s*ignore|checkov:skip|cppcheck-suppress|coverity\[|"
    r"phpcs:(?:ignore|disable)|@phpstan-ignore|@psalm-suppress|"
    r"@suppress\w*|suppressmessage|#\s*pragma\s+warning\s+disable",
    re.IGNORECASE,
)
"""How the analyzers people run are told to look away, of all kinds: no revision may add one."""

_OPENED = r"(?:#|//|/\*+|--|<!--|%|;|^\s*\*)\s*"
"""A mark opens its comment: one that is only spoken of counts for nothing."""
_OURS = re.compile(_OPENED + r"indict-review:\s*ignore\b(?:\s*\[([^\]]*)\])?(.*)", re.IGNORECASE)
_SEMGREP = re.compile(
    _OPENED + r"(nosem(?:grep)?)\b(?::\s*([\w./-]+(?:\s*,\s*[\w./-]+)*))?(.*)", re.IGNORECASE
)
_BANDIT = re.compile(_OPENED + r"(nosec)\b:?\s*((?:B\d+\b[,\s]*)+)?(.*)", re.IGNORECASE)
_NEAR = re.compile(r"nosem|nosec|indict-review", re.IGNORECASE)
_LONGEST_LINE = 2000
"""Characters. Where no grammar tells comments from strings, nobody wrote a longer one."""
_PLAIN = re.compile(r"(?:^|(?<=\s))(?:#|//|/\*|--|<!--|%|;)")


@dataclass(frozen=True)
class Mark:
    """One mark that can dismiss a finding."""

    line: int
    words: str
    """The mark itself, e.g. `nosec B608`."""
    reason: str
    idents: tuple[str, ...]
    """What it is about; empty: whatever an analyzer sees there."""
    fault: str = ""
    """Why it does not count, or empty."""

    def fits(self, finding: Finding) -> bool:
        """Whether it is about this finding."""
        if not self.idents:
            # A failing test is no analyzer's word, and has to be named.
            return all(seen.tool not in RUNNERS for seen in finding.evidence)
        known = {finding.ident, finding.cwe or "", *(s.weakness.ident for s in finding.evidence)}
        names = {name.lower() for name in known} - {""}
        return any(_names(ident.lower(), names) for ident in self.idents)


def _names(ident: str, names: set[str]) -> bool:
    """Semgrep's rules may be called by their last part."""
    return ident in names or any(name.endswith(f".{ident}") for name in names)


def near(path: str, text: str, first: int, last: int) -> Iterator[Mark]:
    """The marks in comments on these lines, and one that is alone on the line above."""
    lines = text.split("\n")
    for number in range(max(1, first - 1), min(last, len(lines)) + 1):
        line = lines[number - 1]
        if not _NEAR.search(line):
            continue
        whole = line.strip()
        for comment in _comments(path, text, number, line):
            if number >= first or whole == comment.strip():
                yield from _read(number, comment)


def _comments(path: str, text: str, number: int, line: str) -> tuple[str, ...]:
    language = of_path(path)
    from indict_review import syntax  # only where there is a mark

    if language is not None and syntax.has_grammar(language):
        from indict_review.syntax.comments import comments

        return comments(language, text).get(number, ())
    if len(line) > _LONGEST_LINE:
        return ()
    for opened in _PLAIN.finditer(line):
        before = line[: opened.start()]
        if not any(before.count(quote) % 2 for quote in "\"'`"):
            return (line[opened.start() :],)
    return ()


def _read(line: int, comment: str) -> Iterator[Mark]:
    if ours := _OURS.search(comment):
        yield _ours(line, ours[1], _bare(ours[2]))
    if said := _SEMGREP.search(comment):
        idents = tuple(re.split(r"\s*,\s*", said[2])) if said[2] else ()
        words = f"{said[1]}: {', '.join(idents)}" if idents else said[1]
        yield Mark(line, words, _bare(said[3]) or words, idents)
    if said := _BANDIT.search(comment):
        tests = tuple(re.findall(r"B\d+", (said[2] or "").upper()))
        words = " ".join((said[1], *tests))
        idents = tuple(cwe for test in tests for cwe in CWES.get(test, ()))
        # With tests that we know no CWE of, it is about nothing that we report.
        yield Mark(line, words, _bare(said[3]) or words, idents or tests)


def _ours(line: int, named: str | None, reason: str) -> Mark:
    idents = tuple(filter(None, (part.strip() for part in (named or "").split(","))))
    words = f"indict-review: ignore[{', '.join(idents)}]"
    fault = ""
    if not idents or any("*" in ident for ident in idents):
        fault = "it does not name what it ignores: write `ignore[CWE-89] reason`"
        idents = ()
    elif not has_reason(reason):
        fault = "it gives no reason"
    return Mark(line, words, reason, idents, fault)


def _bare(rest: str) -> str:
    """The words, without what ends the comment or begins another."""
    words = re.split(r"\*/|-->|(?:^|\s)(?:#|//)(?=\s|$)", rest)[0]
    return words.strip().strip("-:\N{EN DASH}\N{EM DASH}").strip()
