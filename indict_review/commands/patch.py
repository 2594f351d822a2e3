"""`indict-review patch`."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from indict_review.commands import options

if TYPE_CHECKING:
    from indict_review.sources.patch import PatchSource

_FORMS = ("unified", "search-replace", "apply-patch", "whole-file", "json", "suggestion")
"""As `patches.reading` names them; a test holds the two together. `--help` loads no reader."""

_EXAMPLES = f"""
\b
Examples:
  indict-review patch fix.diff
  pbpaste | indict-review patch - --task "Add a login page" --apply
  indict-review patch reply.md --repo ~/src/shop --output-patch verified.diff
  indict-review patch - --format json --output review.json --output-patch - | git apply
  indict-review patch fix.diff --model none          tools only
  indict-review patch fix.diff --test-env .venv      tests run with the packages of .venv
\b
The gate: accepted, it may land as it is; revised, its verified revision may,
which leaves nothing that blocks; rejected, nothing of it may.
{options.GATE_CODES}"""


@click.command("patch", epilog=_EXAMPLES)
@click.argument("file", metavar="FILE|-")
@click.option(
    "--repo", type=click.Path(path_type=Path), default=".", help="What the patch applies to."
)
@click.option(
    "--patch-format",
    type=click.Choice(_FORMS),
    metavar="NAME",
    help=f"How the edits are written, where it is not to be found out: {', '.join(_FORMS)}.",
)
@options.landing
@options.on_incomplete
@options.review
def command(
    file: str,
    repo: Path,
    patch_format: str | None,
    apply: bool,
    output_patch: str | None,
    **asked: Any,
) -> int:
    """Review a patch, or an AI's reply that has one in it, before it lands."""
    from indict_review.commands.landed import Landing
    from indict_review.commands.running import conduct
    from indict_review.output import read_input
    from indict_review.sources.patch import PatchSource

    text = read_input(file)
    landing = Landing(repo, apply, output_patch, asked["outputs"])

    def source(task: str | None) -> "PatchSource":
        made = PatchSource(text, repo, task, form=patch_format)
        if apply or output_patch:
            landing.check(made.collect())
        return made

    return conduct(source, agent=True, then=landing.take, **asked)
