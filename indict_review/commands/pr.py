"""`indict-review pr`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from indict_review.commands import options

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from indict_review.commands.reviewing_pull import Wish
    from indict_review.config import Config
    from indict_review.events import Listener
    from indict_review.github.api import GithubApi
    from indict_review.github.conversation import Conversation
    from indict_review.github.event import Wanted
    from indict_review.github.interface import Target
    from indict_review.publishers.interface import Posted
    from indict_review.review import Review

_EXAMPLES = f"""
\b
Examples:
  indict-review pr 7                           of the repository that `origin` is, printed
  indict-review pr octo/demo#7 --post          one review, one summary, one check run
  indict-review pr https://ghe.example.com/octo/demo/pull/7 --token-file ~/.ghe-token
  indict-review pr --post                      in GitHub Actions: the event says which

\b
Title, body and linked issues are the task. A clone that has both ends is used, by its objects
alone; without one, all is read from GitHub, and tests are run only for a small project.
The token is in GITHUB_TOKEN or in a file, never on the command line. Posting needs
`pull-requests: write`, and `checks: write` for the check run.
Of a pull request that was reviewed before, tools look at all again, and critics at what is new.
Who may push dismisses a finding by the reply `/indict dismiss REASON`.
{options.EXIT_CODES}"""

_PATH = click.Path(path_type=Path)
_REFUSED = {
    "not accessible": "this token may not post, as those of forks and of Dependabot may not; else "
    "the job needs `pull-requests: write` and `checks: write` (for forks: examples/fork-safe)",
    "GitHub App": "only a workflow's token, or an app's, may make a check run: all else is posted",
}
"""What to do about it, by words of GitHub's refusal."""


@click.command("pr", epilog=_EXAMPLES)
@click.argument("pull", metavar="[OWNER/REPO#N|URL]", required=False)
@options.repo
@click.option("--post", is_flag=True, help="Post it on the pull request.")
@click.option("--full", is_flag=True, help="Let critics look at all of it again.")
@click.option(
    "--push-revision",
    is_flag=True,
    help="Push verified code that fits into no suggestion, as a pull request against the head.",
)
@click.option("--token-file", type=_PATH, metavar="FILE", help="A file whose one line is a token.")
@click.option(
    "--reported-tests",
    type=_PATH,
    metavar="FILE",
    help="JUnit XML of the pull request's own workflow: shown, and no reason for success.",
)
@click.option("--request-changes", is_flag=True, help="A review that fails asks for changes.")
@click.option(
    "--unproven",
    type=click.Choice(["summary", "inline"]),
    help="Where to show what critics claim and no tool could show.",
)
@options.on_incomplete
@options.review
def command(
    pull: str | None,
    repo: Path,
    post: bool,
    full: bool,
    push_revision: bool,
    token_file: Path | None,
    reported_tests: Path | None,
    task: str | None,
    formats: Sequence[str],
    outputs: Sequence[str],
    record: Path | None,
    quiet: bool,
    **asked: Any,
) -> int:
    """Review a pull request on GitHub; --post publishes the review there."""
    from indict_review.commands import progress_line
    from indict_review.commands.reviewing_pull import Wish, review_pull, say_why_not
    from indict_review.config import Flags, environment
    from indict_review.errors import ReviewError, StepError
    from indict_review.output import Target, read_task, show

    if push_revision and not post:
        raise click.UsageError("--push-revision pushes to GitHub: it goes with --post")
    environ = environment()
    targets = Target.pair(formats, outputs)
    reported, unread = _reported(reported_tests)
    wish = Wish(repo, post, full, push_revision, read_task(task), record, reported)
    with progress_line.shown(quiet) as listen:
        api, meant = _meant(pull, wish, token_file, environ, listen)
        try:
            desk = _desk(api, meant)
            if desk is None:
                _tell(("that head is of no open pull request: it was closed, or pushed to since",))
                return 0
            flags = Flags(**asked)
            outcome = review_pull(
                desk, wish, flags, environ, listen, unread, has_token=api.has_token
            )
        except (ReviewError, StepError) as e:
            if post:
                say_why_not(api, meant, str(e))
            raise
    review, config, posted = outcome.review, outcome.config, outcome.posted
    show(review, config.fail_on, targets, environ)
    _tell(outcome.notes)
    if posted and not quiet:
        _tell((_in_words(posted),))
    if posted and not posted.check:
        _tell(why for word, why in _REFUSED.items() if any(word in n for n in posted.notes))
    _tell_runner(review, config, {t.format: t.file for t in targets}, posted, environ)
    return _exit_code(review, config, posted)


def _meant(
    pull: str | None,
    wish: Wish,
    token_file: Path | None,
    environ: Mapping[str, str],
    listen: Listener,
) -> tuple[GithubApi, Target | Wanted]:
    """Which pull request, and who to ask of it."""
    from indict_review.errors import ConfigError
    from indict_review.github.api import GithubApi
    from indict_review.github.targets import target
    from indict_review.github.tokens import token

    meant = target(pull, environ, lambda: _remotes(wish.repo, environ))
    secret = token(environ, token_file, meant.api)
    if wish.post and secret is None:
        raise ConfigError(
            "there is no token to post with", "Set GITHUB_TOKEN, or name a --token-file."
        )
    return GithubApi(meant.api, secret, listen), meant


def _desk(api: GithubApi, meant: Target | Wanted) -> Conversation | None:
    """None if the pull request that is meant has moved on."""
    from indict_review.github.conversation import Conversation
    from indict_review.github.event import Wanted, find

    number = find(api, meant) if isinstance(meant, Wanted) else meant.number
    return None if number is None else Conversation(api, meant.repository, number)


def _remotes(repo: Path, environ: Mapping[str, str]) -> Mapping[str, str]:
    from indict_review import git
    from indict_review.errors import ConfigError
    from indict_review.github.names import HINT

    try:
        return git.remotes(git.located(repo, environ))
    except ConfigError as e:
        raise ConfigError(f"of which repository? {e}", HINT) from e


def _reported(path: Path | None) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What a fork's own workflow says of its tests; or why that could not be read, as a note."""
    from indict_review.errors import ToolError
    from indict_review.reported_tests import read

    try:
        return (read(path).lines(), ()) if path is not None else ((), ())
    except ToolError as e:
        return (), (str(e),)


def _in_words(posted: Posted) -> str:
    from indict_review.formats.words import plural

    done = [f"a review with {plural(posted.comments, 'comment')}"] if posted.review else []
    done += [f"the summary {posted.summary}"] if posted.summary else []
    return f"on the pull request: {', '.join(done) or 'nothing new to say'}"


def _tell(notes: Iterable[str]) -> None:
    from indict_review.formats.safe_text import visible

    for note in notes:
        # GitHub's runner takes `##[…]` for a command anywhere in a line.
        click.echo(f"indict-review: {visible(note)}".replace("##[", "# #["), err=True)


def _tell_runner(
    review: Review,
    config: Config,
    files: Mapping[str, str],
    posted: Posted | None,
    environ: Mapping[str, str],
) -> None:
    """In Actions: outputs, the job's summary, and annotations where no check run has them."""
    from indict_review import actions
    from indict_review.errors import ToolError
    from indict_review.formats import FORMATS
    from indict_review.formats.interface import Look

    if not actions.are_here(environ):
        return
    look = Look(config.fail_on)
    if not (posted and posted.check) and "annotations" not in files:
        click.echo(FORMATS["annotations"](review, Look(config.fail_on, unicode=False)), nl=False)
    verdict = review.verdict(config.fail_on).value
    try:
        actions.summarise(environ, FORMATS["markdown"](review, look))
        actions.outputs(environ, verdict, len(review.findings), files)
    except ToolError as e:
        _tell((str(e),))


def _exit_code(review: Review, config: Config, posted: Posted | None) -> int:
    """What is incomplete is let through only where a check run says so, if it is to be posted."""
    from indict_review.commands.running import INCOMPLETE, let_through

    code = review.exit_code(config.fail_on)
    if code != INCOMPLETE or config.on_incomplete != "warn" or (posted and not posted.check):
        return code
    return let_through()
