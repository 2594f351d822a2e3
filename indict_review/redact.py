"""Secrets in the change are masked in every output, transcript and prompt (promise 5).

The shapes are those that providers publish for their own keys, and values given to names that
say they are secret. A masked secret keeps a stable placeholder, so that an edit can carry it.
"""

import json
import re
from collections.abc import Iterable

_SHAPES = re.compile(
    r"""
    (?:AKIA|ASIA)[0-9A-Z]{16}                      # AWS access key id
    | gh[pousr]_[A-Za-z0-9]{36,255}                # GitHub
    | github_pat_[A-Za-z0-9_]{60,255}
    | glpat-[A-Za-z0-9_-]{20,64}                   # GitLab
    | xox[abprs]-[A-Za-z0-9-]{10,250}              # Slack
    | sk-(?:ant-|proj-)?[A-Za-z0-9_-]{20,250}      # OpenAI, Anthropic
    | [rs]k_live_[A-Za-z0-9]{20,250}               # Stripe
    | AIza[0-9A-Za-z_-]{35}                        # Google
    | npm_[A-Za-z0-9]{36}
    | pypi-AgEIcHlwaS5vcmc[A-Za-z0-9_-]{50,1000}
    | eyJ[A-Za-z0-9_-]{10,2000}\.eyJ[A-Za-z0-9_-]{10,4000}\.[A-Za-z0-9_-]{10,1000}  # JWT
    """,
    re.VERBOSE,
)
_NAMED = re.compile(
    r"""(?i)(?:pass(?:word|wd|phrase)?|secret|token|api_?key|private_?key|credential)s?\w{0,20}
    ["']?\s{0,8}[:=]\s{0,8}[bru]{0,2}["']([^"'\s]{8,200})["']""",
    re.VERBOSE,
)
_PEM = re.compile(r"-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----([^-]{20,20000})-----END")
_LONGEST_LINE = 20_000


def secrets_in(text: str) -> tuple[str, ...]:
    """The secret values in a text, longest first."""
    found: set[str] = set()
    for line in text.split("\n"):
        head = line[:_LONGEST_LINE]
        found.update(m.group() for m in _SHAPES.finditer(head))
        found.update(m.group(1) for m in _NAMED.finditer(head))
    for block in _PEM.finditer(text):
        found.update(
            part
            for part in (x.strip("+- \t\r") for x in block.group(1).split("\n"))
            if len(part) > 7
        )
    return tuple(sorted(found, key=lambda s: (-len(s), s)))


class Mask:
    """Hides some secrets behind placeholders, and puts them back."""

    def __init__(self, secrets: Iterable[str]) -> None:
        self._holders = {secret: f"<secret-{n}>" for n, secret in enumerate(secrets, 1)}

    def learn(self, text: str) -> None:
        """Hide the secrets of this text as well, from now on."""
        for secret in secrets_in(text):
            self._holders.setdefault(secret, f"<secret-{len(self._holders) + 1}>")

    def hide(self, text: str) -> str:
        """The text without the secrets, in their plain form and as JSON writes them."""
        for secret, holder in self._holders.items():
            text = text.replace(secret, holder)
            text = text.replace(json.dumps(secret)[1:-1], holder)
        return text

    def show(self, text: str) -> str:
        """The text with the secrets back in their places."""
        for secret, holder in self._holders.items():
            text = text.replace(holder, secret)
        return text
