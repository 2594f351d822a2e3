"""A file of settings: whose it is, and what may stand in it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from indict_review import yaml_text
from indict_review.config.settings import BY_NAME, SETTINGS, Setting
from indict_review.config.words import did_you_mean, named
from indict_review.errors import ConfigError
from indict_review.patches.quoting import shown

LARGEST = 64 * 1024
"""Bytes."""
MOST_SHOWN = 400
"""Characters of a file's path that are shown: its end says which file it is."""

_SECRET = re.compile(r"(?i)api_?key|token|secret|passw|credential|private_?key|bearer|auth")


class Owner(Enum):
    """Whose file it is: that decides what may stand in it."""

    USER = "user"
    REPOSITORY = "repository"
    NESTED = "nested"
    """The repository's as well, but of a folder below its top."""

    def may_set(self, setting: Setting[object]) -> bool:
        """Promise 5: a cloned repository chooses nothing that could send code anywhere."""
        if self is Owner.NESTED:
            return setting.nested
        return setting.repository or self is Owner.USER


@dataclass(frozen=True)
class Said:
    """What one place says of one setting."""

    value: object
    """As it stands in a file; it was checked."""
    origin: str
    """The option, the variable, or the file."""


Layer = Mapping[str, Said]
"""What one place says, by the settings' names."""


def parsed(content: bytes, name: str, owner: Owner) -> Layer:
    """The settings in a file. Raises `ConfigError`, naming the file and the key."""
    try:
        settings = yaml_text.load_strictly(content, LARGEST)
    except yaml_text.YamlError as e:
        raise ConfigError(
            f"{shown(name, MOST_SHOWN)} cannot be read: {shown(str(e), 200)}", "Mend the file."
        ) from e
    if settings is None:
        return {}
    if not isinstance(settings, dict):
        raise ConfigError(
            f"{shown(name, MOST_SHOWN)} is no mapping", "Write lines like `fail_on: medium`."
        )
    return {key: _said(key, value, name, owner) for key, value in settings.items()}


def check(setting: Setting[object], value: object, place: str) -> None:
    """Raise `ConfigError` if it is no value of this setting; `place` begins the message."""
    try:
        setting.kind.read(value)
    except ValueError as e:
        raise ConfigError(f"{place} {e}", setting.kind.expected) from e


def _said(key: object, value: object, name: str, owner: Owner) -> Said:
    setting = BY_NAME.get(key) if isinstance(key, str) else None
    if setting is None:
        raise _unknown(key, name, owner)
    if not owner.may_set(setting):
        raise _not_theirs(setting, name, owner)
    check(setting, value, f"{shown(name, MOST_SHOWN)}: {setting.name}")
    return Said(value, name)


def _unknown(key: object, name: str, owner: Owner) -> ConfigError:
    if isinstance(key, str) and _SECRET.search(key):
        return ConfigError(
            f"{shown(name, MOST_SHOWN)} has {shown(key)}; settings hold no secrets",
            "Take it out. A hosted model's key belongs in the variable its provider names, "
            "such as ANTHROPIC_API_KEY.",
        )
    known = [setting.name for setting in SETTINGS if owner.may_set(setting)]
    return ConfigError(
        f"{shown(name, MOST_SHOWN)} has an unknown setting, {named(key)}{did_you_mean(key, known)}",
        f"Known here are: {', '.join(known)}.",
    )


def _not_theirs(setting: Setting[object], name: str, owner: Owner) -> ConfigError:
    if owner is Owner.NESTED and setting.repository:
        return ConfigError(
            f"{shown(name, MOST_SHOWN)} sets {setting.name}, which a file below the top may not",
            "Set it in the .indict-review.yaml at the top of the repository.",
        )
    return ConfigError(
        f"{shown(name, MOST_SHOWN)} sets {setting.name}, which a repository may not",
        f"Take it out; for yourself, use {setting.option}, {setting.variable}, or your own "
        "config.yaml.",
    )
