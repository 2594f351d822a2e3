"""One scan by the detector's rules, of many texts at once."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory

from indict_review.bench.scoring import snippets
from indict_review.bench.scoring.detector_rules import PARSED, Rules, rules_for
from indict_review.change import File
from indict_review.tools import rules
from indict_review.tools.semgrep_layout import Layout, Sides, core_names
from indict_review.tools.semgrep_run import Blind, Match, Outcome, Runner, Scan

SECONDS = 120
"""For one scan. A rule that takes long on one text is given up before, and the text is None."""

_COMMENTS = ("#", "//", "/*")
"""How a line begins that the detector takes for a comment or a directive, e.g. `#define`."""

_CLOSED = re.compile(r"/\*.*?\*/")


@dataclass(frozen=True)
class Text:
    """One file of an answer. Here trust ends: a model wrote it."""

    path: str
    language: str
    """One that has rules: see `detector_rules.has_rules`."""
    text: str
    given: str = ""
    """Code before it that is looked at with it; what is found in it does not count."""

    @cached_property
    def code(self) -> snippets.Reading:
        """What the parser is shown."""
        source, least = self.given + self.text, self.given.count("\n") + 1
        return (
            snippets.whole(self.language, source)
            or snippets.up_to_the_cut(self.language, source, least)
            or snippets.Reading(snippets.opened(self.language, source))
        )

    @property
    def first(self) -> int:
        """The first line of `code` that counts."""
        return self.given.count("\n") + self.code.lead + 1

    @property
    def rules(self) -> Rules:
        """Those of its language."""
        return rules_for(self.language)


def scanned(texts: Sequence[Text]) -> list[bool | None]:
    """Of each, whether a rule matches; None: none does, and not all of it could be looked at.

    Raises `ToolError` if the scan comes to nothing.
    """
    files: dict[str, File] = {}
    for n, text in enumerate(texts):
        files[f"{n}/text"] = _file(text.text)
        if text.language in PARSED:
            files[f"{n}/{text.path}"] = _file(text.code.text)
    layout = Layout.of(Sides({}, files))
    outcome = _run(layout, [text.rules for text in texts])
    targets = {path: target for target, path in layout.paths.items()}
    return [
        _Look(text, targets[f"{n}/text"], targets.get(f"{n}/{text.path}"), layout, outcome).verdict
        for n, text in enumerate(texts)
    ]


def _file(text: str) -> File:
    """With the line end that `detector_rules.END` is about, and in UTF-8: expressions need it."""
    return File(f"{text}\n".encode("utf-8", "replace"))


def _run(layout: Layout, asked: Sequence[Rules]) -> Outcome:
    """Expressions are run on the text, the others on what the parser is shown."""
    merged = {i: r for each in asked for i, r in {**each.parsed, **each.expressions}.items()}
    listed = [
        (target, how)
        for target, path in layout.paths.items()
        for how in (("regex",) if path.endswith("/text") else core_names(path))
    ]
    with TemporaryDirectory(prefix="indict-detector-") as name:
        workspace, home, config = (Path(name, part) for part in ("work", "home", "rules.json"))
        home.mkdir()
        layout.write(workspace, layout.paths)
        config.write_text(rules.merged(merged), "utf-8")
        outcome, _ = Runner(home, SECONDS).scan(Scan(workspace, tuple(listed), config))
    return outcome


@dataclass(frozen=True)
class _Look:
    """What came out of a scan for one text."""

    text: Text
    raw: str
    """Where the text was, for expressions."""
    parsed: str | None
    """Where the code was, for the rules that parse."""
    layout: Layout
    outcome: Outcome

    @property
    def verdict(self) -> bool | None:
        """See `scanned`."""
        expressions, data = self.text.rules.expressions, self.layout.pages[self.raw].data
        end = len(data) - 1
        hits = [m for m in self._of(self.raw) if m.rule in expressions]
        if any(m.start < end and not _in_comment(data, m.start) for m in hits):
            return True
        if self.parsed and any(self._counts(match) for match in self._of(self.parsed)):
            return True
        ended = {m.rule for m in hits if m.start == end} == expressions.keys()
        targets = {self.raw, self.parsed or self.raw}
        looked = ended and targets <= self.outcome.scanned
        return False if looked and not any(map(self._hides, self.outcome.blind)) else None

    def _of(self, target: str) -> list[Match]:
        return [match for match in self.outcome.matches if match.target == target]

    def _counts(self, match: Match) -> bool:
        line = self.layout.pages[match.target].line(match.start_line)
        return match.rule in self.text.rules.parsed and line >= self.text.first

    def _hides(self, blind: Blind) -> bool:
        """Whether code was not looked at. Lines of brackets alone, that a cut left, are none."""
        if blind.target not in {None, self.raw, self.parsed}:
            return False
        if blind.target is None or not blind.spans:
            return True
        lines = self.layout.pages[blind.target].data.split(b"\n")
        lost = (line for first, last in blind.spans for line in lines[first - 1 : last])
        return any(re.search(rb"\w", line) for line in lost)


def _in_comment(data: bytes, start: int) -> bool:
    """As the detector tells: by what stands before the match in its line.

    Behind a comment that ends in the line there is code again, which the detector overlooks.
    """
    before = data[data.rfind(b"\n", 0, start) + 1 : start].decode("utf-8", "replace")
    return _CLOSED.sub("", before).lstrip().startswith(_COMMENTS)
