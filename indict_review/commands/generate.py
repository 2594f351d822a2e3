"""`indict-review generate`."""

from functools import partial
from pathlib import Path
from typing import Any

import click

from indict_review.commands import options

_EXAMPLES = f"""
\b
Examples:
  indict-review generate --task "A command that counts the words of a file" --apply
  indict-review generate --task @issue.md --repo ~/src/shop --output-patch written.diff
  indict-review generate --task @issue.md --model ollama/qwen3 --test-env .venv
\b
It needs a model: the embedded one (`indict-review model pull`), or one named by --model.
Of the folder, it is shown the files that the task's words speak of; name files in the task to
have them shown. Nothing is written to the folder but by --apply, and then only what the gate
lets through.
{options.GATE_CODES}"""


@click.command("generate", epilog=_EXAMPLES)
@click.option(
    "--repo",
    type=click.Path(path_type=Path),
    default=".",
    help="The folder it is written for: empty, or a project.",
)
@options.landing
@options.on_incomplete
@options.review
def command(repo: Path, apply: bool, output_patch: str | None, **asked: Any) -> int:
    """Have the model write a change, review it, and give back what holds."""
    from indict_review.commands.landed import Landing
    from indict_review.commands.running import conduct
    from indict_review.formats.safe_text import lines_of, visible
    from indict_review.sources.patch import PatchSource
    from indict_review.writing import Unusable, generated

    landing = Landing(repo, apply, output_patch, asked["outputs"])
    landing.check_output()
    try:
        return conduct(
            lambda task: PatchSource(b"", repo, task, name="generate"),
            by=partial(generated, check=landing.check),
            then=landing.take,
            **asked,
        )
    except Unusable as e:
        for line in lines_of(e.reply):
            click.echo(f"| {visible(line)}", err=True)
        raise
