"""Settings of folders: a `.indict-review.yaml` below the top may only be stricter."""

import posixpath
from collections.abc import Iterable, Iterator
from dataclasses import replace

from indict_review.config.files import Layer, Owner, parsed
from indict_review.config.loading import Config
from indict_review.config.local_rules import local_rules
from indict_review.config.places import of_repository, settings_files
from indict_review.config.settings import FAIL_ON, REPOSITORY_FILE, REQUIRE_TESTS
from indict_review.errors import ConfigError
from indict_review.evidence import Severity
from indict_review.patches.quoting import shown
from indict_review.sources.interface import Store


def nested(config: Config, base: Store, paths: Iterable[str]) -> Config:
    """The settings with those of the folders above some files, as the base has them.

    A folder's `fail_on` holds for what is below it; its rules and `require_tests` for all of a
    change that touches it. Raises `ConfigError`, naming file and setting.
    """
    folders = sorted({folder for path in paths for folder in _above(path)})
    if not folders:
        return config
    found = settings_files(base, [f"{folder}/{REPOSITORY_FILE}" for folder in folders])
    if not found:
        return config
    layers = {
        posixpath.dirname(name): parsed(content, name, Owner.NESTED)
        for name, content in found.items()
    }
    thresholds = _thresholds(layers, of_repository(base))
    rules = dict(config.local_rules)
    for layer in layers.values():
        rules |= local_rules(base, layer)
    return replace(
        config,
        stricter=tuple((f"{folder}/", severity) for folder, severity in thresholds.items()),
        local_rules=tuple(rules.items()),
        require_tests=config.require_tests or any(map(_requires_tests, layers.values())),
    )


def _above(path: str) -> Iterator[str]:
    """The folders that a file is in, less the top."""
    while path := posixpath.dirname(path).rstrip("/"):
        yield path


def _thresholds(layers: dict[str, Layer], top: Layer) -> dict[str, Severity]:
    """What each folder says, if it is no laxer than what the repository says above it.

    Flags are not looked at: a user who is stricter still makes no mistake of the folder's.
    """
    said: dict[str, Severity] = {}
    outermost = _fail_on(top) or Severity(FAIL_ON.kind.read(FAIL_ON.default))
    for folder in sorted(layers):  # outer ones first
        own = _fail_on(layers[folder])
        if own is None:
            continue
        outer = [outermost, *(said[above] for above in _above(folder) if above in said)]
        least = min(outer, key=lambda severity: severity.rank)
        if own.rank > least.rank:
            raise _laxer(layers[folder][FAIL_ON.name].origin, FAIL_ON.name, own.value, least.value)
        said[folder] = own
    return said


def _fail_on(layer: Layer) -> Severity | None:
    said = layer.get(FAIL_ON.name)
    return Severity(FAIL_ON.kind.read(said.value)) if said else None


def _requires_tests(layer: Layer) -> bool:
    said = layer.get(REQUIRE_TESTS.name)
    if said and not REQUIRE_TESTS.kind.read(said.value):
        raise _laxer(said.origin, REQUIRE_TESTS.name, "false", "true, or nothing")
    return said is not None


def _laxer(origin: str, name: str, value: str, least: str) -> ConfigError:
    return ConfigError(
        f"{shown(origin)}: {name} is {value}; a folder may only be stricter",
        f"Here it is {least}, or stricter." if name == FAIL_ON.name else f"Here it is {least}.",
    )
