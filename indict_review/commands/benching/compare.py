"""`indict-review bench compare`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from indict_review.bench.comparing.forms import Shown

_EXAMPLES = """
\b
Examples:
  indict-review bench compare run:direct run:indict-review
  indict-review bench compare before after            all strategies that both have
  indict-review bench compare all.jsonl:direct@local all.jsonl:direct@openai/NAME
\b
Only samples that both have, of the same data, are compared.
\b
Exit codes:
  0  compared, whatever came out
  2  usage, a file that is no records, or nothing that both have
"""


@click.command("compare", epilog=_EXAMPLES)
@click.argument("one", metavar="A")
@click.argument("other", metavar="B")
@click.option("--format", "form", type=click.Choice(["text", "markdown", "json"]), default="text")
@click.option("--sample", is_flag=True, help="List the samples in which they differ.")
def command(one: str, other: str, form: str, sample: bool) -> int:
    """Two runs or strategies side by side, and whether they differ.

    A and B are FILE_OR_RUN[:STRATEGY][@MODEL]. A difference is called one only where a paired test
    shows it.
    """
    from indict_review.bench.comparing.as_json import render
    from indict_review.bench.comparing.comparing import compare
    from indict_review.bench.comparing.forms import Shown, in_markdown
    from indict_review.bench.comparing.naming import named

    shown = Shown((one, other), compare(named(one), named(other)), sample)
    forms = {"text": _in_text, "markdown": in_markdown, "json": render}
    # Whether there is colour in it was decided by what it goes to: click is to leave it.
    click.echo(forms[form](shown), nl=False, color=True)
    return 0


def _in_text(shown: Shown) -> str:
    from indict_review.bench.comparing.forms import lines
    from indict_review.config import environment
    from indict_review.evidence import Severity
    from indict_review.formats.console import draw
    from indict_review.formats.interface import look_at

    look = look_at(sys.stdout, environment(), Severity.HIGH)
    drawn = lines(shown, look.width)
    return draw(drawn, width=look.width, colour=look.colour, unicode=look.unicode)
