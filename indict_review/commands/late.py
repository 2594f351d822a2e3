"""Commands that are loaded when they are called: most of start-up would be for the others."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

import click


class Late(click.Group):
    """Of `package`, which has a module with a `command` for each name; `-` is written `_`."""

    def __init__(self, *named: Any, package: str, lines: Mapping[str, str], **options: Any) -> None:
        """`lines`: the commands in the order of use, each with its line of `--help`."""
        super().__init__(*named, **options)
        self._package, self._lines = package, lines

    def list_commands(self, ctx: click.Context) -> list[str]:
        """In the order of use, not of the alphabet."""
        return list(self._lines)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """None for a name that is no command: click says so."""
        if name not in self._lines:
            return None
        command = import_module(f"{self._package}.{name.replace('-', '_')}").command
        assert isinstance(command, click.Command)  # noqa: S101 - for the type checker
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Without loading any."""
        with formatter.section("Commands"):
            formatter.write_dl(list(self._lines.items()))
