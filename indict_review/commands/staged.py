"""`indict-review staged`: what the pre-commit hook calls."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from indict_review.commands import options

if TYPE_CHECKING:
    from indict_review.sources.interface import Source

_EXAMPLES = f"""
\b
Examples:
  indict-review staged                         what `git commit` would commit now
  indict-review staged --fail-on medium
  indict-review staged --model local           with the critics' dialogue and a revision
  git commit --no-verify                       the way around it, where it is a hook

\b
It reads the index, never the working tree, and runs static analyzers only: no model, no tests, no
network. --model NAME brings the dialogue and the tests, --sandbox NAME the tests alone. Under
pre-commit's --from-ref and --to-ref it reviews that range.
{options.EXIT_CODES}"""


@click.command("staged", epilog=_EXAMPLES)
@options.repo
@options.on_incomplete
@options.review
def command(repo: Path, model: str | None, sandbox: str | None, **asked: Any) -> int:
    """Review what is staged: exactly what would be committed."""
    from indict_review.commands.running import conduct
    from indict_review.config import environment

    environ = environment()

    def source(task: str | None) -> "Source":
        from indict_review.sources.ranges import range_of_hook

        if pushed := range_of_hook(environ):
            from indict_review.sources.commits import CommitsSource

            return CommitsSource(repo, pushed, task, environ)
        from indict_review.sources.staged import StagedSource

        return StagedSource(repo, task, environ)

    # A model that the user's settings name is for reviews that they wait for, not for each commit.
    runs = model is not None or sandbox is not None
    return conduct(source, runs=runs, model=model or "none", sandbox=sandbox, **asked)
