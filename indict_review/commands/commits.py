"""`indict-review commits`."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from indict_review.commands import options

if TYPE_CHECKING:
    from indict_review.sources.interface import Source

_EXAMPLES = f"""
\b
Examples:
  indict-review commits                        this branch, against its upstream or default branch
  indict-review commits main...HEAD            since it left main
  indict-review commits HEAD~3..HEAD           the last three commits, as one change
  indict-review commits v1.0..v1.1 --model none --format sarif --output review.sarif
  indict-review commits --budget seconds=120 --on-incomplete warn     as a pre-push hook

\b
The commit messages are the task, unless --task says another. Both sides come from git's objects:
the working tree is not looked at.
{options.EXIT_CODES}"""


@click.command("commits", epilog=_EXAMPLES)
@click.argument("range_", metavar="[BASE..HEAD|BASE...HEAD]", required=False)
@options.repo
@options.on_incomplete
@options.review
def command(range_: str | None, repo: Path, **asked: Any) -> int:
    """Review a range of commits: BASE..HEAD or BASE...HEAD."""
    from indict_review.commands.running import conduct
    from indict_review.config import environment
    from indict_review.sources.commits import CommitsSource
    from indict_review.sources.ranges import range_of_hook

    environ = environment()

    def source(task: str | None) -> "Source":
        asked = range_ or range_of_hook(environ)
        # A first push of all there is: pre-commit names the branch, and nothing to compare it with.
        if asked is None and (pushed := environ.get("PRE_COMMIT_LOCAL_BRANCH")):
            return CommitsSource.whole(repo, pushed, task, environ)
        return CommitsSource(repo, asked, task, environ)

    return conduct(source, **asked)
