"""What `--apply` and `--output-patch` do, before a review and after it."""

import os
import shlex
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from indict_review.change import Change
    from indict_review.reviewing import Reviewed


@dataclass(frozen=True)
class Landing:
    """Where what the gate lets through is to go."""

    root: Path
    """The folder that the change is for."""
    apply: bool
    """Whether it is written there."""
    output_patch: str | None
    """A file for it as a diff; `-` is standard output."""
    outputs: Sequence[str] = ()
    """Where the review itself goes."""

    def check(self, change: "Change") -> None:
        """Refuse what cannot be done, before anybody waits for a review."""
        from indict_review.landing import check_clean, check_known

        self.check_output()
        if self.apply or self.output_patch:
            check_known(change)
        if self.apply:
            check_clean(self.root, change.before, change.after)

    def take(self, outcome: "Reviewed") -> bool:
        """Do it, and say so. Returns whether it was wanted and the gate does not let it through.

        The patch first: a file that cannot be written is no half of it.
        """
        from indict_review.formats import words
        from indict_review.landing import land, output_patch, repository_of
        from indict_review.review import LETS_THROUGH

        if not (self.apply or self.output_patch):
            return False
        review, fail_on = outcome.review, outcome.config.fail_on
        if outcome.gate not in LETS_THROUGH:
            click.echo(f"Nothing was written: {words.gate(review, fail_on)}.", err=True)
            return True
        patch = output_patch(review, fail_on) if self.output_patch else ""
        if patch:
            self._write(patch)
        paths = land(review, fail_on, self.root) if self.apply else ()
        for line in told(paths, in_git=bool(paths) and repository_of(self.root) is not None):
            click.echo(line, err=True)
        if not (paths or patch):
            click.echo("Nothing was written: what would land is there already.", err=True)
        return False

    def check_output(self) -> None:
        """The part of it that is known before there is a change."""
        from indict_review.config import environment
        from indict_review.errors import ConfigError
        from indict_review.patches.quoting import shown

        if self.output_patch == "-" and "GITHUB_ACTIONS" in environment():
            raise ConfigError(
                "GitHub's runner would take lines of a patch on standard output for commands",
                "Name a file: --output-patch FILE.",
            )
        if self.output_patch and _place(self.output_patch) in map(_place, self.outputs or ("-",)):
            where = "standard output" if self.output_patch == "-" else shown(self.output_patch)
            raise ConfigError(
                f"the review and the patch both go to {where}",
                "Give the review a file of its own: --format text --output FILE.",
            )

    def _write(self, patch: str) -> None:
        from indict_review.output import write_whole

        content = patch.encode("utf-8", "surrogateescape")
        if self.output_patch == "-":
            sys.stdout.buffer.write(content)
            sys.stdout.flush()
        elif self.output_patch:
            write_whole(Path(self.output_patch), content)


def told(paths: Sequence[str], *, in_git: bool) -> Iterator[str]:
    """What was written, and what comes next."""
    from indict_review.formats.safe_text import visible

    if not paths:
        return
    names = " ".join(shlex.quote(path) for path in paths)
    yield f"Written: {visible(', '.join(paths))}."
    if in_git:
        yield f"The index is as it was. Next: git add -- {visible(names)}"
    else:
        yield "There is no git here: all that was checked is that no file changed meanwhile."


def _place(output: str) -> str:
    """The same for two spellings of one file."""
    return output if output == "-" else os.path.realpath(output)
