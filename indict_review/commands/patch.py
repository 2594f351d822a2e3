"""`indict-review patch`."""

from pathlib import Path
from typing import Any

import click

from indict_review.commands import options

_EXAMPLES = f"""
\b
Examples:
  indict-review patch fix.diff
  git diff | indict-review patch -
  indict-review patch reply.md --task "Add a login page" --repo ~/src/shop
  indict-review patch - --format json --output review.json --format text --output - < fix.diff
  indict-review patch fix.diff --model none          tools only
  indict-review patch fix.diff --test-env .venv      tests run with the packages of .venv
{options.EXIT_CODES}"""


@click.command("patch", epilog=_EXAMPLES)
@click.argument("file", metavar="FILE|-")
@click.option(
    "--repo", type=click.Path(path_type=Path), default=".", help="What the patch applies to."
)
@options.on_incomplete
@options.review
def command(file: str, repo: Path, **asked: Any) -> int:
    """Review a patch, or an AI's reply that has one in it."""
    from indict_review.commands.running import conduct
    from indict_review.output import read_input
    from indict_review.sources.patch import PatchSource

    text = read_input(file)
    return conduct(lambda task: PatchSource(text, repo, task), **asked)
