"""`indict-review bench`."""

from __future__ import annotations

import click

from indict_review.commands.late import Late

COMMANDS = {
    "list": "The suites, where their data are published, and the strategies.",
    "run": "Run a suite, or go on with a run that was cut short.",
    "report": "Tables and plots of what was recorded.",
    "compare": "Two runs or strategies side by side, and whether they differ.",
    "merge": "Put the records of shards and runs together.",
    "calibrate": "What does the bot see in your code? Faults planted in your own history.",
}
"""Each is `commands.benching.NAME.command`. `--help` shows these lines and loads none."""


@click.group("bench", cls=Late, package="indict_review.commands.benching", lines=COMMANDS)
def command() -> None:
    """Measure models and strategies: safer code? does it still work? at what cost?"""
