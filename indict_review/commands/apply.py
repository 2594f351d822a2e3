"""`indict-review apply`."""

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from indict_review.commands import options

if TYPE_CHECKING:
    from indict_review.applying import Plan
    from indict_review.git import Repository
    from indict_review.kept_review import Kept
    from indict_review.revision import Revision

    Found = tuple[Kept, Path, Repository | None]

_EXAMPLES = """
\b
Examples:
  indict-review apply                        the last review of this repository that had code
  indict-review apply --dry-run              verify it again, show it, write nothing
  indict-review apply review.json --yes      a review that `--format json` wrote
\b
Exit codes:
  0  written, shown, or declined           1  the code does not hold any more
  2  refused: it does not fit              3  it could not be verified again
"""


_OF_COMMITS = frozenset({"commits", "pull_request"})
"""Sources of reviews whose base is a commit that is here."""


@click.command("apply", epilog=_EXAMPLES)
@click.argument(
    "file", metavar="[REVIEW.json]", required=False, type=click.Path(path_type=Path), default=None
)
@options.repo
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--dry-run", is_flag=True, help="Show what would be written, and write nothing.")
@options.verification
@options.quiet
def command(
    file: Path | None, repo: Path, yes: bool, dry_run: bool, quiet: bool, **asked: Any
) -> int:
    """Put the verified code of a review into the working tree, never into the index.

    It is verified again first, and shown; a file that moved on since the review is left alone.
    """
    from indict_review.commands.landed import told
    from indict_review.config import environment
    from indict_review.errors import ConfigError
    from indict_review.patches.quoting import shown
    from indict_review.replacing import replace_all

    if not (yes or dry_run or _can_ask()):
        raise ConfigError(
            "there is no terminal to ask on", "Pass --yes to write, or --dry-run to only look."
        )
    review, root, repository = _found(file, repo, environment())
    plan = _planned(review, root, repository)
    fresh = [edit.path for edit in plan.edits if edit.path not in plan.change.after.files]
    if fresh and yes and file is not None:
        # A review from anywhere: a new file, say a workflow, is for a person's eyes.
        raise ConfigError(
            f"the review adds {shown(fresh[0])}, which is not a file of the change",
            "Look at it first: run this on a terminal, without --yes.",
        )
    base = review.base if file is None and review.source in _OF_COMMITS else None
    revision = _verified(plan, root, base, quiet=quiet, asked=asked)
    _show(plan, revision)
    if dry_run:
        click.echo("Nothing was written: --dry-run.", err=True)
        return 0
    if not yes and not click.confirm("Write this into the working tree?", err=True):
        click.echo("Nothing was written.", err=True)
        return 0
    paths = replace_all(root, plan.disk, plan.result(revision))
    for line in told(paths, in_git=repository is not None):
        click.echo(line, err=True)
    return 0


def _can_ask() -> bool:
    return sys.stdin.isatty() and sys.stderr.isatty()


def _found(file: Path | None, repo: Path, environ: Mapping[str, str]) -> "Found":
    """The review, the folder that its paths are relative to, and the repository, if any."""
    from indict_review import git, kept
    from indict_review.errors import ConfigError

    repository = None
    review = kept.read(file) if file is not None else None
    try:
        repository = git.located(repo, environ)
    except ConfigError:
        if review is None or review.source != "patch":
            raise
    if review is None and repository is not None:
        review = kept.last(repository.folder)
    if review is None:
        raise ConfigError(
            "no review with verified code is kept here",
            "Review the change first, or name the JSON of a review: apply REVIEW.json.",
        )
    # A patch is for the folder it was reviewed in; all else is relative to the repository's top.
    if repository is not None and review.source != "patch":
        return review, repository.top, repository
    return review, repo.resolve(), repository


def _planned(review: "Kept", root: Path, repository: "Repository | None") -> "Plan":
    from indict_review.applying import planned
    from indict_review.config import environment
    from indict_review.sources.staged import StagedSource

    if repository is None or review.source != "staged":
        return planned(review, root)
    return planned(review, root, StagedSource(root, None, environment()).project)


def _verified(
    plan: "Plan", root: Path, base: str | None, *, quiet: bool, asked: dict[str, Any]
) -> "Revision":
    """As a review would, without a model. Settings are those of HEAD, or of the commit `base`."""
    from dataclasses import replace

    from indict_review.applying import NotVerified, verified
    from indict_review.assembly import assembled
    from indict_review.commands import progress_line
    from indict_review.config import Flags, environment, load, nested
    from indict_review.errors import ToolError
    from indict_review.events import Started
    from indict_review.sources.commits import CommitsSource
    from indict_review.sources.patch import PatchSource
    from indict_review.trials import Trials

    source = PatchSource(b"", root)
    known = CommitsSource(root, f"{base}..HEAD", "", environment()).base if base else source.base
    config = replace(load(Flags(**asked), known, environment()), model="none")
    config = nested(config, known, [file.path for file in plan.change.files])
    with progress_line.shown(quiet) as listen:
        with assembled(config, plan.change, source, None, listen) as made:
            listen(Started("verifying the revision again"))
            # Who switches the sandbox off is content with what reading shows.
            suite = None if config.sandbox == "none" else made.suite
            trials = Trials(plan.change, suite, require_tests=made.require_tests)
            try:
                return verified(plan, made.analyzers, trials)
            except ToolError as e:
                raise NotVerified(
                    str(e),
                    "Nothing was written. With --sandbox none, reading it has to do.",
                ) from e


def _show(plan: "Plan", revision: "Revision") -> None:
    """The whole diff, however long: what is cut off would be written unseen. Secrets are masked."""
    from indict_review.config import environment
    from indict_review.evidence import Severity
    from indict_review.formats.interface import look_at
    from indict_review.formats.safe_text import lines_of, visible
    from indict_review.patches.render import unified_diff
    from indict_review.redact import Mask, secrets_in

    look = look_at(sys.stdout, environment(), Severity.HIGH)
    colours = {"+": "green", "-": "red", "@": "cyan"}
    diff = unified_diff(plan.disk, plan.result(revision))
    for line in lines_of(Mask(secrets_in(diff)).hide(diff)):
        text = visible(line, ascii_only=not look.unicode)
        click.echo(click.style(text, fg=colours.get(line[:1])), color=look.colour)
    for note in _notes(plan, revision):
        click.echo(visible(note, ascii_only=not look.unicode), err=True)


def _notes(plan: "Plan", revision: "Revision") -> Iterator[str]:
    from indict_review.revision import CheckStatus

    if plan.whole:
        yield "The tree is at the change's base: the reviewed change is written with its revision."
    for path in plan.moved:
        yield f"Note: {path} moved on since the review; the code was verified beside it as it is."
    if plan.fixes and not any(group.fixes for group in revision.groups):
        yield "Note: what it mended then is not seen now."
    checks = revision.verification.checks
    passed = ", ".join(c.name for c in checks if c.status is CheckStatus.PASSED)
    yield f"Verified again: {passed}."
    yield from (
        f"Not checked: {check.name}: {check.detail}"
        for check in checks
        if check.status is CheckStatus.SKIPPED
    )
