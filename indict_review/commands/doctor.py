"""`indict-review doctor`."""

import click


@click.command("doctor")
def command() -> int:
    """Say what a review can do on this machine: each tool, sandbox and model is tried."""
    from indict_review.config import cache_dir, environment
    from indict_review.doctor import examine
    from indict_review.formats.safe_text import visible

    parts = list(examine(cache_dir(environment())))
    for part in parts:
        mark = (
            click.style("ok   ", fg="green") if part.usable else click.style("lacks", fg="yellow")
        )
        click.echo(f"{mark}  {part.name:<20}  {visible(part.detail)}")
    return 0 if all(part.usable for part in parts if part.name in {"git", "semgrep"}) else 3
