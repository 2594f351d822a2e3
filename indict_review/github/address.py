"""Addresses of GitHub's API, and which of them a token may go to."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from indict_review.errors import ConfigError
from indict_review.patches.quoting import shown


def api_of(host: str | None, environ: Mapping[str, str]) -> str:
    """That of the host of people's pages; without one, of the one that Actions runs on."""
    server = urlsplit(environ.get("GITHUB_SERVER_URL") or "https://github.com").netloc.lower()
    host = (host or server).lower().removeprefix("www.")
    if host == server and (named := environ.get("GITHUB_API_URL")):
        return named.rstrip("/")
    if host in {"github.com", "ssh.github.com"}:
        return "https://api.github.com"
    return f"https://api.{host}" if host.endswith(".ghe.com") else f"https://{host}/api/v3"


def refuse_unsafe(base: str, token: str | None) -> None:
    """What would send the token in the clear, or let it appear in a message: `ConfigError`."""
    hint = "such as https://api.github.com, or https://github.example.com/api/v3"
    try:
        parts = urlsplit(base)
        host, _ = parts.hostname, parts.port  # a port that is none is a ValueError
    except ValueError as e:
        raise ConfigError("the address of GitHub's API is none", hint) from e
    if not host or "@" in parts.netloc or parts.query or parts.fragment:
        raise ConfigError("the address of GitHub's API cannot be used", hint)
    if parts.scheme != "https" and not (parts.scheme == "http" and _is_loopback(host)):
        raise ConfigError(f"only https keeps a token secret, and not {shown(base)}", hint)
    # requests quotes a header that it refuses.
    if token is not None and not re.fullmatch(r"[!-~]+", token):
        raise ConfigError("the token has characters that no token has", "copy it once more")


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
