"""How a reply names the file that a block of code is for: on a line of its own, or in the fence.

A sentence that mentions a path names nothing, since nobody knows what it says of it; but for one
that announces the whole of the file, in the few words that are used for that.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from indict_review import languages
from indict_review.errors import PatchError
from indict_review.patches.interface import Block
from indict_review.patches.quoting import shown

LONGEST = 400
"""Characters of a line that may name a file."""

_SUFFIXES = frozenset(languages.BY_SUFFIX) | {
    f".{suffix}"
    for suffix in (
        "adoc astro bat bazel bzl cfg clj cmake cmd conf cs csproj csv cu dart diff ejs env erl ex "
        "exs fish fs glsl gradle graphql groovy hbs hs in ini ipynb j2 jinja jl json5 jsonc less "
        "lock m mdx mk ml mm mod nim nix patch plist pp properties proto pug r rst s sass scss "
        "service sln snap sol sum sv svelte svg tcl tex tmpl tsv txt vb vhd vue wgsl xsd zig zsh"
    ).split()
}
_NAMES = frozenset(
    "BUILD Brewfile CHANGELOG CODEOWNERS Containerfile Dockerfile GNUmakefile Gemfile Jenkinsfile "
    "Justfile LICENSE Makefile NOTICE Pipfile Procfile README Rakefile Vagrantfile justfile".split()
)
_PRODUCTS = frozenset(
    "alpine.js angular.js backbone.js chart.js d3.js discord.js ember.js express.js next.js "
    "node.js nuxt.js react.js three.js vue.js".split()
)
"""What a heading says more often than it names a file."""

_LIST = re.compile(r"(?:(?:#{1,6}|[-*+]|[0-9]{1,3}[.)])\s+)*")
_TAG = re.compile(r"<(path|file|file_path|filename)>([^<>]+)</\1>")
_SAID = re.compile(r"^(?:file(?:[ _]?(?:name|path))?|path)\s*:\s*", re.IGNORECASE)
_STATE = re.compile(r"\s*\((?:new|updated?|modified|changed|created|full|complete)[a-z ]*\)$")
_QUOTED = re.compile(r"`([^`]+)`(.*)$")
_LINES = re.compile(
    r"(?::L?|#L|(?:,\s*|\s+|\s*\()(?:lines?\s+|L))"
    r"([0-9]{1,9})(?:\s*(?:-|\u2013|to)\s*L?([0-9]{1,9}))?\)?$"
)
_COMMENT = re.compile(r"\s*(?:#|//|--|;|%|<!--|/\*)\s*(\S.*?)\s*(?:-->|\*/)?$")
_LANGUAGE = re.compile(r"[\w+#.-]*(?::(.*)|(?!\S))")
_KEYED = re.compile(
    r"\b(?:title|file|filename|filepath|path|name)\s*[=:]\s*(\"[^\"]+\"|'[^']+'|\S+)"
)
_ANNOUNCES = re.compile(
    r"\b(?:creat(?:e|ed|ing)|new file|(?:updated?|full|complete|entire|whole|final|revised|modified"
    r"|rewritten|corrected|refactored)(?: (?:version|contents?|code|source))?(?: (?:of|for))?)"
    r"(?: (?:an?|the|this|new|file|called|named|at|as)){0,5}\s*$",
    re.IGNORECASE,
)
"""What stands right before the path: `Here is the updated`, `Create a new file called`."""
_BEHIND = re.compile(r"(?: (?:file|with|like|this|as|follows|the|following|contents?|code))*$")
_NOT_ALL = re.compile(
    r"\b(?:old|original|before|current(?:ly)?|existing|previous(?:ly)?|was|were|example|usage|part|"
    r"snippet|excerpt|section|function|method|class|lines?|imports?|only|just|inside|within|in|if|"
    r"not|never|don't)\b",
    re.IGNORECASE,
)
_MENTIONED = re.compile(r"`([^`\s]+)`|(?<![\w./@-])([\w@-][\w./@-]{0,200}\.\w{1,10})(?![\w/])")
_SHOWS = re.compile(
    r"\b(?:usage|examples?|e\.g|call(?:s|ing)? it|run|try|test it|use it|output|prints?"
    r"|returns?)\b",
    re.IGNORECASE,
)
_FORBIDDEN = re.compile(r"[\x00-\x1f*?\"'<>|=;:,!`$&{}]")
_SUFFIX = re.compile(r".\.[A-Za-z][A-Za-z0-9_+-]*$")


class Place(NamedTuple):
    """What a label says."""

    path: str
    lines: tuple[int, int] | None
    """First and last, if it is about some lines of the file only."""


def place(label: str) -> Place:
    """The label of a `Block` taken apart."""
    found = _LINES.search(label)
    if found is None:
        return Place(label.removeprefix("./"), None)
    first = int(found[1])
    return Place(label[: found.start()].removeprefix("./"), (first, int(found[2] or first)))


def check_named(block: Block, paths: Sequence[str]) -> None:
    """Raise `PatchError` if a fence is named after a file, and holds an edit of others.

    It may be that file, which happens to be a patch.
    """
    label = place(block.label).path if block.label and block.info is not None else None
    if label and not any(_is_same(label, path) for path in paths):
        raise PatchError(
            f"the code on line {block.line} is for {shown(paths[0] if paths else 'no file')}, "
            f"and said to be {shown(label)}",
            "If it is a file that happens to be a patch, say --patch-format whole-file.",
        )


def _is_same(label: str, path: str) -> bool:
    """Whether they may be one file: models leave folders out."""
    return f"/{label}".endswith(f"/{path}") or f"/{path}".endswith(f"/{label}")


def named_by_line(line: str) -> str | None:
    """The file, and perhaps its lines, that a line says and nothing else: `` **`a.py`**: ``."""
    if len(line) > LONGEST:
        return None
    text = _LIST.sub("", line.strip(), count=1).replace("**", "").strip(" *")
    tagged = _TAG.fullmatch(text)
    bare = tagged[2] if tagged else _SAID.sub("", text, count=1)
    marked = bare != text
    text = _STATE.sub("", bare.strip().rstrip(":")).rstrip(":")
    quoted = _QUOTED.match(text)
    if quoted:
        text = quoted[1].strip() + quoted[2].rstrip(":")
    return text if is_path(place(text).path, quoted is not None or marked) else None


def named_by_sentence(line: str) -> str | None:
    """The file of which a sentence says that all of it follows: ``The updated `a.py`:``."""
    if len(line) > LONGEST or not line.rstrip().rstrip("*").endswith(":"):
        return None
    text = _LIST.sub("", line.strip(), count=1).replace("**", "").rstrip(":* ")
    before, *quoted = text.split("`")
    if len(quoted) != 2 or _NOT_ALL.search(before + quoted[1]):
        return None
    announced = _ANNOUNCES.search(before) and _BEHIND.fullmatch(quoted[1])
    return quoted[0].removeprefix("./") if announced and is_path(quoted[0]) else None


def mentioned(line: str) -> str | None:
    """A file that a sentence above code speaks of, if it may mean that the code goes there."""
    if len(line) > LONGEST or _SHOWS.search(line):
        return None
    names = (quoted or bare for quoted, bare in _MENTIONED.findall(line))
    return next((name for name in names if is_path(place(name).path)), None)


def named_by_comment(line: str) -> str | None:
    """The file that the first line of the code says, in a comment that says nothing else."""
    found = _COMMENT.match(line) if len(line) <= LONGEST else None
    name = _SAID.sub("", found[1], count=1) if found else ""
    return name.removeprefix("./") if is_path(name) else None


def named_by_info(info: str) -> str | None:
    """The file that stands behind a fence: `python a.py`, `python:a.py`, `a.py`, `title="a.py"`."""
    if len(info) > LONGEST:
        return None
    keyed = _KEYED.search(info)
    if keyed:
        name = keyed[1].strip("\"'").rstrip("}")
        return name if is_path(name, quoted=True) else None
    first, *rest = info.split() or [""]
    called = _LANGUAGE.match(info)
    if called and called[1]:
        name = called[1].strip()
        return name if is_path(place(name).path, quoted=True) else None
    word = rest[0] if rest and _LANGUAGE.match(first) and not is_path(first) else first
    return word if is_path(place(word).path) else None


def is_path(name: str, quoted: bool = False) -> bool:
    """Whether it is surely meant as a file's path: `Node.js` in a heading, or `json.loads`, is not.

    `quoted`: it is in quotes, or said to be a file.
    """
    if not name or _FORBIDDEN.search(name) or name.endswith("/") or name.startswith("//"):
        return False
    folder, slash, last = name.rpartition("/")
    if not quoted and name.lower() in _PRODUCTS:
        return False
    if re.search(r"\s", name) and (not quoted or not folder or re.search(r"\s", folder)):
        return False  # a command, more likely: `pytest tests/a.py`
    if not slash and re.search(r"[()\[\]\\]", name):
        return False
    if last in _NAMES or re.fullmatch(r"\.[a-z][\w.-]+", last):
        return True
    suffix = _SUFFIX.search(last)
    if slash:
        return suffix is not None or ((quoted or not folder) and " " not in name)
    return "." + last.rpartition(".")[2].lower() in _SUFFIXES if suffix else False
