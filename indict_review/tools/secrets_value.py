"""What a value tells by itself, once its surroundings say that it may be a secret.

A mixture of letters and digits is MEDIUM, mere words are LOW (they are masked, and no finding). One
plain word is none: masked wherever it stands, `function` would hide half of what is reviewed.
"""

import re

from indict_review.evidence import Confidence

_HOLE = re.compile(
    r"\$\{[^{}]{0,80}\}|\{\{[^{}]{0,80}\}\}|\{[^{}]{0,80}\}|<[^<>]{0,80}>|\$\([^()]{0,80}\)"
    r"|%\(\w{1,40}\)[sd]|%[sdvq](?![A-Za-z0-9])|^\$\w+|\.{3}|…|\*{3,}"
)
"""What a template fills in, and what somebody left out."""
_WORDY_HOLDER = re.compile(
    r"(?i)change[-_.]?(?:me|it|this)|replace|example|sample|dummy|placeholder|your|redacted|todo"
    r"|fixme|x{3}|none|null|nil|undefined|true|false|fake|foo|bar$|baz|test|mock|insert|enter|demo"
    r"|default|password|passwd|secret|token|passphrase|credential|api[-_]?key|1234|abcd|qwert|admin"
    r"|letmein|^@"
)
"""One of these makes mere words a placeholder."""
_HOLDING = re.compile(
    r"password|passphrase|passwd|pass|pwd|secret|token|credentials?|change|replace|placeholder"
    r"|example|sample|dummy|redacted|your|todo|fixme|fake|testing|test|mock|insert|enter|demo"
    r"|default|letmein|qwerty?|asdf|abc(?:def?)?|xyz|x{3,}|foo|bar|baz|admin|root|user|name|value"
    r"|auth|access|private|client|api|keys?|here|this|with|some|any|me|my|it|to|is|not|none|null|nil"
    r"|undefined|true|false|string|super|local|dev|com|org|net|1234\d*"
)
"""A mixture is a placeholder if it is made of these: a real one may have any of them by chance."""
_MOST_DIGITS = 6
"""Of a placeholder, beside its words."""
_SNAKE = re.compile(r"[a-z]+(?:_[a-z]+)+|[a-z][a-z0-9]*(?:_[a-z0-9]+){2,}")
_LONG = 24
"""Characters from which on a word in a value is chance."""
_REFERENCE = re.compile(
    r"(?:[A-Za-z_$][\w$]*(?:\.|::|->))+[A-Za-z_$][\w$]*"  # a.b, A::b, a->b
    r"|[\w.]+[\[(].*|\w+[\])]\W?|[A-Z0-9]+(?:_[A-Z0-9]+)+"  # a call, an index, A_CONSTANT
    r"|~?\.{0,2}/[\w./-]*|(?:[a-z_.-]+/)+[\w.-]+|\#/.*|\w+://[^@]*"
    r"|[\w./-]+\.(?:pem|key|json|ya?ml|txt|env|py|js|ts|html?|md|crt|cer|p12|jks|toml|cfg|ini|xml"
    r"|sock)|.*(?:\.\.\.|…)|[\d.eE+-]+"
)
_WORDS = re.compile(r"(?:[A-Za-z]+\d{0,4}|\d+)(?:[-_.:/]+(?:[A-Za-z]+\d{0,4}|\d+))*=*")
_PLAIN = re.compile(r"[A-Z]{2,14}|(?=.{2,14}\Z)[A-Za-z]?[a-z]+(?:[A-Z][a-z]+)*")
_PART = re.compile(r"[A-Z]?[a-z]+|[A-Z]+")
_AMOUNT = re.compile(r"\d+[A-Za-z]{1,5}")
_FEWEST_MIXED, _MOST_IN_A_PHRASE = 5, 8


def weighed(value: str) -> Confidence | None:
    """None for what is no secret: a placeholder, a reference, a number, one plain word."""
    if _REFERENCE.fullmatch(value) or not re.search(r"[A-Za-z]", value):
        return None
    rest = _HOLE.sub("", value)
    if rest != value:
        return Confidence.MEDIUM if len(rest) >= 8 and _is_mixed(rest) else None
    if re.search(r"\s", value):
        return Confidence.MEDIUM if _is_phrase(value) else None
    if len(set(value)) < 4 or _SNAKE.fullmatch(value) or is_plain(value):
        return None
    if _is_placeholder(value) or re.search(r"^[\"'`]|[\"'`]$", value):
        return None
    if _WORDS.fullmatch(value) or not re.search(r"\d|[^\w.:/-]", value):
        return None if len(value) < 8 else Confidence.LOW
    return Confidence.MEDIUM if len(value) >= 6 else None


def is_plain(value: str) -> bool:
    """Whether it is a word, or a name of a few: letters only, and such as can be spoken."""
    spoken = all(re.search(r"[aeiouyAEIOUY]", part) for part in _PART.findall(value))
    return bool(_PLAIN.fullmatch(value)) and spoken


def _is_placeholder(value: str) -> bool:
    """Of a mixture all of it has to be one: `admin` in `kJ8#admin$9xQ!` is chance."""
    if _WORDS.fullmatch(value) and not _is_mixed(value):
        return bool(_WORDY_HOLDER.search(value)) and len(value) < _LONG
    rest = _HOLDING.sub("", value.lower())
    return not re.search(r"[a-z]", rest) and sum(map(str.isdigit, rest)) <= _MOST_DIGITS


def _is_phrase(value: str) -> bool:
    """Whether a value with blanks in it is a password: a sentence has no such words."""
    parts = value.split()
    bounded = len(parts) <= _MOST_IN_A_PHRASE and value == value.strip()
    return bounded and not re.search("[\"'`]", value) and any(map(_is_mixed, parts))


def _is_mixed(part: str) -> bool:
    """Whether letters and digits are mixed as in no word, name or amount."""
    part = part.strip(".,:;!?'\"()-_/@=+")
    both = re.search(r"[A-Za-z]", part) and re.search(r"\d", part)
    named = _WORDS.fullmatch(part) or _AMOUNT.fullmatch(part) or _REFERENCE.fullmatch(part)
    return bool(both) and len(part) >= _FEWEST_MIXED and not named
