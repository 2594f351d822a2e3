"""Which files critics should see first, where they cannot see all.

The order: how bad the worst finding in the file is; whether it is code, and code that something was
added to; how many of the names below its added lines have; how many lines it adds; its path. It
is a guess, the same for the same change, and what it puts last is said.
"""

import re
from collections.abc import Iterable

from indict_review import syntax
from indict_review.change import FileChange
from indict_review.finding import Finding

# Where data becomes code, a command, a query, markup, a file or an object, in most languages; and
# what guards an entrance.
SINKS = re.compile(
    r"\b(?:exec\w*|eval|system|popen|spawn\w*|subprocess|processbuilder|shell\w*|query\w*|raw|"
    r"select|open|fopen|unlink|chmod|extractall|include|require|import_module|pickle|marshal|"
    r"unserialize|deserialize|readobject|yaml|innerhtml|dangerouslysetinnerhtml|document\.write|"
    r"strcpy|strcat|sprintf|memcpy|malloc|free|unsafe|redirect|urlopen|fetch|curl\w*|md5|sha1|"
    r"random|passw\w+|secret\w*|token\w*|verify\w*|auth\w*|permission\w*|admin\w*)\b",
    re.IGNORECASE,
)

Rank = tuple[int, int, int, int, int]


def rank(file: FileChange, added: Iterable[str], findings: Iterable[Finding]) -> Rank:
    """Larger is riskier; `findings` are those in this file, `added` the lines it adds."""
    code = syntax.has_grammar(file.language)
    return (worst(findings), code and file.added > 0, code, sinks(added), file.added)


def worst(findings: Iterable[Finding]) -> int:
    """The rank of the worst severity; -1 where nothing was found."""
    return max((finding.severity.rank for finding in findings), default=-1)


def sinks(lines: Iterable[str]) -> int:
    """How many different names of `SINKS` there are: writing one often makes nothing riskier."""
    return len({name.lower() for line in lines for name in SINKS.findall(line)})
