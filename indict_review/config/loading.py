"""From what all places say to the Config of a run."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from indict_review.config import settings
from indict_review.config.local_rules import local_rules
from indict_review.config.places import Flags, Places, cache_dir
from indict_review.config.settings import Setting
from indict_review.errors import ConfigError
from indict_review.evidence import Severity
from indict_review.models.budget import Budget
from indict_review.patches.quoting import shown
from indict_review.scope import Paths
from indict_review.sources.interface import Store


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
    """The only command that a repository may choose: it is run in the sandbox."""
    test_env: Path | None
    wheels: Path | None
    require_tests: bool
    on_incomplete: str
    """`block` or `warn`."""
    paths: Paths
    request_changes: bool = False
    """Whether a pull request's review that fails asks for changes."""
    unproven: str = "summary"
    """`summary` or `inline`."""
    stricter: tuple[tuple[str, Severity], ...] = ()
    """See `Review.stricter`; `nested` fills it."""
    models: tuple[tuple[str, str], ...] = ()
    """By role, what plays it instead of `model`."""
    fallback: tuple[str, ...] = ()
    no_cache: bool = False
    """Whether replies are neither looked up nor kept."""
    without: frozenset[str] = frozenset()
    """Parts of the method that are left out: `settings.PARTS`."""
    sarif: tuple[str, ...] = ()
    sarif_base: tuple[str, ...] = ()
    web: str = "off"
    web_url: str | None = None
    web_code: bool = False
    """Whether a query may carry code."""


def load(flags: Flags, base: Store, environ: Mapping[str, str]) -> Config:
    """Read all settings; `base` is where the repository's own are read from.

    Raises `ConfigError`, naming the place and the setting.
    """
    places = Places.read(flags, base, environ)
    value, certain = places.value, places.certain
    if value(settings.SARIF_BASE) and not value(settings.SARIF):
        raise ConfigError(
            "--sarif-base has nothing to be compared with", "Name the head's results: --sarif FILE."
        )
    return Config(
        model=value(settings.MODEL),
        api_base=value(settings.API_BASE),
        strategy=certain(settings.STRATEGY),
        rounds=value(settings.ROUNDS),
        fail_on=Severity(certain(settings.FAIL_ON)),
        budget=value(settings.SPENDING) or Budget(),
        semgrep_config=_rules(places),
        local_rules=local_rules(base, places.repository),
        cache=cache_dir(environ),
        sandbox=_sandbox(certain(settings.SANDBOX), trusted=flags.i_trust_this_code),
        trusted=flags.i_trust_this_code,
        sandbox_image=value(settings.SANDBOX_IMAGE),
        test_command=value(settings.TEST_COMMAND),
        test_env=_folder(places, settings.TEST_ENV),
        wheels=_folder(places, settings.WHEELS),
        require_tests=certain(settings.REQUIRE_TESTS),
        on_incomplete=certain(settings.ON_INCOMPLETE),
        paths=_paths(places),
        request_changes=certain(settings.REQUEST_CHANGES),
        unproven=certain(settings.UNPROVEN),
        models=value(settings.CAST) or (),
        fallback=value(settings.FALLBACK) or (),
        no_cache=certain(settings.NO_CACHE),
        without=_without(value(settings.WITHOUT)),
        sarif=value(settings.SARIF) or (),
        sarif_base=value(settings.SARIF_BASE) or (),
        web=certain(settings.WEB),
        web_url=value(settings.WEB_URL),
        web_code=certain(settings.WEB_CODE),
    )


def _without(parts: tuple[str, ...] | None) -> frozenset[str]:
    left_out = frozenset(parts or ())
    if {"safety", "helpfulness"} <= left_out:
        raise ConfigError(
            "both critics are left out: nobody is there to discuss",
            "Leave one of them in, or say --model none.",
        )
    return left_out


def _rules(places: Places) -> tuple[str, ...]:
    """The user's own: those of every place, since each only adds."""
    kind = settings.SEMGREP_CONFIG.kind
    said = places.all_of_the_user(settings.SEMGREP_CONFIG)
    return tuple(dict.fromkeys(name for each in said for name in kind.read(each.value)))


def _paths(places: Places) -> Paths:
    said = places.said(settings.LOOKED_AT)
    return (
        replace(settings.LOOKED_AT.kind.read(said.value), origin=said.origin) if said else Paths()
    )


def _sandbox(name: str, *, trusted: bool) -> str:
    """The host only with trust that was given on the command line, this time."""
    if name == "host" and not trusted:
        raise ConfigError(
            "--sandbox host runs the change's code on this machine, unprotected",
            "Add --i-trust-this-code if you do.",
        )
    return name


def _folder(places: Places, setting: Setting[Path]) -> Path | None:
    path = places.value(setting)
    if path is not None and not path.is_dir():
        raise ConfigError(
            f"{setting.name} is no folder: {shown(str(path))}", "Name a folder that is there."
        )
    return path.resolve() if path else None
