"""`indict-review bench report`."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from indict_review.bench.reckoning.results import Results
    from indict_review.bench.record import Records

_PATH = click.Path(path_type=Path)

_EXAMPLES = """
\b
Examples:
  indict-review bench report run                     report.md and report.html, beside the records
  indict-review bench report records.jsonl --picture bench.svg
  indict-review bench report records.jsonl --check   are the committed ones those of the records?
\b
The same records give the same bytes, on every machine.
\b
Exit codes:
  0  written, or as it should be
  1  --check: a file is not there, or is not what the records give
  2  usage, or a file that is no records or cannot be written: then none was
"""


@click.command("report", epilog=_EXAMPLES)
@click.argument("records", type=_PATH, metavar="RECORDS|RUN")
@click.option("--markdown", type=_PATH, metavar="FILE", help="Write the tables.")
@click.option("--html", type=_PATH, metavar="FILE", help="Write one page, with plots.")
@click.option("--picture", type=_PATH, metavar="FILE", help="Write an SVG: quality against cost.")
@click.option("--check", is_flag=True, help="Write nothing: say whether it is there already.")
def command(
    records: Path, markdown: Path | None, html: Path | None, picture: Path | None, check: bool
) -> int:
    """Tables and plots of what was recorded.

    A folder of a run stands for its records. Without an option, report.md and report.html are
    written beside them.
    """
    from indict_review.bench.calibrate.suite import BY_RULES
    from indict_review.bench.reckoning.metrics import summarize
    from indict_review.bench.record import Records, read

    source = records / "records.jsonl" if records.is_dir() else records
    if not (markdown or html or picture):
        markdown, html = source.with_name("report.md"), source.with_name("report.html")
    wanted = {"markdown": markdown, "html": html, "picture": picture}
    paths = {kind: path for kind, path in wanted.items() if path}
    _keep_apart([source, *paths.values()])
    told = read(source)
    by_rules = records / BY_RULES / "records.jsonl"
    if records.is_dir() and by_rules.exists():  # the other half of what `calibrate` did
        rest = read(by_rules)
        told = Records((*told.manifests, *rest.manifests), (*told.records, *rest.records))
    results = summarize(told)
    files = _rendered(told, results, paths)
    if check:
        return _checked(files)
    _glance(results)
    _write(files)
    return 0


def _keep_apart(paths: Sequence[Path]) -> None:
    """No file takes the place of another, least of all of the records."""
    from indict_review.errors import ConfigError

    if len({path.resolve() for path in paths}) < len(paths):
        raise ConfigError(
            "two of the files are one: " + ", ".join(map(str, paths)), "Give each its own name."
        )


def _rendered(records: Records, results: Results, wanted: Mapping[str, Path]) -> dict[Path, bytes]:
    """What is to stand in each file."""
    from indict_review.bench.report import markdown, page, panel
    from indict_review.bench.report.composing import composed

    document = composed(records, results)
    made = {
        "markdown": lambda: markdown.render(document),
        "html": lambda: page.render(document),
        "picture": lambda: panel.render(results),
    }
    return {path: made[kind]().encode() for kind, path in wanted.items()}


def _checked(files: Mapping[Path, bytes]) -> int:
    from indict_review.formats.safe_text import visible

    wrong = [path for path, content in files.items() if _there(path) != content]
    for path in wrong:
        click.echo(f"{visible(str(path))} is not what the records give", err=True)
    if wrong:
        click.echo("The same call without --check writes it.", err=True)
    return 1 if wrong else 0


def _there(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None


def _write(files: Mapping[Path, bytes]) -> None:
    """All of them, or none. Raises `ConfigError`."""
    from indict_review.change import File, Tree
    from indict_review.formats.safe_text import visible
    from indict_review.replacing import replace_all
    from indict_review.workspace import read_tree

    places = {path.parent.resolve() / path.name: content for path, content in files.items()}
    root = Path(os.path.commonpath([place.parent for place in places]))
    new = Tree({p.relative_to(root).as_posix(): File(c) for p, c in places.items()})
    replace_all(root, read_tree(root, new.files), new)
    for path in files:
        click.echo(f"wrote {visible(str(path))}", err=True)


def _glance(results: Results) -> None:
    from indict_review.bench.report.terse import lines
    from indict_review.config import environment
    from indict_review.evidence import Severity
    from indict_review.formats.console import draw
    from indict_review.formats.interface import look_at

    look = look_at(sys.stdout, environment(), Severity.HIGH)
    click.echo(
        draw(
            lines(results, look.width), width=look.width, colour=look.colour, unicode=look.unicode
        ),
        nl=False,
    )
