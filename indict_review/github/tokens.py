"""Which token goes to which host: none to a host that it was not made for."""

from __future__ import annotations

import re
import stat
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from indict_review.errors import ConfigError
from indict_review.patches.quoting import shown

_MOST_BYTES = 8192
_PUBLIC = "https://api.github.com"
_OURS = ("GITHUB_TOKEN", "GH_TOKEN")
_ENTERPRISE = ("GH_ENTERPRISE_TOKEN", "GITHUB_ENTERPRISE_TOKEN")


def token(environ: Mapping[str, str], token_file: Path | None, api: str) -> str | None:
    """The one to send to `api`, or None: then only what is public can be read.

    A file is the user's word for this host. The variables are the ones that GitHub's own tools
    read: GITHUB_TOKEN or GH_TOKEN for github.com, or for the host of GITHUB_API_URL, and
    GH_ENTERPRISE_TOKEN for any other. Raises `ConfigError`.
    """
    if token_file is not None:
        return _read(token_file)
    if _origin(api) == _origin(environ.get("GITHUB_API_URL") or _PUBLIC):
        return _first(environ, _OURS)
    found = None if _origin(api) == _origin(_PUBLIC) else _first(environ, _ENTERPRISE)
    if found is None and _first(environ, _OURS):
        raise ConfigError(
            f"the token in GITHUB_TOKEN is not for {shown(urlsplit(api).netloc)}",
            "give the one for it with --token-file, or in GH_ENTERPRISE_TOKEN",
        )
    return found


def _first(environ: Mapping[str, str], names: tuple[str, ...]) -> str | None:
    """An empty variable is none: so a workflow writes a secret that is not there."""
    for name in names:
        if text := environ.get(name, "").strip():
            return _one_word(text, name)
    return None


def _read(path: Path) -> str:
    """Of a file, never of a device or a pipe, which might not end."""
    name, hint = shown(str(path), 300), "it is a file whose one line is the token"
    try:
        facts = path.stat()
        if not stat.S_ISREG(facts.st_mode):
            raise ConfigError(f"--token-file {name} is not a file", hint)
        if facts.st_size > _MOST_BYTES:
            raise ConfigError(f"--token-file {name} is too large for a token", hint)
        text = path.read_text("ascii").strip()
    except OSError as e:
        raise ConfigError(f"--token-file {name} cannot be read: {e.strerror}", hint) from e
    except ValueError as e:
        raise ConfigError(f"--token-file {name} holds no token", hint) from e
    if not text:
        raise ConfigError(f"--token-file {name} is empty", hint)
    return _one_word(text, name)


def _one_word(text: str, where: str) -> str:
    if not re.fullmatch(r"[!-~]+", text):
        raise ConfigError(f"{where} holds more than one token, or none", "copy it once more")
    return text


def _origin(address: str) -> tuple[str, str]:
    parts = urlsplit(address)
    return parts.scheme.lower(), parts.netloc.lower()
