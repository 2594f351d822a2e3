"""semgrep as an analyzer: what a change brought in, by semgrep's rules.

>>> from indict_review.change import File, Tree
>>> seen = Semgrep().examine(Tree(), Tree({"a.py": File(b"import os; os.system(x)")}))
>>> next(seen).weakness.cwe
'CWE-78'
"""

import os
import re
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory

from indict_review.cache import Cache
from indict_review.change import Tree
from indict_review.errors import ToolError
from indict_review.events import Listener, Started, silent
from indict_review.evidence import Observed
from indict_review.languages import of_path
from indict_review.tools import rules
from indict_review.tools.novelty import Seen, brought_in
from indict_review.tools.semgrep_known import Known
from indict_review.tools.semgrep_layout import SUFFIXES, Layout, Sides, core_names, languages
from indict_review.tools.semgrep_prefilter import Prefilter
from indict_review.tools.semgrep_run import Blind, Match, Outcome, Runner, Scan, core
from indict_review.tools.semgrep_words import observed

REGISTRY = re.compile(r"[pr]/.+|auto|supply-chain|https?://.+")
"""What semgrep fetches. A file of such a name is given as `./p/…`."""

WORTH_A_CORE = 50_000
"""Bytes of code."""

_MOST_OF_A_PART = 2 * 2**20
"""Bytes of code that are scanned at once, if it is more than a file."""

_PATIENCE = 10
"""How often the time of one scan all of them may take."""

TOLD = 5
"""How many of the things that could not be looked at are named."""

Asked = Mapping[str, rules.Rule]
"""The rules of one scan, by the ids we gave them."""


class Semgrep:
    """Implements `Analyzer` with the semgrep command line."""

    name = "semgrep"

    def __init__(
        self,
        configs: Sequence[str | Path] = (),
        listen: Listener = silent,
        seconds: float = 120,
        local: Sequence[tuple[str, bytes]] = (),
        cache: Cache | None = None,
        without: Collection[str] = (),
    ) -> None:
        """`configs`: the user's rule files, folders or registry names, beside the shipped rules.

        Registry names need the network: they must come from the user, never from a repository's
        settings. `seconds` bounds one scan, of 2 MiB at most. `local`: the repository's own rule
        files, by name. `cache`: where what was seen in a file is kept; None: nowhere. `without`:
        origins of shipped rules that are not used.
        """
        self._cache = cache
        self._without = frozenset(without)
        self._local = tuple(local)
        named = [str(config) for config in configs]
        self._registry = tuple(name for name in named if REGISTRY.fullmatch(name))
        self._files = tuple(Path(name) for name in named if not REGISTRY.fullmatch(name))
        # Read once: a revision is examined many times.
        self._given: list[rules.Rule] | None = None
        self._shipped: dict[frozenset[str], list[rules.Rule]] = {}
        self._listen = listen
        self._seconds = seconds
        self._version = ""

    @property
    def version(self) -> str:
        """See `Analyzer.version`. After a scan, what the scanner said of itself."""
        from importlib import metadata  # as slow as all else that a small scan loads

        try:
            return self._version or metadata.version("semgrep")
        except metadata.PackageNotFoundError:
            return "unknown"

    def covers(self, path: str) -> bool:
        """See `Analyzer.covers`. When rules cannot be read it says yes, so that `examine` tells."""
        language = of_path(path)
        if language is None:
            return False
        try:
            return (
                language in self._shipped_languages
                or any(rule.speaks({language}) for rule in self._users())
                or (bool(self._registry) and language in SUFFIXES)
            )
        except ToolError:
            return language in SUFFIXES

    def examine(self, before: Tree, after: Tree) -> Iterator[Observed]:
        """See `Analyzer.examine`. What was seen comes first; it raises if that is not all."""
        sides = Sides.of(before, after, self.covers)
        if not sides.after:
            return
        asked = self._rules(frozenset(name for p in sides.after for name in languages(p)))
        layout = Layout.of(sides)
        outcome = self._look(layout, asked, [t for t in layout.paths if t.startswith("after/")])
        told: set[str | None] = {match.target for match in outcome.matches}
        told |= {blind.target for blind in outcome.blind if blind.target in layout.paths}
        # Where nothing was seen, nothing can be new: that side is not scanned.
        if earlier := layout.before(told):
            outcome += self._look(layout, asked, earlier)
        yield from _new(layout, outcome, asked)
        blind = [*_unscanned(layout, outcome, asked), *_unseen(layout, outcome, asked)]
        if blind:
            rest = f"; and {len(blind) - TOLD} more" if blind[TOLD:] else ""
            raise ToolError(f"could not look at everything: {'; '.join(blind[:TOLD])}{rest}")

    @cached_property
    def _shipped_languages(self) -> frozenset[str]:
        return rules.shipped_languages(self._without)

    def _users(self) -> list[rules.Rule]:
        if self._given is None:
            own = [rule for path in self._files for rule in rules.given(path)]
            theirs = (rules.parse(text, Path(name), name) for name, text in self._local)
            self._given = [*own, *(rule for file in theirs for rule in file)]
        return self._given

    def _rules(self, spoken: frozenset[str]) -> Asked:
        if spoken not in self._shipped:
            shipped = rules.shipped(spoken, self._cache)
            self._shipped[spoken] = [r for r in shipped if r.origin not in self._without]
        chosen = [*self._shipped[spoken], *(r for r in self._users() if r.speaks(spoken))]
        return {f"rule-{rule.digest}": rule for rule in rules.unique(chosen)}

    def _look(self, layout: Layout, asked: Asked, targets: Sequence[str]) -> Outcome:
        """What is seen in the targets, each scanned unless it was before."""
        program = core()
        if program is None or self._registry or not all(r.is_plain for r in asked.values()):
            return self._scan(layout, asked, targets)[0]
        known = Known.of(self._cache, program, layout, asked) if self._cache else None
        recalled = known.recall(targets) if known else {}
        matches = tuple(match for seen in recalled.values() for match in seen)
        outcome = Outcome("", matches, (), frozenset(recalled))
        left = _parts(layout, [target for target in targets if target not in recalled])
        prefilter = Prefilter.of(self._cache, program, asked) if self._cache and left else None
        until = time.monotonic() + _PATIENCE * self._seconds
        for number, part in enumerate(left, start=1):
            try:
                if time.monotonic() > until:
                    raise ToolError("semgrep had no time left for it")
                if len(left) > 1:
                    self._listen(Started(f"semgrep, part {number} of {len(left)}"))
                texts = (layout.pages[target].data for target in part)
                given = prefilter.wanted(asked, texts) if prefilter else asked
                fresh, fast = self._scan(layout, given, part)
            except ToolError as e:
                if len(left) == 1:
                    raise
                fresh, fast = Outcome("", (), tuple(Blind(t, None, str(e)) for t in part)), False
            if known and fast:
                known.keep(fresh, part)
            outcome += fresh
        return outcome

    def _scan(self, layout: Layout, asked: Asked, targets: Sequence[str]) -> tuple[Outcome, bool]:
        """Also whether it went the usual way."""
        with TemporaryDirectory(prefix="indict-semgrep-") as name:
            workspace, home, config = (Path(name, part) for part in ("work", "home", "rules.json"))
            home.mkdir()
            layout.write(workspace, targets)
            config.write_text(rules.merged(asked), "utf-8")
            texts = {how for rule in asked.values() for how in rule.texts}
            listed = [(t, how) for t in targets for how in (*core_names(layout.paths[t]), *texts)]
            plain = all(rule.is_plain for rule in asked.values())
            scan = Scan(workspace, tuple(listed), config, self._registry, plain_rules=plain)
            cores = _cores([len(layout.pages[target].data) for target in targets])
            runner = Runner(home, self._seconds, cores=cores)
            try:
                outcome, trouble = runner.scan(scan)
            except ToolError as e:
                if not self._registry:
                    raise
                fetched = ", ".join(self._registry)
                raise ToolError(f"{e} (fetching the rules {fetched} needs the network)") from e
        if trouble:
            self._listen(Started(f"semgrep, the slow way, as the fast one failed: {trouble}"))
        self._version = outcome.version
        return outcome, not trouble


def _parts(layout: Layout, targets: Sequence[str]) -> list[list[str]]:
    """Scanned one after the other, so that what takes too long loses only its own part."""
    parts: list[list[str]] = []
    room = 0
    for target in targets:
        size = len(layout.pages[target].data)
        if not parts or size > room:
            parts.append([])
            room = _MOST_OF_A_PART
        parts[-1].append(target)
        room -= size
    return parts


def _cores(sizes: Sequence[int]) -> int:
    """How many to scan such files with: starting a second one costs as much as a small file."""
    return max(1, min(len(os.sched_getaffinity(0)), sum(sizes) // WORTH_A_CORE, len(sizes)))


def _new(layout: Layout, outcome: Outcome, asked: Asked) -> Iterator[Observed]:
    sides: dict[str, dict[Seen, Match]] = {"before": {}, "after": {}}
    order = {ident: n for n, ident in enumerate(asked)}
    for match in sorted(outcome.matches, key=lambda m: (m.target, m.start, order.get(m.rule, -1))):
        seen = layout.seen(match)
        if match.rule not in asked or asked[match.rule].allows(seen.path):
            sides[match.target.partition("/")[0]][seen] = match
    evidence = (
        observed(match, asked.get(match.rule), seen, layout.pages[match.target].text)
        for seen in brought_in(sides["before"], sides["after"], layout.added, layout.origins)
        for match in (sides["after"][seen],)
    )
    # Two rules may share an id and see the same.
    yield from dict.fromkeys(evidence)


def _unscanned(layout: Layout, outcome: Outcome, asked: Asked) -> Iterator[str]:
    """What was asked for in `after` and not scanned, or not as the compiler reads it."""
    for target, path in layout.paths.items():
        if not target.startswith("after/"):
            continue
        # For a language that only a registry's rules may speak, we cannot know.
        ruled = any(rule.speaks(languages(path)) for rule in asked.values())
        if ruled and target not in outcome.scanned:
            yield f"{path!a} was not scanned"
        if layout.pages[target].doubt:
            yield f"{path!a} {layout.pages[target].doubt}"


def _unseen(layout: Layout, outcome: Outcome, asked: Asked) -> Iterator[str]:
    """What semgrep itself says it could not look at.

    Of `before` it does not matter: less known of it makes more findings new, not fewer.
    """
    broken = {blind.target for blind in outcome.blind if blind.target and blind.spans}
    for blind in outcome.blind:
        target = blind.target or ""
        if target.startswith("before/") or _as_before(blind, layout, broken):
            continue
        where = ascii(layout.paths[target]) if target in layout.paths else "all files"
        line = (
            f" at line {layout.pages[target].line(blind.spans[0][0])}"
            if blind.spans and target in layout.pages
            else ""
        )
        rule = asked.get(blind.rule or "")
        about = f" (rule {rule.ident if rule else blind.rule})" if blind.rule else ""
        yield f"{where}: {blind.reason}{line}{about}"


def _as_before(blind: Blind, layout: Layout, broken: set[str]) -> bool:
    """Whether it is code that the change left alone, in a file that did not parse before either."""
    target = blind.target or ""
    if not blind.spans or target.replace("after/", "before/", 1) not in broken:
        return False
    page, added = layout.pages[target], layout.added[layout.paths[target]]
    lines = (range(page.line(start), page.line(end) + 1) for start, end in blind.spans)
    return all(added.isdisjoint(span) for span in lines)
