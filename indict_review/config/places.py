"""Where settings come from, strongest first: flags, environment, the user's file, the repository's.

Trust ends at the repository (promise 5). Its file is read as the base has it, never as the change
would have it (promise 6).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, TypeVar

from indict_review.change import File
from indict_review.config.files import LARGEST, Layer, Owner, Said, check, parsed
from indict_review.config.settings import BY_NAME, REPOSITORY_FILE, SETTINGS, Setting
from indict_review.errors import ConfigError, ToolError
from indict_review.patches.quoting import shown
from indict_review.sources.interface import Store

T = TypeVar("T")

_MISSPELT = ".indict-review.yml"


@dataclass(frozen=True)
class Flags:
    """What the command line said. None, or empty: it said nothing."""

    model: str | None = None
    api_base: str | None = None
    strategy: str | None = None
    rounds: int | None = None
    fail_on: str | None = None
    budget: tuple[str, ...] = ()
    """`tokens=20000`, `seconds=300`, `usd=0.50`."""
    semgrep_config: tuple[str, ...] = ()
    sandbox: str | None = None
    i_trust_this_code: bool = False
    sandbox_image: str | None = None
    test_command: str | None = None
    test_env: Path | None = None
    wheels: Path | None = None
    require_tests: bool = False
    on_incomplete: str | None = None
    request_changes: bool = False
    unproven: str | None = None
    models: tuple[str, ...] = ()
    """`actor=NAME`, `safety=NAME`, …"""
    fallback: tuple[str, ...] = ()
    no_cache: bool = False
    without: tuple[str, ...] = ()
    sarif: tuple[str, ...] = ()
    sarif_base: tuple[str, ...] = ()
    web: str | None = None
    web_url: str | None = None
    web_code: bool = False


@dataclass(frozen=True)
class Places:
    """What each place says. All of it was checked."""

    flags: Layer
    environment: Layer
    own: Layer
    repository: Layer

    @staticmethod
    def read(flags: Flags, base: Store, environ: Mapping[str, str]) -> "Places":
        """Read them all. Raises `ConfigError`, naming the place and the setting."""
        return Places(
            _of_flags(flags), _of_environment(environ), _of_user(environ), of_repository(base)
        )

    def said(self, setting: Setting[Any]) -> Said | None:
        """What holds: the strongest place that says anything."""
        return next(self._all(setting, (*self._of_the_user, self.repository)), None)

    def value(self, setting: Setting[T]) -> T | None:
        """What holds, else the default; None where nothing is set."""
        said = self.said(setting)
        return self.certain(setting) if said or setting.default is not None else None

    def certain(self, setting: Setting[T]) -> T:
        """The same, of a setting that has a default."""
        said = self.said(setting)
        return setting.kind.read(said.value if said else setting.default)

    def all_of_the_user(self, setting: Setting[Any]) -> Iterator[Said]:
        """What the user says of it, in every place."""
        return self._all(setting, self._of_the_user)

    @property
    def _of_the_user(self) -> tuple[Layer, ...]:
        return self.flags, self.environment, self.own

    @staticmethod
    def _all(setting: Setting[Any], layers: tuple[Layer, ...]) -> Iterator[Said]:
        return (layer[setting.name] for layer in layers if setting.name in layer)


def own_file(environ: Mapping[str, str]) -> Path:
    """The user's own file, whether it is there or not."""
    folder = environ.get("XDG_CONFIG_HOME") or str(_home() / ".config")
    return Path(folder) / "indict-review" / "config.yaml"


def cache_dir(environ: Mapping[str, str]) -> Path:
    """Where weights are kept: INDICT_REVIEW_CACHE, else the user's cache folder."""
    if named := environ.get("INDICT_REVIEW_CACHE"):
        return Path(named)
    return Path(environ.get("XDG_CACHE_HOME") or _home() / ".cache") / "indict-review"


def of_repository(base: Store) -> Layer:
    """What the file at the top says."""
    found = settings_files(base, [REPOSITORY_FILE, _MISSPELT])
    if _MISSPELT in found:
        raise ConfigError(f"{_MISSPELT} is not read", f"Name it {REPOSITORY_FILE}.")
    content = found.get(REPOSITORY_FILE)
    return {} if content is None else parsed(content, REPOSITORY_FILE, Owner.REPOSITORY)


def settings_files(base: Store, names: list[str]) -> dict[str, bytes]:
    """The content of those that are there. Raises `ConfigError` if one cannot be read."""
    try:
        entries = base.entries(names)
    except ToolError as e:
        raise ConfigError(str(e), "Install git, and see that --repo names a directory.") from e
    for name, entry in entries.items():
        if not isinstance(entry, File):
            raise ConfigError(
                f"{shown(name)} is a symbolic link", "Put the settings themselves there."
            )
    return {name: entry.content for name, entry in entries.items() if isinstance(entry, File)}


def _home() -> Path:
    try:
        return Path.home()
    except RuntimeError as e:
        raise ConfigError("you have no home directory", "Set HOME to a folder of yours.") from e


def _of_flags(flags: Flags) -> Layer:
    said = {}
    for field in fields(flags):
        setting, value = BY_NAME.get(field.name), getattr(flags, field.name)
        if setting is None or value is None or value is False or value == ():
            continue
        plain = str(value) if isinstance(value, Path) else value
        check(setting, plain, setting.option)
        said[setting.name] = Said(plain, setting.option)
    return said


def _of_environment(environ: Mapping[str, str]) -> Layer:
    said = {}
    for setting in SETTINGS:
        text = environ.get(setting.variable, "")
        if text:
            value = setting.kind.parse(text)
            check(setting, value, setting.variable)
            said[setting.name] = Said(value, setting.variable)
    return said


def _of_user(environ: Mapping[str, str]) -> Layer:
    path = own_file(environ)
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except OSError as e:
        raise ConfigError(f"{path} cannot be read: {e.strerror}", "Check the file.") from e
    return parsed(content, str(path), Owner.USER)
