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
network. --model NAME brings the dialogue and the tests; --sandbox, --test-command, --test-env or
--wheels the tests alone. Under
pre-commit's --from-ref and --to-ref it reviews that range.
{options.EXIT_CODES}"""


@click.command("staged", epilog=_EXAMPLES)
@options.repo
@options.on_incomplete
@options.review
def command(repo: Path, model: str | None, **asked: Any) -> int:
    """Review what is staged: exactly what would be committed."""
    from indict_review.commands.running import conduct
    from indict_review.config import environment
    from indict_review.sources.ranges import range_of_hook

    environ = environment()

    pushed = range_of_hook(environ)

    def source(task: str | None) -> "Source":
        if pushed:
            from indict_review.sources.commits import CommitsSource

            return CommitsSource(repo, pushed, task, environ)
        from indict_review.sources.staged import StagedSource

        return StagedSource(repo, task, environ)

    # A model that the user's settings name is for reviews that they wait for, not for each commit.
    runs = model is not None or any(asked[name] for name in _FOR_TESTS)
    if asked["record"] and model is None:
        raise click.UsageError("--record keeps a dialogue: name its --model")
    return conduct(source, runs=runs, own=not pushed, model=model or "none", **asked)


_FOR_TESTS = ("sandbox", "test_command", "test_env", "wheels")
"""Who names one of these wants the tests run."""
