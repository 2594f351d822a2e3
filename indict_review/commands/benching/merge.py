"""`indict-review bench merge`."""

from __future__ import annotations

from pathlib import Path

import click

_PATH = click.Path(path_type=Path)

_EXAMPLES = """
\b
Examples:
  indict-review bench merge all.jsonl run-1 run-2 run-3
  indict-review bench merge all.jsonl all.jsonl downloaded/*.jsonl
\b
The file is the same in whatever order they are named. Nothing that OUT holds is lost: it is
refused unless it is among what is merged. What is missing or differs is said on stderr.
"""


@click.command("merge", epilog=_EXAMPLES)
@click.argument("out", type=_PATH)
@click.argument("runs", type=_PATH, nargs=-1, required=True, metavar="RUN_OR_FILE...")
@click.option("--mixed", is_flag=True, help="Of other data, prompts or scorers all the same.")
def command(out: Path, runs: tuple[Path, ...], mixed: bool) -> int:
    """Put the records of shards and runs together in the file OUT."""
    from indict_review.bench.merging.gathering import gather
    from indict_review.formats.safe_text import visible

    whole = gather(out, runs, mixed=mixed)
    for note in whole.notes:
        click.echo(visible(note).replace("##[", "# #["), err=True)
    manifests, records = whole.records.manifests, whole.records.records
    click.echo(
        f"{len(records):,} records of {len(manifests):,} runs: {visible(str(out))}", err=True
    )
    return 0
