"""`indict-review dismiss`."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from indict_review.commands import options

if TYPE_CHECKING:
    from indict_review.ledger.entries import Entry
    from indict_review.ledger.known import Known

_EXAMPLES = """
\b
Examples:
  indict-review dismiss 3f1c --reason "the table's name comes from a closed list"
  indict-review dismiss 3f1c0a92e7d45b68 --reason "until the new parser is in" --days 30
  indict-review dismiss --list
  indict-review dismiss --remove 3f1c
"""


@click.command("dismiss", epilog=_EXAMPLES)
@click.argument("fingerprint", required=False)
@click.option("--reason", metavar="TEXT", help="Why it stays. Others will read it.")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="The last day that it holds.")
@click.option("--days", type=click.IntRange(1, 3650), help="Or: how many days, from today.")
@click.option(
    "--by", metavar="NAME", help="Who says so; git's user.name and user.email if left out."
)
@click.option("--ident", default="", help="The finding's rule, where no review here has seen it.")
@click.option("--path", default="", help="The finding's file, likewise.")
@click.option("--list", "listing", is_flag=True, help="Show all decisions.")
@click.option("--remove", metavar="FINGERPRINT", help="Take a decision back.")
@options.repo
def command(
    fingerprint: str | None,
    reason: str | None,
    until: datetime | None,
    days: int | None,
    by: str | None,
    ident: str,
    path: str,
    listing: bool,
    remove: str | None,
    repo: Path,
) -> int:
    """Decide that a finding stays: it is counted, and blocks no more.

    FINGERPRINT is shown with each finding; the first digits will do for one of the last review. The
    decision is written to .indict-review/decisions.yaml, and holds until that code changes.
    """
    from indict_review import git
    from indict_review.config import environment
    from indict_review.formats.safe_text import visible
    from indict_review.ledger.book import Book
    from indict_review.ledger.entries import LEDGER

    if sum((fingerprint is not None, listing, remove is not None)) != 1:
        raise click.UsageError("give one of FINGERPRINT, --list or --remove")
    if until is not None and days is not None:
        raise click.UsageError("give one of --until and --days")
    environ, today = environment(), date.today()
    book = Book(git.top(repo, environ), today)
    if listing:
        lines = [visible(_told(entry, today)) for entry in book.entries()]
        click.echo("\n".join(lines) or "Nothing is dismissed.")
        return 0
    if remove is not None:
        done = f"Taken back: {_told(book.take_back(remove.lower()), today)}"
    else:
        last = today + timedelta(days) if days else until and until.date()
        on = _finding(fingerprint or "", git.folder(repo, environ), ident, path)
        entry = book.decide(on, reason or "", by or git.identity(repo, environ), last)
        done = f"Dismissed: {_told(entry, today)}"
    click.echo(visible(done))
    click.echo(f"It counts once it is staged: git add {LEDGER}")
    return 0


def _finding(name: str, folder: Path, ident: str, path: str) -> "Known":
    """As the last review has it, with what the user says better."""
    from indict_review.kept import FOLDER, LAST
    from indict_review.ledger.known import findings, named
    from indict_review.patches.quoting import shown

    found = named(name.lower(), findings(folder / FOLDER / LAST))
    said = {"ident": shown(ident), "path": shown(path, 400)}
    return replace(found, **{key: text for key, text in said.items() if text})


def _told(entry: "Entry", today: date) -> str:
    """One decision on one line."""
    about = " in ".join(filter(None, (entry.ident, entry.path)))
    over = "" if entry.in_force(today) else " (over)"
    until = f", until {entry.until}{over}" if entry.until else ""
    return f"{entry.fingerprint}  {about or '-'}  {entry.by}, {entry.on}{until}: {entry.reason}"
