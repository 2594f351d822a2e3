"""The options that commands share."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])

EXIT_CODES = """
\b
Exit codes:
  0  everything ran and nothing blocks     1  a finding at or above --fail-on
  2  usage, settings, or bad input         3  incomplete: some step was skipped
"""

GATE_CODES = """
\b
Exit codes:
  0  accepted, or revised: it may land
  1  rejected: something blocks it
  2  usage, settings, or a patch that cannot be applied
  3  incomplete: a step was skipped, so nothing is decided
"""

_PATH = click.Path(path_type=Path)

repo = click.option("--repo", type=_PATH, default=".", help="The repository, or any folder in it.")
quiet = click.option("--quiet", is_flag=True, help="No progress on stderr.")
on_incomplete = click.option(
    "--on-incomplete",
    type=click.Choice(["block", "warn"]),
    help="What a skipped step does: exit 3 (`block`, the default), or exit 0 with a warning.",
)

_VERIFICATION = (
    click.option(
        "--sarif", multiple=True, metavar="FILE", help="What your own analyzers saw in the change."
    ),
    click.option(
        "--sarif-base", multiple=True, metavar="FILE", help="The same of the base: it is not new."
    ),
    click.option(
        "--semgrep-config", multiple=True, metavar="PATH", help="More rules: a file or a folder."
    ),
    click.option(
        "--sandbox",
        metavar="NAME",
        help="Where tests and checks run: `auto` (docker, else bwrap), `docker`, `bwrap`, "
        "`none`, or `host` with --i-trust-this-code.",
    ),
    click.option(
        "--i-trust-this-code", is_flag=True, help="Let --sandbox host run it, unprotected."
    ),
    click.option("--sandbox-image", metavar="IMAGE", help="The image for docker."),
    click.option(
        "--test-command",
        metavar="CMD",
        help="How the project is tested; otherwise it is found out.",
    ),
    click.option(
        "--test-env",
        type=_PATH,
        metavar="DIR",
        help="A venv, a prefix or a folder with node_modules that the tests need; only read.",
    ),
    click.option(
        "--wheels",
        type=_PATH,
        metavar="DIR",
        help="Wheels to install the project's requirements from, in the sandbox.",
    ),
    click.option(
        "--require-tests", is_flag=True, help="No verified code where there are no tests."
    ),
)

_LANDING = (
    click.option(
        "--apply",
        is_flag=True,
        help="Write what the gate lets through into the working tree: all of it, or nothing.",
    ),
    click.option(
        "--output-patch",
        metavar="FILE",
        help="Write it as a diff that `git apply` takes: the code itself, so no secret is masked.",
    ),
)

_JUDGING = (
    click.option(
        "--model",
        metavar="NAME",
        help="`none`, `local`, `replay:FILE`, or a litellm name such as `ollama/qwen3`.",
    ),
    click.option(
        "--models",
        multiple=True,
        metavar="ROLE=NAME",
        help="Another model for one role: actor, safety, helpfulness, summary.",
    ),
    click.option(
        "--fallback", multiple=True, metavar="NAME", help="A litellm model to ask where one fails."
    ),
    click.option("--api-base", metavar="URL", help="The server of an OpenAI-compatible model."),
    click.option("--no-cache", is_flag=True, help="Ask the model even what it was asked before."),
    click.option("--strategy", metavar="NAME", help="`indict-review` (default) or `indict-paper`."),
    click.option("--rounds", type=int, help="Exchanges in a dialogue, at most."),
    click.option(
        "--without",
        multiple=True,
        metavar="PART",
        help="Leave a part of the method out, to see what it is worth: a critic (`safety`), "
        "a step (`exchange`, `verification`), a tool (`bandit`, `knowledge`).",
    ),
    click.option(
        "--web",
        metavar="NAME",
        help="Where critics look up: `off` (default), `wikipedia`, `ddgs`, `searxng`, `brave`.",
    ),
    click.option("--web-url", metavar="URL", help="The address of the SearXNG server."),
    click.option("--web-code", is_flag=True, help="Let such a query carry a few lines of code."),
    click.option(
        "--budget",
        multiple=True,
        metavar="KIND=N",
        help="`tokens=N`, `usd=N`, `seconds=N`. A limit that is reached is said.",
    ),
    click.option(
        "--fail-on",
        metavar="SEVERITY",
        help="Exit 1 from here on: info, low, medium, high (default), critical.",
    ),
    *_VERIFICATION,
)

_REVIEW = (
    click.option("--task", metavar="TEXT|@FILE", help="What was asked for."),
    *_JUDGING,
    click.option(
        "--format",
        "formats",
        multiple=True,
        metavar="F",
        help="`text` (default), `json`, `markdown`, `sarif`, `annotations`, `rdjson`, `gitlab`.",
    ),
    click.option(
        "--output", "outputs", multiple=True, metavar="FILE", help="One for each --format."
    ),
    click.option("--record", type=_PATH, help="Keep the transcript for `replay:`."),
    quiet,
)


def review(function: F) -> F:
    """The options of every command that reviews, in the order that `--help` shows them."""
    return _with(_REVIEW, function)


def judging(function: F) -> F:
    """Those that are fixed once for many reviews: a model, a sandbox, a threshold."""
    return _with(_JUDGING, function)


def verification(function: F) -> F:
    """Those of a command that only verifies."""
    return _with(_VERIFICATION, function)


def landing(function: F) -> F:
    """Those of a command whose change waits to land. `commands.landed` does what they say."""
    return _with(_LANDING, function)


def _with(listed: Sequence[Callable[[F], F]], function: F) -> F:
    for option in reversed(listed):
        function = option(function)
    return function
