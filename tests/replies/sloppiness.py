"""What actors get wrong, by where it happens: in remembering, in laying out, in sending.

Each is a function that gives what it made, or raises `Unsayable` where it cannot happen; the
tables at the end say which kinds of forms it can happen to, and what has to come of it.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from random import Random

from tests.replies.forms import EVERY, QUOTING, Kind
from tests.replies.parts import Part, Unsayable
from tests.replies.told import Passage, Row, Told, lines_of, places

Files = tuple[Told, ...]


class Expect(Enum):
    """What has to come of a reply. In no case may anything else be applied than what is right."""

    APPLIED = "applied"
    REFUSED = "refused"
    EITHER = "applied or refused"


@dataclass(frozen=True)
class Remembering:
    """Something wrong with what the actor thinks is in the files."""

    name: str
    forget: Callable[[Files, Random], Files]
    expect: Callable[[Files, Files], Expect]
    """From what was meant and what is told."""
    kinds: frozenset[Kind] = QUOTING
    as_told: bool = False
    """Whether new lines come as they are told, not as they were meant."""


@dataclass(frozen=True)
class Laying:
    """How the parts stand in the reply."""

    name: str
    lay: Callable[[Sequence[Part], Random], str]
    expect: Expect = Expect.APPLIED
    kinds: frozenset[Kind] = EVERY


@dataclass(frozen=True)
class Sending:
    """What happens to the text on its way."""

    name: str
    send: Callable[[str, Random], str]
    expect: Expect = Expect.APPLIED
    kinds: frozenset[Kind] = EVERY


Sloppiness = Remembering | Laying | Sending


# Remembering


def _no_numbers(files: Files, rng: Random) -> Files:
    return tuple(t.each(lambda p: replace(p, start=None)) for t in files)


def _trailing_added(files: Files, rng: Random) -> Files:
    """On lines that are there; a new line with it would be a wish."""
    rows = [row for told in files for passage in told.passages for row in passage.rows]
    if any(row.sign == "+" and row.line.isspace() for row in rows):
        raise Unsayable("a blank line is new, and which one may be open")

    def add(row: Row) -> Row:
        body, end = _cut_end(row.line)
        spaces = rng.choice(["", " ", "   ", "\t"])
        return row if row.sign == "+" else Row(row.sign, body + spaces + end)

    return _by_rows(files, add)


def _trailing_lost(files: Files, rng: Random) -> Files:
    return _by_rows(files, lambda row: Row(row.sign, "".join(_cut_end(row.line, strip=True))))


def _dedented(files: Files, rng: Random) -> Files:
    return tuple(told.each(_to_the_left) for told in files)


def _to_the_left(passage: Passage) -> Passage:
    indents = [re.match(r"[ \t]*", r.line) for r in passage.rows if r.line.strip()]
    least = min((m[0] for m in indents if m), key=len, default="")
    shared = all(m and m[0].startswith(least) for m in indents)
    if not least or not shared:
        return passage
    rows = (Row(r.sign, r.line.removeprefix(least)) for r in passage.rows)
    return replace(passage, rows=tuple(rows))


def _elided(files: Files, rng: Random) -> Files:
    """A remark in place of lines that the actor was too lazy to write."""
    if not any(told.new and told.passages for told in files):
        raise Unsayable("no line is new")
    return tuple(_with_remark(told, rng) for told in files)


def _with_remark(told: Told, rng: Random) -> Told:
    if told.new is None or not told.passages:
        return told
    remark = _remark(told.path, rng)
    lines = lines_of(told.new)
    third = max(len(lines) // 3, 1)
    content = "".join([*lines[:third], remark, *lines[2 * third :]]).encode()

    def put_in(passage: Passage) -> Passage:
        at = next(n for n, row in enumerate(passage.rows) if row.sign != " ")
        rows = (*passage.rows[:at], Row("+", remark), *passage.rows[at:])
        return replace(passage, rows=rows)

    return replace(told.each(put_in), new=replace(told.new, content=content))


_COMMENTS = {"md": "<!-- {} -->", "sql": "-- {}", "js": "// {}", "ts": "// {}", "go": "// {}",
             "java": "// {}", "c": "/* {} */"}  # fmt: skip


def _remark(path: str, rng: Random) -> str:
    said = rng.choice(["... existing code ...", "... rest unchanged ...", "... (rest of the file)"])
    return _COMMENTS.get(path.rpartition(".")[2], "# {}").format(said) + "\n"


def _renaming(rename: Callable[[str], str]) -> Callable[[Files, Random], Files]:
    def forget(files: Files, rng: Random) -> Files:
        _need_old(files)
        return tuple(told.named(rename) for told in files)

    return forget


def _without_folder(files: Files, rng: Random) -> Files:
    _need_old(files)
    if not all("/" in told.path for told in files):
        raise Unsayable("the file is in no folder")
    return tuple(told.named(lambda path: path.rpartition("/")[2]) for told in files)


def _outside(files: Files, rng: Random) -> Files:
    prefix = rng.choice(["../", "/srv/", "a/../../", ".git/", "C:/", "src/../.git/hooks/"])
    return tuple(told.named(lambda path: prefix + path) for told in files)


def _need_old(files: Files) -> None:
    if any(told.old_path is None for told in files):
        raise Unsayable("a new file may have any name")


def _by_rows(files: Files, change: Callable[[Row], Row]) -> Files:
    return tuple(told.each(lambda p: replace(p, rows=tuple(map(change, p.rows)))) for told in files)


def _cut_end(line: str, strip: bool = False) -> tuple[str, str]:
    body = line.rstrip("\r\n")
    return (body.rstrip() if strip else body), line[len(body) :]


def _if_clear(key: Callable[[str], str]) -> Callable[[Files, Files], Expect]:
    """To be applied if every passage fits one place, lines being the same by this key."""

    def expect(meant: Files, told: Files) -> Expect:
        pairs = [
            (lines_of(m.old), one, other)
            for m, t in zip(meant, told, strict=True)
            for one, other in zip(m.passages, t.passages, strict=True)
        ]
        if all(one == other for _, one, other in pairs):
            raise Unsayable("nothing is lost")
        fits = [places(lines, other, key) for lines, _, other in pairs if lines]
        if all(count == 1 for count in fits):
            return Expect.APPLIED
        for lines, one, other in pairs:
            if one.before != other.before and places(lines, other) == 1:
                raise Unsayable("it says another place now")
        return Expect.REFUSED if len(fits) == 1 else Expect.EITHER

    return expect


def _always(expect: Expect) -> Callable[[Files, Files], Expect]:
    return lambda meant, told: expect


REMEMBERING = [
    Remembering("no line numbers", _no_numbers, _if_clear(str), frozenset({Kind.DIFF})),
    Remembering("trailing whitespace added", _trailing_added, _if_clear(str.rstrip)),
    Remembering("trailing whitespace lost", _trailing_lost, _if_clear(str.rstrip), as_told=True),
    Remembering("dedented", _dedented, _if_clear(str.strip)),
    Remembering("an elision", _elided, _always(Expect.REFUSED), EVERY),
    Remembering("./ before the path", _renaming("./{}".format), _always(Expect.EITHER), EVERY),
    Remembering("b/ before the path", _renaming("b/{}".format), _always(Expect.EITHER), EVERY),
    Remembering("path without its folder", _without_folder, _always(Expect.REFUSED), EVERY),
    Remembering("path outside", _outside, _always(Expect.REFUSED), EVERY),
]


# Laying out

PROSE_ABOVE = """\
I looked at the code and changed what you asked for. In `shop/orders.py` and elsewhere nothing
else is touched:

- the names stay
+ one test more would be good

"""
PROSE_BELOW = """
Run the tests with:

```sh
pytest -q
```

All of them pass -- I am sure.
"""


def plain(parts: Sequence[Part], rng: Random) -> str:
    return "\n".join(_fenced(part, part.fence) for part in parts)


def _fenced(part: Part, fence: str) -> str:
    return f"{part.above}{fence}{part.info}\n{part.body}{fence}\n"


def _prose(parts: Sequence[Part], rng: Random) -> str:
    between = "\nAnd then this, which goes with it:\n\n"
    return PROSE_ABOVE + between.join(_fenced(p, p.fence) for p in parts) + PROSE_BELOW


def _listed(parts: Sequence[Part], rng: Random) -> str:
    items = []
    for number, part in enumerate(parts, 1):
        lines = _fenced(part, part.fence).splitlines(keepends=True)
        indented = "".join("   " + line if line.strip("\n") else line for line in lines)
        items.append(f"{number}. Change this:\n\n{indented}")
    return "\n".join(items)


def _wide(parts: Sequence[Part], rng: Random) -> str:
    return "\n".join(_fenced(part, part.fence + "``") for part in parts)


def _tildes(parts: Sequence[Part], rng: Random) -> str:
    if any("~~~" in part.body for part in parts):
        raise Unsayable("there are tildes in it")
    return "\n".join(_fenced(part, "~~~~") for part in parts)


def _narrow(parts: Sequence[Part], rng: Random) -> str:
    if all(part.fence == "```" for part in parts):
        raise Unsayable("no fence in it")
    return "\n".join(_fenced(part, "```") for part in parts)


def _unfenced(parts: Sequence[Part], rng: Random) -> str:
    if not all(part.bare for part in parts):
        raise Unsayable("nothing tells where it ends")
    return "I did it:\n\n" + "\n".join(part.above + part.body for part in parts)


def _cut_off(parts: Sequence[Part], rng: Random) -> str:
    """Within a fence, at a place where something of the edit is lost."""
    number = rng.randrange(len(parts))
    part = parts[number]
    payload = len(part.body.removesuffix(part.tail).rstrip())
    kept = part.body[: rng.randrange(payload)]
    above = [_fenced(each, each.fence) for each in parts[:number]]
    return "\n".join([*above, f"{part.above}{part.fence}{part.info}\n{kept}"])


def _cut_off_unfenced(parts: Sequence[Part], rng: Random) -> str:
    """Within a hunk, a pair, an envelope or an object: after one, nobody could tell."""
    if not all(part.bare for part in parts):
        raise Unsayable("it is never without a fence")
    part = rng.choice(parts)
    unit = rng.choice(part.units or (part.body,))
    begins = part.body.index(unit)
    lines = unit.splitlines(keepends=True)
    kept = "".join(lines[: rng.randrange(1, len(lines))])
    return part.above + part.body[:begins] + rng.choice([kept, kept.removesuffix("\n")])


LAYING = [
    Laying("none", plain),
    Laying("prose around", _prose),
    Laying("in a list", _listed),
    Laying("a wider fence", _wide),
    Laying("a fence of tildes", _tildes),
    Laying("a fence too narrow", _narrow, Expect.EITHER),
    Laying("no fence", _unfenced),
    Laying("cut off", _cut_off, Expect.REFUSED),
    Laying("cut off, no fence", _cut_off_unfenced, Expect.REFUSED),
]


# Sending

_NUMBERS = re.compile(r"^@@ -(\d+),(\d+) \+(\d+),(\d+) @@", re.MULTILINE)


def _wrong_numbers(text: str, rng: Random) -> str:
    off = rng.randrange(5_000, 9_000)
    return _renumbered(text, lambda a, b, c, d: (a and a + off, b, c and c + off, d))


def _wrong_counts(text: str, rng: Random) -> str:
    if re.search(r"^--- .*\n\+\+\+ .*\n(?!@@)", text, re.MULTILINE):
        raise Unsayable("it is a trap of its own")
    return _renumbered(text, lambda a, b, c, d: (a, b and b + rng.choice([-1, 1, 2]), c, d + 1))


def _renumbered(
    text: str, change: Callable[[int, int, int, int], tuple[int, int, int, int]]
) -> str:
    changed = _NUMBERS.sub(
        lambda m: "@@ -{},{} +{},{} @@".format(*change(*map(int, m.groups()))), text
    )
    if changed == text:
        raise Unsayable("there are no numbers in it")
    return changed


def _crlf(text: str, rng: Random) -> str:
    return text.replace("\r\n", "\n").replace("\n", "\r\n")


def _lf(text: str, rng: Random) -> str:
    if "\r" not in text:
        raise Unsayable("no line ends so")
    return text.replace("\r\n", "\n")


SENDING = [
    Sending("wrong line numbers", _wrong_numbers, kinds=frozenset({Kind.DIFF})),
    Sending("wrong counts", _wrong_counts, kinds=frozenset({Kind.DIFF})),
    Sending("CRLF throughout", _crlf),
    Sending("LF throughout", _lf),
    Sending("a byte order mark", lambda text, rng: "\ufeff" + text),
]

SLOPPINESS: list[Sloppiness] = [*LAYING, *REMEMBERING, *SENDING]
