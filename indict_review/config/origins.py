"""Every setting with its value and where that comes from, fit to be shown."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from indict_review.config.places import Places
from indict_review.config.settings import SEMGREP_CONFIG, SETTINGS, Setting
from indict_review.redact import Mask, secrets_in

_LOGIN = re.compile(r"(?<=://)[^/@\s]+(?=@)")
_NAMED = re.compile(r"(?i)((?:key|token|secret|passw\w*|credential)\w{0,20}=)[^\s&]+")


@dataclass(frozen=True)
class Row:
    """One setting."""

    setting: Setting[object]
    value: object
    """As it would stand in a file, without secrets; None: nothing is set."""
    origin: str
    """The option, the variable, the file, or `default`."""


def rows(places: Places) -> Iterator[Row]:
    """In the order of the table."""
    for setting in SETTINGS:
        said = [places.said(setting)]
        if setting is SEMGREP_CONFIG:  # its places add up
            said = [*places.all_of_the_user(setting), places.repository.get(setting.name)]
        found = [each for each in said if each is not None]
        if not found:
            yield Row(setting, setting.default, "default")
        elif setting is SEMGREP_CONFIG:
            names = [name for each in found for name in SEMGREP_CONFIG.kind.read(each.value)]
            yield Row(setting, _masked(names), ", ".join(each.origin for each in found))
        else:
            yield Row(setting, _masked(found[0].value), found[0].origin)


def _masked(value: object) -> object:
    """Without what looks like a secret, however it got there."""
    if isinstance(value, str):
        text = Mask(secrets_in(value)).hide(value)
        return _NAMED.sub(r"\1<hidden>", _LOGIN.sub("<hidden>", text))
    if isinstance(value, list | tuple):
        return [_masked(each) for each in value]
    if isinstance(value, dict):
        return {key: _masked(each) for key, each in value.items()}
    return value
