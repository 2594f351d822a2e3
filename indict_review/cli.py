"""The command line's entry: which command, which exit code. A command is loaded when it is called.

Commands print what they are for; nothing beneath them prints or exits.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

import click

from indict_review import __version__
from indict_review.commands.late import Late

COMMANDS = {
    "staged": "Review what is staged: exactly what would be committed.",
    "commits": "Review a range of commits: BASE..HEAD or BASE...HEAD.",
    "patch": "Review a patch, or an AI's reply that has one in it.",
    "generate": "Have the model write a change, review it, and give back what holds.",
    "pr": "Review a pull request on GitHub, and post the review there.",
    "apply": "Put the verified code of the last review into the working tree.",
    "dismiss": "Decide that a finding stays: it is counted, and blocks no more.",
    "config": "Show every setting and where it comes from.",
    "init": "Set up a repository: settings, hook, workflow.",
    "doctor": "Say what a review can do on this machine.",
    "model": "The embedded model's weights.",
    "mcp": "Serve reviews to coding agents: a Model Context Protocol server over stdio.",
    "bench": "Measure models and strategies: safer code? does it still work? at what cost?",
    "agent-hook": "Answer a coding agent's hook: let its edit pass, or send the critique back.",
}
"""Each is `commands.NAME.command`, `-` written `_`. `--help` shows these lines and loads none."""


@click.command(
    cls=Late,
    package="indict_review.commands",
    lines=COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, prog_name="indict-review")
def cli() -> None:
    """Review a change: two critics in dialogue, grounded by tools; its revision is verified."""


def run(arguments: Sequence[str]) -> int:
    """The exit code of one call. Every error is two lines: what is wrong, and what to do."""
    try:
        return int(cli.main(list(arguments), "indict-review", standalone_mode=False) or 0)
    except click.UsageError as e:
        if e.ctx and type(e).__name__ == "NoArgsIsHelpError":  # click 8.2 and later
            click.echo(e.ctx.get_help(), err=True)
            return 2
        where = e.ctx.command_path if e.ctx else "indict-review"
        return _complain(e.format_message(), f"`{where} --help` shows how it is called.", 2)
    except (KeyboardInterrupt, click.Abort):
        return _complain("interrupted", "Nothing was changed.", 130)
    except BrokenPipeError:  # the reader of our output has gone, e.g. `| head`
        os.dup2(
            os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno()
        )  # or Python complains at exit
        return 0
    except Exception as e:
        # The one broad catch: errors made for people are shown, anything else is ours to mend.
        from indict_review.errors import ReviewError, StepError

        if isinstance(e, ReviewError):
            return _complain(str(e), e.hint, e.exit_code)
        if isinstance(e, StepError):
            return _complain(str(e), "Nothing could be reviewed without it.", 3)
        raise


def _complain(what: str, hint: str, code: int) -> int:
    from indict_review.formats.safe_text import visible

    for line in (f"indict-review: {what}", hint):
        # Names of files may be in it, and GitHub's runner takes `##[…]` for a command anywhere.
        click.echo(visible(line).replace("##[", "# #["), err=True)
    return code


def main() -> None:
    """Entry point of the console script."""
    sys.exit(run(sys.argv[1:]))
