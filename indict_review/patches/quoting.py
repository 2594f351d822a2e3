"""How hostile text is written down: for people to read, and for git to read back."""

import re
import unicodedata

_ESCAPES = {"a": 7, "b": 8, "t": 9, "n": 10, "v": 11, "f": 12, "r": 13, '"': 34, "\\": 92}
_NAMES = {code: letter for letter, code in _ESCAPES.items()}
_TOKEN = re.compile(r'\\([0-3][0-7]{2}|[abtnvfr"\\])|([^\\"]+)')


def shown(text: str, limit: int = 100) -> str:
    """The text as a message may quote it: on one line, short, and nothing a terminal obeys."""
    cut = text if len(text) <= limit else text[:limit] + "…"
    return "".join(c if _harmless(c) else ascii(c)[1:-1] for c in cut)


def _harmless(char: str) -> bool:
    # Cc and Cf take in escape sequences and bidirectional overrides, Cs undecodable bytes.
    return unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def quoted(name: str) -> str:
    """The name as git writes it in a diff: in quotes and octal escapes where it has to be."""
    raw = name.encode("utf-8", "surrogateescape")
    if all(32 <= byte < 127 and byte not in b'"\\' for byte in raw):
        return name
    return '"' + "".join(_escaped(byte) for byte in raw) + '"'


def _escaped(byte: int) -> str:
    if byte in _NAMES:
        return "\\" + _NAMES[byte]
    return chr(byte) if 32 <= byte < 127 else f"\\{byte:03o}"


def unquoted(text: str) -> tuple[str, str] | None:
    """The name at the start of `text`, which opens with a quote, and what follows it.

    None if the quote is not closed or has an escape that git does not write.
    """
    raw, at = bytearray(), 1
    while at < len(text) and text[at] != '"':
        token = _TOKEN.match(text, at)
        if token is None:
            return None
        escape, plain = token.groups()
        if plain is not None:
            raw += plain.encode("utf-8", "surrogateescape")
        else:
            raw.append(_ESCAPES[escape] if escape in _ESCAPES else int(escape, 8))
        at = token.end()
    return (raw.decode("utf-8", "surrogateescape"), text[at + 1 :]) if at < len(text) else None
