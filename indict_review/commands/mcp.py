"""`indict-review mcp`."""

from pathlib import Path
from typing import Any

import click

from indict_review.commands import options

_EXAMPLES = """
\b
Examples:
  indict-review mcp --repo ~/src/shop              what an agent starts; it then speaks the protocol
  indict-review mcp --repo . --model local         the dialogue, on request, with the embedded model
  indict-review mcp --repo . --test-env .venv      tests run with the packages of .venv

\b
Everything but the change itself is fixed here: no client can name a folder, a model or a command.
docs/agents.md says how agents are told of it.
\b
Exit codes:
  0  standard input ended                  2  usage, settings, or the package `mcp` is not here
"""


@click.command("mcp", epilog=_EXAMPLES)
@click.option(
    "--repo",
    type=click.Path(path_type=Path),
    default=".",
    help="The root: what patches are for, and all that is written to.",
)
@options.judging
def command(repo: Path, **asked: Any) -> int:
    """Serve reviews to coding agents: a Model Context Protocol server over stdio."""
    from indict_review.agents.desk import Desk
    from indict_review.config import Flags
    from indict_review.errors import ConfigError

    desk = Desk.of(repo, Flags(**asked))
    try:
        from indict_review.agents.mcp_server import serve
    except ModuleNotFoundError as e:
        if (e.name or "").partition(".")[0] not in {"mcp", "anyio"}:
            raise
        raise ConfigError(
            f"the server needs the package {e.name}, which is not installed",
            "`pip install 'indict-review[mcp]'` installs it.",
        ) from e
    serve(desk)
    return 0
