"""Parts findings by what people decided: in the ledger, and by marks in the code.

Trust ends at the change (promise 6). What it brings itself counts only where the person who makes
it is the one who asks: when they commit. Elsewhere a decision holds if the base has it, and, for
a mark, if the change left the mark and the code it is on alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from indict_review.change import Change, File
from indict_review.decision import DecidedIn, Decision, Dismissed
from indict_review.errors import ConfigError, ToolError
from indict_review.evidence import Side
from indict_review.finding import Finding
from indict_review.ledger.entries import LEDGER, Entry, parse
from indict_review.ledger.interface import Settled
from indict_review.ledger.marks import Mark, near
from indict_review.patches.quoting import shown
from indict_review.sources.interface import Store
from indict_review.tools.novelty import added_lines

_BY_CHANGE = "dismissed by this change"


@dataclass(frozen=True)
class Decided:
    """See `Decisions`."""

    entries: Mapping[str, Entry]
    """The ledger that counts, by fingerprint."""
    added: frozenset[str]
    """Those that the change itself brings, or words anew."""
    today: date
    own: bool
    """Whether the person who makes the change is the one who asks."""

    @classmethod
    def of(cls, base: Store, change: Change, today: date, *, own: bool) -> "Decided":
        """Read the ledger: the base's or, of one's own change that touches it, the change's.

        Raises `ConfigError` if it cannot be read: that is not the same as no decisions.
        """
        if not own or LEDGER not in {*change.before.files, *change.after.files}:
            return cls(_read(_of_base(base)), frozenset(), today, own)
        entries = _read(change.after.files.get(LEDGER))
        try:
            before = _read(_of_base(base))
        except ConfigError:  # this change may be what mends it
            before = {}
        added = frozenset(f for f, entry in entries.items() if before.get(f) != entry)
        return cls(entries, added, today, own)

    def settle(self, findings: Sequence[Finding], change: Change) -> Settled:
        """See `Decisions.settle`. The ledger goes before marks."""
        standing: list[Finding] = []
        dismissed: list[Dismissed] = []
        notes: list[str] = []
        added: dict[str, frozenset[int]] = {}
        for finding in findings:
            decision = self._in_ledger(finding, notes)
            decision = decision or self._inline(finding, change, added, notes)
            if decision is None:
                standing.append(finding)
            else:
                dismissed.append(Dismissed(finding, decision))
        return Settled(tuple(standing), tuple(dismissed), tuple(dict.fromkeys(notes)))

    def _in_ledger(self, finding: Finding, notes: list[str]) -> Decision | None:
        entry = self.entries.get(finding.fingerprint)
        if entry is None:
            return None
        until = entry.until.isoformat() if entry.until else None
        if not entry.in_force(self.today):
            notes.append(f"the decision on {_place(finding)} ran out on {until}")
            return None
        if entry.fingerprint in self.added:
            notes.append(f"{_BY_CHANGE}: {_place(finding)}, in {LEDGER}")
        return Decision(DecidedIn.LEDGER, entry.reason, entry.by, entry.on.isoformat(), until)

    def _inline(
        self,
        finding: Finding,
        change: Change,
        added: dict[str, frozenset[int]],
        notes: list[str],
    ) -> Decision | None:
        where = finding.location
        if where.side is Side.LEFT:
            return None
        text = change.after.text(where.path)
        for mark in near(where.path, text, where.start_line, where.end_line):
            if where.path not in added:  # once: a file may have thousands of marks
                added[where.path] = _added(change, where.path)
            if mark.fits(finding) and self._counts(mark, finding, added[where.path], notes):
                return Decision(DecidedIn.INLINE, mark.reason, mark.words)
        return None

    def _counts(
        self, mark: Mark, finding: Finding, added: frozenset[int], notes: list[str]
    ) -> bool:
        where = finding.location
        called = f"`{shown(mark.words)}` in {shown(where.path)}, line {mark.line},"
        if mark.fault:
            notes.append(f"{called} does not count: {mark.fault}")
            return False
        if self.own:
            if mark.line in added:
                notes.append(f"{_BY_CHANGE}: {_place(finding)}, by `{shown(mark.words)}`")
            return True
        untouched = added.isdisjoint({mark.line, *range(where.start_line, where.end_line + 1)})
        if not untouched:
            notes.append(f"{called} does not count: the change brings it, or the code it is on")
        return untouched


def _added(change: Change, path: str) -> frozenset[int]:
    old_path = next((file.base_path for file in change.files if file.path == path), path)
    before, after = change.before.text(old_path), change.after.text(path)
    return added_lines(before.split("\n"), after.split("\n"))


def _place(finding: Finding) -> str:
    where = finding.location
    return f"{finding.cwe or finding.ident} in {shown(where.path)}, line {where.start_line}"


def _of_base(base: Store) -> File | str | None:
    try:
        return base.entries([LEDGER]).get(LEDGER)
    except ToolError as e:
        raise ConfigError(f"{LEDGER} cannot be read: {e}", "See that it is a file.") from e


def _read(entry: File | str | None) -> dict[str, Entry]:
    if entry is None:
        return {}
    if isinstance(entry, str) or entry.mode not in {0o100644, 0o100755}:
        raise ConfigError(f"{LEDGER} is no regular file", "Put the file itself there, no link.")
    return {decision.fingerprint: decision for decision in parse(entry.content)}
