"""Secrets that are told by the name they are given to, or by where they stand.

How sure that is follows from the value (`secrets_value`). Every pattern is bounded: its texts are
hostile.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from indict_review.evidence import Confidence
from indict_review.tools.secrets_value import weighed

_LOW = Confidence.LOW
_NAME = r"""(?:passwords?|passwd|pass[_-]?phrase|pass[_-]?code|pwd|(?<![a-z])(?:pass|pw)(?![a-z])
    |secret|token(?!s\b)|credentials?
    |(?:api|access|auth|account|private|encrypt(?:ion)?|sign(?:ing)?|shared|master|client|storage
    |service|licen[cs]e|session)[_-]?key)"""
WORTH = re.compile(
    rf"""{_NAME} | authorization | x-api-key | x-(?:auth|vault)-token | private-token | bearer\s
    | basic\s | [?&](?:sig|key|signature)= | \s-u | --user | --proxy-user | \blogin\s
    | ://[^/\s]{{1,300}}@ | mysql | mariadb | sshpass""",
    re.VERBOSE | re.IGNORECASE,
)
"""What a line has that may hold one of these."""
NEAR = (
    "pass", "pwd", "secret", "token", "credential", "key", "authorization", "auth-token", "bearer",
    "basic", "sig=", "signature=", " -u", "--user", "--proxy-user", "login", "://",
    "pw", "mysql", "mariadb", "sshpass",
)  # fmt: skip
"""One of these has every such line, in small letters: they are quicker looked for."""
_REST = r"(?P<rest>[\w.-]{0,60})"
_QUOTED = r"""[bruf@$]{0,2}(?P<quote>\"{3}|'{3}|["'`])
    (?P<value>(?:[^"'`\n\\]|\\.|(?!(?P=quote))["'`]){5,200})(?P=quote)"""
_MADE_OF = r"""(?:(?:\[\](?:byte|rune)|string|new[ ]string|string::from|str|bytes|bytearray
    |secret(?:str)?|(?:base64\.)?b64decode|atob|buffer\.from)\(\s{0,8})?"""
"""A conversion, of a few languages: what it is given is the value itself."""

_ANY_NAME = re.compile(_NAME, re.VERBOSE | re.IGNORECASE)
_FLAGS = re.VERBOSE | re.IGNORECASE | re.MULTILINE
_BY_NAME = tuple(
    re.compile(pattern, _FLAGS)
    for pattern in (
        # password = "…", "password": "…", password: str = "…"
        rf"""{_NAME}{_REST}["'\]]{{0,2}}(?:\[\w{{0,20}}\])?
        (?:\s{{0,4}}:\s{{0,4}}[\w\[\]|.&'<> ]{{1,40}}(?==))?\s{{0,8}}
        (?::=|=>|={{1,3}}|!={{1,2}}|:)[ ]{{0,8}}[(\\]?\s{{0,8}}[+-]?\s{{0,60}}{_MADE_OF}
        {_QUOTED}""",
        # ("PASSWORD", "…"), setPassword("…"), .password("…")
        rf"""\(\s{{0,4}}["'][\w.-]{{0,40}}{_NAME}{_REST}["']\s{{0,4}},\s{{0,4}}{_QUOTED}""",
        rf"""(?:\bset_?|\bwith_?|\.){_NAME}\(\s{{0,8}}{_QUOTED}""",
        # password: |, and the value on the next line
        rf"""{_NAME}{_REST}["']?[ ]{{0,4}}:[ ]{{0,4}}[|>][+-]?[ ]{{0,4}}\n[+-]?[ ]{{1,60}}
        (?P<value>\S{{6,200}})""",
        # name: DB_PASSWORD, value: …; <add key="password" value="…"/>
        rf"""(?:name|key|id)["']?\s{{0,3}}[:=]\s{{0,3}}["']?[\w.-]{{0,40}}{_NAME}{_REST}["']?
        [\s,;+-]{{1,60}}["']?(?:value|default)["']?\s{{0,3}}[:=]\s{{0,3}}["']?
        (?P<value>[^\s"'<>{{}},]{{6,200}})""",
        rf"<[\w:.-]{{0,30}}{_NAME}{_REST}>\s{{0,8}}(?P<value>[^<>\s]{{6,200}})\s{{0,8}}</",
        # Password=…; in a connection string, or between blanks
        rf"""(?:^|[;"'\s]){_NAME}{_REST}=(?P<value>[^;"'`\s<>{{}}()\[\],]{{4,200}})
        (?=[;"']|\s+\w+=|\s*\\?$)""",
        rf"[?&]{_NAME}{_REST}=(?P<value>[^&\s\"'<>{{}}\#;`)]{{6,500}})",
        rf"--[a-z-]{{0,20}}{_NAME}[ =][\"']?(?P<value>[^\s\"'`{{}}$<>()|\[\]]{{6,200}})",
    )
)
_BY_PLACE = tuple(
    re.compile(pattern, _FLAGS)
    for pattern in (
        r"[?&](?:sig|key|signature)=(?P<value>[^&\s\"'<>{}#;`)]{16,500})",
        r"""\b(?:authorization|x-api-key|x-auth-token|private-token|x-vault-token)["'\]]{0,2}\s{0,4}
        [:=,]\s{0,4}[bruf]{0,2}["'`]?\s{0,2}(?:(?:bearer|basic|token|apikey)\s{1,4})?
        (?P<value>[A-Za-z0-9+/=._~-]{8,2000})""",
        r"\b(?:bearer|basic)\s{1,3}(?P<value>[A-Za-z0-9+/._~-]{16,2000}={0,2})",
        r"""(?:\s-u|--user|--proxy-user)[ =]?["']?[^\s:"'$]{1,60}:(?P<value>[^\s"'{}$<>]{4,100})""",
        # PGPASSWORD=… psql; mysql -p…; sshpass -p …
        r"""(?-i:\b[A-Z0-9_]{0,40}(?:PASSWORD|PASSWD|PWD|SECRET|TOKEN))=
        (?P<value>[^\s"'`$<>{}()\[\],;]{6,200})[ \t]+(?-i:[a-z./])""",
        r"""\b(?:mysql|mariadb)[\w-]{0,20}[ ](?:[^\n;|&]{0,200}?[ ])?(?-i:-p)
        (?P<value>[^\s"'`$<>;|&]{4,100})""",
        r"\bsshpass\s{1,8}(?-i:-p)\s{0,8}[\"']?(?P<value>[^\s\"'`$<>]{4,100})",
        r"\blogin\s{1,8}\S{1,60}\s{1,8}password\s{1,8}(?P<value>\S{4,100})",
    )
)
_ADDRESS = re.compile(
    r"""://(?P<user>[^\s:/@"'<>{}()\[\]|\\^`]{0,100}):
    (?P<value>[^\s/@"'<>{}()\[\]|\\^`]{3,200})@(?P<host>[\w.-]{0,100})""",
    re.VERBOSE,
)
_NOWHERE = re.compile(r"(?i)127[\d.]*|0\.0\.0\.0|(?:[\w.-]*\.)?example\.\w+")
_UNQUOTED = re.compile(
    rf"""^[+\- ]?\s{{0,40}}(?:(?:export|set|setx|ENV|ARG|-)\s{{1,4}})?["']?[\w./-]{{0,60}}?
    {_NAME}{_REST}["']?[ \t]{{0,8}}[=:][ \t]{{0,8}}
    (?P<value>[^\s"'#|>&*!\[\]{{}}][^\s"']{{4,200}})[ \t]*(?:\#.*)?\r?$""",
    _FLAGS,
)
_SETTINGS = frozenset(
    ".env .properties .ini .cfg .conf .config .yaml .yml .sh .bash .zsh .npmrc .pypirc .netrc"
    " .pgpass .tfvars .toml .envrc .credentials .secrets".split()
)
_ABOUT = frozenset(
    """url uri path file filename name names field fields header headers type types id ids length
    len size min max prefix suffix regex pattern re expires expiry expiration ttl timeout label
    placeholder hint prompt message msg error errors help env var variable column param params hash
    policy validator validators class format endpoint lifetime count limit budget kind mode method
    algorithm alg provider source store manager service reset required enabled title text usage
    attr attribute ref reference input form template view page command cmd arg option scheme
    version index position start end char chars delimiter separator location backend instance
    factory""".split()
)
"""A name that ends so speaks of the secret and is none."""
_NAMED_SO = re.compile(r"(?i)(?:pass\w{0,6}|pwd|secret|credentials?)[\"'\]>]{0,2}\s*[:=>][^,]*$")
"""What makes a secret of mere words: they are given to a name that says nothing else."""


@dataclass(frozen=True)
class Named:
    """A value, as far as its surroundings tell."""

    value: str
    start: int
    sure: Confidence
    kind: str = "secret"


def named(piece: str, path: str = "") -> Iterator[Named]:
    """Those of a line or two; `path`, if known, tells whether values stand without quotes."""
    settings = is_settings(path)
    if _ANY_NAME.search(piece):
        for match in (m for pattern in _BY_NAME for m in pattern.finditer(piece)):
            yield from _weighed(match, settings)
        for match in _UNQUOTED.finditer(piece):
            if settings or _is_no_code(match["value"]):
                yield from _weighed(match, settings)
    for match in (m for pattern in _BY_PLACE for m in pattern.finditer(piece)):
        yield from _weighed(match, settings)
    for match in _ADDRESS.finditer(piece):
        sure = weighed(match["value"])
        if sure is not None and match["value"] != match["user"]:
            public = "." in match["host"] and not _NOWHERE.fullmatch(match["host"])
            sure = Confidence.MEDIUM if public and re.search(r"\d", match["value"]) else _LOW
            yield Named(match["value"], match.start("value"), sure, "password in an address")


def is_settings(path: str) -> bool:
    """Whether values stand without quotes in such a file."""
    name = PurePosixPath(path.lower())
    known = name.suffix in _SETTINGS or name.name in _SETTINGS
    return known or name.name.startswith((".env", "dockerfile", "containerfile"))


def _weighed(match: re.Match[str], settings: bool) -> Iterator[Named]:
    words = re.split(r"[_.-]|(?<=[a-z])(?=[A-Z])", match.groupdict().get("rest") or "")
    sure = None if words[-1].lower() in _ABOUT else weighed(match["value"])
    if sure is _LOW:
        told = match[0][: match.start("value") - match.start()]
        if not _NAMED_SO.search(told):
            return
        if settings and re.search(r"\d", match["value"]):
            sure = Confidence.MEDIUM  # there, nothing else is written after such a name
    if sure is not None:
        yield Named(match["value"], match.start("value"), sure)


def _is_no_code(value: str) -> bool:
    """Whether it could not stand like this behind an equals sign in a programming language."""
    return weighed(value) is Confidence.MEDIUM and not re.search(r"[()\[\]{},;]|^\w+$", value)
