"""`indict-review agent-hook`: what a coding agent's hook calls."""

from pathlib import Path

import click

from indict_review.agents.hooks import AGENTS
from indict_review.commands import options

_EXAMPLES = f"""
\b
Agents: {", ".join(sorted(AGENTS))}
  examples/agent-hooks has the settings of each, and docs/agents.md what they do

\b
It reads the hook's JSON from stdin, reviews the edit it tells of with static analyzers, and
answers in the agent's own protocol: nothing for a pass but a word on deleted tests, else what was
found. When the agent says that it is done, it reviews all that is not committed. Nothing in the
JSON chooses a root, a setting or a model.

\b
Exit codes:
  0  answered                             2  it could not be: the agent's edit is blocked
"""


@click.command("agent-hook", epilog=_EXAMPLES)
@click.option(
    "--agent", type=click.Choice(sorted(AGENTS)), help="Otherwise the JSON is recognised."
)
@options.repo
@click.option(
    "--on-incomplete",
    type=click.Choice(["block", "warn"]),
    help="What a skipped step does: the user is asked, or the edit denied (`block`, the default); "
    "or a warning on stderr.",
)
@click.option(
    "--fail-on",
    metavar="SEVERITY",
    help="Object from here on: info, low, medium, high (default), critical.",
)
@click.option(
    "--dialogue", is_flag=True, help="Critics and tests, when the agent says that it is done."
)
@click.option("--model", metavar="NAME", help="Of the dialogue.")
@click.option(
    "--seconds",
    type=click.FloatRange(min=0, min_open=True, max=86_400),
    help="After so many, nobody looked: less than the agent waits. Default 20, at the end of its "
    "work 50; the dialogue takes as long as it does.",
)
def command(
    agent: str | None,
    repo: Path,
    on_incomplete: str | None,
    fail_on: str | None,
    dialogue: bool,
    model: str | None,
    seconds: float | None,
) -> int:
    """Answer a coding agent's hook: let its edit pass, or send the critique back."""
    from indict_review.agents.hook import LIMITS, Hook
    from indict_review.agents.hooks.interface import Moment
    from indict_review.config import Flags
    from indict_review.output import read_input

    flags = Flags(model=model, fail_on=fail_on, on_incomplete=on_incomplete)
    limits = {
        moment: seconds or usual
        for moment, usual in LIMITS.items()
        if not (dialogue and moment is Moment.STOP)
    }
    answer = Hook(repo, agent, flags, dialogue, limits).answer(read_input("-"))
    if answer.user:
        click.echo(answer.user, err=True)
    if answer.agent:
        click.echo(answer.agent)
    return 0
