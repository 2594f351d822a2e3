"""`indict-review init`."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from indict_review.commands import options

if TYPE_CHECKING:
    from indict_review.setting_up.plan import Plan

_EXAMPLES = """
\b
Examples:
  indict-review init                     settings, and a hook in the way this repository has hooks
  indict-review init --dry-run           only show what would be written
  indict-review init --push --workflow   review what is pushed, and pull requests, as well
  indict-review init --yes               in a script: files are added, none is replaced
"""

_COLOURS = {"+": "green", "-": "red", "@": "cyan"}


@click.command("init", epilog=_EXAMPLES)
@options.repo
@click.option("--yes", is_flag=True, help="Do not ask. What is there is not replaced.")
@click.option("--force", is_flag=True, help="Replace what is there and differs.")
@click.option("--dry-run", is_flag=True, help="Show what would be written, and write nothing.")
@click.option("--hook/--no-hook", default=None, help="A hook of git's own, without pre-commit.")
@click.option("--pre-commit/--no-pre-commit", default=None, help="An entry for pre-commit.")
@click.option("--workflow/--no-workflow", default=None, help="A GitHub workflow.")
@click.option("--push", is_flag=True, help="Review what is pushed as well, with the model.")
def command(
    repo: Path,
    yes: bool,
    force: bool,
    dry_run: bool,
    hook: bool | None,
    pre_commit: bool | None,
    workflow: bool | None,
    push: bool,
) -> int:
    """Set up a repository: settings, and a review before each commit.

    With pre-commit where the repository has it, else as a hook of git's own. All that would be
    written is shown first.
    """
    from indict_review import git
    from indict_review.config import environment
    from indict_review.setting_up import hooks
    from indict_review.setting_up.plan import WORKFLOW, Wish, planned
    from indict_review.setting_up.writing import write

    top = git.top(repo, environment())
    asks = sys.stdin.isatty() and not (yes or dry_run)
    if workflow is None and asks and (top / ".github").is_dir() and not (top / WORKFLOW).exists():
        workflow = click.confirm("Add a GitHub workflow that reviews pull requests?")
    wish = Wish(pre_commit, hook, bool(workflow), push, force)
    plan = planned(top, hooks.place(repo, environment()), wish)
    for line in _shown(plan):
        click.echo(line)
    if not plan.steps:
        click.echo("Nothing to do." if plan.notes else "Nothing to do: it is set up.")
        return 0
    if dry_run or not _agreed(plan, asks=asks, yes=yes, force=force):
        click.echo("Nothing was written.")
        return 0
    write(plan.steps)
    for line in _told(plan):
        click.echo(line)
    return 0


def _agreed(plan: "Plan", *, asks: bool, yes: bool, force: bool) -> bool:
    from indict_review.errors import ConfigError
    from indict_review.formats.safe_text import visible

    if not (asks or yes):
        raise ConfigError(
            "nothing was written: there is nobody to ask", "Say --yes to write what is shown."
        )
    if asks:
        asked = (*plan.questions, "Write this?")
        return all(click.confirm(visible(question)) for question in asked)
    if plan.questions and not force:
        raise ConfigError(
            f"nothing was written, since --yes is no answer to: {plan.questions[0]}",
            "Say --force if so.",
        )
    return True


def _shown(plan: "Plan") -> Iterator[str]:
    """The difference to what is there. Text of the repository is shown safely, as always."""
    from indict_review.config import environment
    from indict_review.evidence import Severity
    from indict_review.formats.interface import look_at
    from indict_review.formats.safe_text import visible
    from indict_review.setting_up.writing import diff

    look = look_at(sys.stdout, environment(), Severity.HIGH)
    for line in diff(plan.steps).split("\n")[:-1]:
        safe = visible(line, ascii_only=not look.unicode)
        yield click.style(safe, fg=_COLOURS.get(line[:1])) if look.colour else safe
    yield from (f"note: {visible(note, ascii_only=not look.unicode)}" for note in plan.notes)


def _told(plan: "Plan") -> Iterator[str]:
    from indict_review.formats.safe_text import visible

    yield f"Written: {', '.join(visible(step.name) for step in plan.steps)}"
    if plan.commands:
        yield "Next:"
    yield from (f"  {command}" for command in plan.commands)
