"""Secrets that are told by their own form, as their providers publish it.

Those that detect-secrets does not know, or knows less well, or that have to be found without it:
loading it takes longer than most reviews of a commit.
"""

import re
from collections.abc import Iterator

_SHAPES = {
    "AWS access key": r"(?:AKIA|ASIA)[0-9A-Z]{16}(?![0-9A-Za-z])",
    "GitHub token": r"gh[pousr]_[A-Za-z0-9]{36,255}|github_pat_[A-Za-z0-9_]{60,255}",
    "GitLab token": r"gl(?:pat|dt|ft|soat|rt|ptt|cbt|agent)-[A-Za-z0-9_-]{20,64}",
    "Slack token": r"xox[abeoprs]-[A-Za-z0-9-]{10,250}|xapp-\d-[A-Za-z0-9-]{20,250}",
    "OpenAI or Anthropic key": r"sk-(?:ant-|proj-|svcacct-|or-)?[A-Za-z0-9_-]{20,250}",
    "Stripe key": r"[rs]k_live_[A-Za-z0-9]{20,250}|whsec_[A-Za-z0-9+/=]{24,100}",
    "Google key": r"AIza[0-9A-Za-z_-]{35}|GOCSPX-[0-9A-Za-z_-]{28}|ya29\.[0-9A-Za-z_-]{30,500}",
    "npm token": r"npm_[A-Za-z0-9]{36}",
    "PyPI token": r"pypi-AgE[A-Za-z0-9_-]{50,1000}",
    "JSON Web Token": r"eyJ[\w-]{10,2000}\.eyJ[\w-]{5,4000}\.[\w-]{10,1000}",
    "Hugging Face token": r"hf_[A-Za-z]{34}(?![A-Za-z])",
    "DigitalOcean token": r"do[opr]_v1_[a-f0-9]{64}",
    "Databricks token": r"dapi[a-f0-9]{32}",
    "Shopify token": r"shp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}",
    "Vault token": r"hv[sbr]\.[A-Za-z0-9_-]{24,500}",
    "Atlassian token": r"ATATT3[A-Za-z0-9_=-]{100,500}",
    "Grafana token": r"gls[ac]_[A-Za-z0-9]{32}_[A-Fa-f0-9]{8}",
    "age key": r"AGE-SECRET-KEY-1[0-9A-Z]{58}",
}  # fmt: skip
LIKE_WORDS = frozenset({"OpenAI or Anthropic key", "GitLab token", "Vault token", "npm token"})
"""Those whose form fits names, too: their values have digits, and are not made of words."""
# What stands before it may be the end of an escape, as in `\n` that a program wrote out.
_BEFORE = r"(?:(?<![A-Za-z0-9])|(?<=\\[abfnrtv])|(?<=\\x[0-9a-f]{2})|(?<=\\u[0-9a-f]{4}))"
_ANY = re.compile(f"{_BEFORE}(?:{'|'.join(f'({shape})' for shape in _SHAPES.values())})")
_KINDS = tuple(_SHAPES)

_KEY_BEGINS = re.compile(r"-----BEGIN [A-Z0-9 ]{0,30}PRIVATE KEY(?: BLOCK)?-----")
_KEY_ENDS = re.compile(r"-----END [A-Z0-9 ]{0,30}PRIVATE KEY")
_KEY_PART = re.compile(r"[A-Za-z0-9+/=]{16,}|(?<![\w+/])[A-Za-z0-9+/]{2,15}={1,2}")
_CODE = re.compile(r"[;{}\[\]!?$%^&|~`]")
_PROSE = re.compile(r"[A-Za-z]+ [A-Za-z]+ [A-Za-z]+")
"""What no line of a key has, whatever language it is quoted in, and what no key without its end."""
_LONGEST_KEY = 20_000


def shapes(line: str) -> Iterator[tuple[str, str]]:
    """The values that have a provider's form, each with its kind."""
    for match in _ANY.finditer(line):
        yield match[0], _KINDS[(match.lastindex or 1) - 1]


def private_keys(text: str) -> Iterator[tuple[str, int]]:
    """Every line of each private key, and where it starts.

    Also of one whose end is not in the text, up to what is no line of a key.
    """
    for begins in _KEY_BEGINS.finditer(text):
        body = text[begins.end() : begins.end() + _LONGEST_KEY]
        ends = _KEY_ENDS.search(body)
        body = body[: ends.start()] if ends else _before(_PROSE, body)
        body = _before(_CODE, body)
        for part in _KEY_PART.finditer(body):
            value, above = part[0], body[part.start() - 1 : part.start()]
            # Before it stands the mark of a diff, or a line end that is spelt `\n`.
            marked = (above, value[0]) in {("\n", "+"), ("\\", "n")}
            yield value[marked:], begins.end() + part.start()


def _before(what: re.Pattern[str], text: str) -> str:
    found = what.search(text)
    return text[: found.start()] if found else text
