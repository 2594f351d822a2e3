"""`indict-review config`."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from indict_review.commands import options

if TYPE_CHECKING:
    from indict_review.config.origins import Row
    from indict_review.sources.interface import Store


@click.group("config")
def command() -> None:
    """Settings: every value and where it comes from; whether a file is right."""


@command.command("show")
@options.repo
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
@click.option("--schema", is_flag=True, help="The JSON Schema of settings files, and no more.")
def show(repo: Path, form: str, schema: bool) -> int:
    """Every setting, its value, and where it comes from.

    A repository's settings are read from HEAD: what is not committed yet does not count.
    """
    if schema:
        from indict_review.config.schema import text

        click.echo(text(), nl=False)
        return 0
    from indict_review.config import Flags, environment, load
    from indict_review.config.notes import folders, strangers, uncommitted
    from indict_review.config.origins import rows
    from indict_review.config.places import Places

    environ = environment()
    base, there = _stores(repo)
    flags = Flags(i_trust_this_code=True)  # a user's `sandbox: host` is shown all the same
    config = load(flags, base, environ)
    shown = list(rows(Places.read(flags, base, environ)))
    notes = [*uncommitted(base, there), *folders(config, base), *strangers(environ)]
    click.echo(_document(shown, notes) if form == "json" else "\n".join(_lines(shown, notes)))
    return 0


@command.command("check")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--as",
    "whose",
    type=click.Choice(["repository", "user", "nested"]),
    help="Whose file it is; otherwise its place tells.",
)
def check(file: Path, whose: str | None) -> int:
    """Whether a settings file can be read: exits with 0, or with 2 and what is wrong."""
    from indict_review.config import environment
    from indict_review.config.files import LARGEST, Owner, parsed
    from indict_review.config.places import own_file
    from indict_review.errors import ConfigError
    from indict_review.formats.safe_text import visible

    try:
        with file.open("rb") as opened:
            content = opened.read(LARGEST + 1)
    except OSError as e:
        raise ConfigError(f"{file} cannot be read: {e.strerror}", "Name a settings file.") from e
    is_own = file.absolute() == own_file(environment()).absolute()
    owner = Owner(whose) if whose else Owner.USER if is_own else Owner.REPOSITORY
    said = parsed(content, str(file), owner)
    listed = f": it sets {', '.join(said)}" if said else ", and sets nothing"
    click.echo(visible(f"{file} can be read{listed}"))
    return 0


def _stores(repo: Path) -> "tuple[Store, Store]":
    """HEAD, and what lies there; without git they are the same."""
    from indict_review.config import environment
    from indict_review.errors import ConfigError
    from indict_review.sources.staged import StagedSource
    from indict_review.sources.stores import Folder

    if not repo.is_dir():
        raise ConfigError(f"{repo} is no directory", "--repo names the repository.")
    environ, folder = environment(), repo.absolute()
    if environ.get("GIT_DIR") or any((f / ".git").exists() for f in (folder, *folder.parents)):
        source = StagedSource(repo, None, environ)
        return source.base, Folder(Path(source.root))
    return Folder(repo), Folder(repo)


def _lines(shown: "Iterable[Row]", notes: Iterable[str]) -> Iterator[str]:
    from indict_review.formats.safe_text import visible

    cells = [(row.setting, visible(_written(row.value)), visible(row.origin)) for row in shown]
    width = min(max(len(value) for _, value, _ in cells), 40)
    for title, theirs in (("A repository may set:", True), ("Only you may set:", False)):
        yield title
        for setting, value, origin in cells:
            if setting.repository is theirs:
                yield f"  {setting.name:<15} {value:<{width}}  {origin}"
    for note in notes:
        yield visible(f"note: {note}")


def _written(value: object) -> str:
    if value is None:
        return "-"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _document(shown: "Iterable[Row]", notes: list[str]) -> str:
    settings = [
        {
            "name": row.setting.name,
            "value": row.value,
            "origin": row.origin,
            "repository": row.setting.repository,
            "nested": row.setting.nested,
            "option": row.setting.option or None,
            "variable": row.setting.variable or None,
            "doc": row.setting.doc,
        }
        for row in shown
    ]
    document = {"schema": "indict-review/config/1", "settings": settings, "notes": notes}
    return json.dumps(document, indent=2)
