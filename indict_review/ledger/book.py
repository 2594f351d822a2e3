"""What people do with the ledger in the working tree: decide, take back, look it over.

Only the working tree is written, never the index: a decision is reviewed like any other file.
"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from indict_review.errors import ConfigError
from indict_review.ledger import file
from indict_review.ledger.entries import LONGEST, Entry, has_reason, parse
from indict_review.ledger.known import Known, named
from indict_review.ledger.writing import appended, without


@dataclass(frozen=True)
class Book:
    """The ledger of one repository."""

    top: Path
    """The top of its working tree."""
    today: date

    def entries(self) -> tuple[Entry, ...]:
        """All decisions, those that ran out among them. Raises `ConfigError`."""
        return parse(file.read(self.top))

    def decide(self, on: Known, reason: str, by: str, until: date | None) -> Entry:
        """Enter a decision, in the place of one that ran out. Raises `ConfigError`."""
        entry = Entry(
            on.fingerprint, _line("--by", by), self.today, _line("--reason", reason),
            " ".join(on.ident.split()), " ".join(on.path.split()), until,
        )  # fmt: skip
        if not has_reason(entry.reason):
            raise ConfigError("the reason says nothing", "Say why: others will read it.")
        if not entry.in_force(self.today):
            raise ConfigError(f"{entry.until} is over", "--until is the last day that it holds.")
        content = file.read(self.top)
        before = next((e for e in parse(content) if e.fingerprint == entry.fingerprint), None)
        if before is not None and before.in_force(self.today):
            raise ConfigError(
                f"{entry.fingerprint} is dismissed already, by {before.by}: {before.reason}",
                f"`indict-review dismiss --remove {entry.fingerprint}` takes that back.",
            )
        if before is not None:
            content = without(content, entry.fingerprint)
        file.write(self.top, appended(content, entry))
        return entry

    def take_back(self, name: str) -> Entry:
        """Remove the decision on a finding; its first digits will do. Raises `ConfigError`."""
        content = file.read(self.top)
        entries = {entry.fingerprint: entry for entry in parse(content)}
        found = named(name, [Known(f) for f in entries]).fingerprint
        if found not in entries:
            raise ConfigError(f"{found} is not dismissed", "`--list` shows what is.")
        file.write(self.top, without(content, found))
        return entries[found]


def _line(option: str, text: str) -> str:
    line = " ".join(text.split())
    if not line:
        raise ConfigError(f"{option} is missing", f"Say it: {option} TEXT.")
    if not line.isprintable() or len(line) > LONGEST:
        raise ConfigError(f"{option} is too long or cannot be shown", "Write plain words.")
    return line
