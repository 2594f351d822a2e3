"""Settings: flags, then the environment, then the user's own file, then the repository's.

Trust ends at the repository (promise 5): its file chooses thresholds and local rules, and nothing
that could send code anywhere. It is read as HEAD has it, never as the change would have it.
"""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from indict_review import yaml_text
from indict_review.change import File
from indict_review.errors import ConfigError, ToolError
from indict_review.evidence import Severity
from indict_review.models.asking import Budget
from indict_review.patches.quoting import shown
from indict_review.sources.interface import Store

REPOSITORY_FILE = ".indict-review.yaml"
_REPOSITORY = {"fail_on", "semgrep_config", "test_command", "require_tests"}
_USER = {
    *_REPOSITORY, "model", "api_base", "strategy", "rounds", "budget",
    "sandbox", "sandbox_image", "test_env", "wheels",
}  # fmt: skip
_LARGEST = 64 * 1024
"""Bytes of a settings file."""


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


@dataclass(frozen=True)
class Config:
    """All settings of a run."""

    model: str | None
    """As the user named it; None: the embedded one if its weights are there, else none."""
    api_base: str | None
    strategy: str
    rounds: int | None
    fail_on: Severity
    budget: Budget
    semgrep_config: tuple[str, ...]
    """The user's own rules: files, folders, registry names."""
    local_rules: tuple[tuple[str, bytes], ...]
    """The repository's: the name and the content of each file, as the base has it."""
    cache: Path
    """The user's cache folder, where weights are kept."""
    sandbox: str
    """`auto`, `docker`, `bwrap`, `none`, or `host` with `trusted`."""
    trusted: bool
    """Whether the user said on the command line that the change's code may run on the host."""
    sandbox_image: str | None
    test_command: str | None
    """The only one of these that a repository may choose: it is run in the sandbox."""
    test_env: Path | None
    wheels: Path | None
    require_tests: bool


def load(flags: Flags, base: Store, environ: Mapping[str, str]) -> Config:
    """Read all settings; `base` is where the repository's own are read from.

    Raises `ConfigError`, naming the file and the key.
    """
    home = Path(environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")
    own = _read(home / "indict-review" / "config.yaml", _USER)
    theirs = _repository(base)

    def pick(key: str, flag: Any, *, of_repository: bool = False) -> Any:
        if flag:
            return flag
        by_environment = environ.get(f"INDICT_REVIEW_{key.upper()}")
        return by_environment or own.get(key) or (theirs.get(key) if of_repository else None)

    rules = [*flags.semgrep_config, *_strings(own, "semgrep_config")]
    return Config(
        model=pick("model", flags.model),
        api_base=pick("api_base", flags.api_base),
        strategy=_one_of("strategy", pick("strategy", flags.strategy), _STRATEGIES),
        rounds=_rounds(pick("rounds", flags.rounds)),
        fail_on=Severity(
            _one_of(
                "fail_on",
                pick("fail_on", flags.fail_on, of_repository=True) or Severity.HIGH.value,
                [s.value for s in Severity],
            )
        ),
        budget=_budget(flags.budget or _strings(own, "budget")),
        semgrep_config=tuple(rules),
        local_rules=_local_rules(base, _strings(theirs, "semgrep_config")),
        cache=cache_dir(environ),
        sandbox=_sandbox(pick("sandbox", flags.sandbox), trusted=flags.i_trust_this_code),
        trusted=flags.i_trust_this_code,
        sandbox_image=_text("sandbox_image", pick("sandbox_image", flags.sandbox_image)),
        test_command=_text(
            "test_command", pick("test_command", flags.test_command, of_repository=True)
        ),
        test_env=_folder("test_env", pick("test_env", flags.test_env)),
        wheels=_folder("wheels", pick("wheels", flags.wheels)),
        require_tests=_yes(
            "require_tests", pick("require_tests", flags.require_tests, of_repository=True)
        ),
    )


def cache_dir(environ: Mapping[str, str]) -> Path:
    """Where weights are kept: INDICT_REVIEW_CACHE, else the user's cache folder."""
    if named := environ.get("INDICT_REVIEW_CACHE"):
        return Path(named)
    return Path(environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "indict-review"


_SANDBOXES = ("auto", "docker", "bwrap", "none", "host")
_STRATEGIES = ("indict-review", "indict-paper")


def _repository(base: Store) -> dict[str, Any]:
    try:
        entry = base.entries([REPOSITORY_FILE]).get(REPOSITORY_FILE)
    except ToolError as e:
        raise ConfigError(str(e), "Install git, and see that --repo names a directory.") from e
    return _parsed(entry.content, REPOSITORY_FILE, _REPOSITORY) if isinstance(entry, File) else {}


def _read(path: Path, known: set[str]) -> dict[str, Any]:
    try:
        if path.is_symlink() or not path.is_file():
            return {}
        content = path.read_bytes()
    except OSError as e:
        raise ConfigError(f"{path} cannot be read: {e.strerror}", "Check the file.") from e
    return _parsed(content, str(path), known)


def _parsed(content: bytes, name: str, known: set[str]) -> dict[str, Any]:
    if len(content) > _LARGEST:
        raise ConfigError(f"{shown(name)} is too large", f"Keep it under {_LARGEST} bytes.")
    try:
        settings = yaml_text.load(content)
    except yaml_text.YamlError as e:
        raise ConfigError(f"{shown(name)} is not YAML: {shown(str(e))}", "Mend the file.") from e
    if settings is None:
        return {}
    if not isinstance(settings, dict):
        raise ConfigError(f"{shown(name)} is no mapping", "Write lines like `fail_on: medium`.")
    for key in settings:
        if key in _USER - known:
            raise ConfigError(
                f"{shown(name)} sets {key}, which a repository may not",
                "Give it as a flag, or set it in your own config.yaml.",
            )
        if key not in known:
            raise ConfigError(
                f"{shown(name)} has an unknown setting: {shown(str(key))}",
                f"Known are: {', '.join(sorted(known))}.",
            )
    return settings


def _strings(settings: Mapping[str, Any], key: str) -> tuple[str, ...]:
    value = settings.get(key) or ()
    values = (value,) if isinstance(value, str) else value
    if not isinstance(values, list | tuple) or not all(isinstance(v, str) for v in values):
        raise ConfigError(f"{key} is no list of texts", f"Write `{key}: [a, b]`.")
    return tuple(values)


def _local_rules(base: Store, named: Sequence[str]) -> tuple[tuple[str, bytes], ...]:
    """A repository's own rules: files within it, never a name to fetch."""
    found: dict[str, bytes] = {}
    for name in named:
        bare = name.rstrip("/").removeprefix("./")
        below = [path for path in base.paths() if path == bare or path.startswith(f"{bare}/")]
        wanted = below if below == [bare] else [p for p in below if p.endswith(_RULE_FILES)]
        read = {p: e.content for p, e in base.entries(wanted).items() if isinstance(e, File)}
        if not read:
            raise ConfigError(
                f"{REPOSITORY_FILE}: semgrep_config is no file of the repository: {shown(name)}",
                "Name a file or folder inside it; anything else is for --semgrep-config.",
            )
        found |= read
    return tuple(found.items())


_RULE_FILES = (".yaml", ".yml", ".json")


def _one_of(key: str, value: Any, known: Sequence[str]) -> str:
    chosen = known[0] if value is None else value
    if chosen not in known:
        raise ConfigError(
            f"{key} is {shown(str(chosen))}, which is unknown", f"It is one of: {', '.join(known)}."
        )
    return str(chosen)


def _sandbox(value: Any, *, trusted: bool) -> str:
    """The host only with trust that was given on the command line, this time."""
    name = _one_of("sandbox", value, _SANDBOXES)
    if name == "host" and not trusted:
        raise ConfigError(
            "--sandbox host runs the change's code on this machine, unprotected",
            "Add --i-trust-this-code if you do.",
        )
    return name


def _text(key: str, value: Any) -> str | None:
    if value is None or (isinstance(value, str) and value.strip()):
        return value
    raise ConfigError(f"{key} is no text: {shown(str(value))}", f"Write `{key}: …`.")


def _folder(key: str, value: Any) -> Path | None:
    if value is None:
        return None
    path = Path(str(value)).expanduser()
    if not path.is_dir():
        raise ConfigError(f"{key} is no folder: {shown(str(path))}", "Name a folder that is there.")
    return path.resolve()


def _yes(key: str, value: Any) -> bool:
    words = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
    answer = words.get(str(value or False).lower())
    if answer is None:
        raise ConfigError(f"{key} is {shown(str(value))}", "Write `true` or `false`.")
    return answer


def _rounds(value: Any) -> int | None:
    if value is None:
        return None
    text = str(value)
    if not text.isdecimal() or not 1 <= int(text) <= 10:
        raise ConfigError(f"rounds is {shown(text)}", "It is a number from 1 to 10.")
    return int(text)


def _budget(parts: Sequence[str]) -> Budget:
    amounts: dict[str, float] = {}
    for part in parts:
        name, _, amount = part.partition("=")
        try:
            amounts[name] = float(amount)
        except ValueError:
            amounts[name] = -1
        if name not in {"tokens", "usd", "seconds"} or not 0 < amounts[name] < float("inf"):
            raise ConfigError(
                f"the budget {shown(part)} cannot be read",
                "Write tokens=N, usd=N or seconds=N, with N above 0.",
            )
    tokens = amounts.get("tokens")
    return Budget(int(tokens) if tokens else None, amounts.get("usd"), amounts.get("seconds"))


def environment() -> Mapping[str, str]:
    """The process's environment: nothing else reads it for settings."""
    return os.environ
