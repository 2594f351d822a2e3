"""Lines that stand for code that was left out: `# ... rest unchanged ...`. They are no code.

A line counts if the file had none like it before. Where a line may be one or not, a mistake
decides: what an elision stands for would be deleted, so it is taken for one.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from pathlib import PurePosixPath

from indict_review import languages
from indict_review.patches.ellipsis import Ellipses

LONGEST = 200
"""Characters of a line that may stand for others."""

_DOTS = r"(?:\.{3,}|…)"
_OMITTED = (
    r"(?:un(?:changed|modified|touched|altered)|omitted|elided|snip(?:ped)?|no changes?|not shown|"
    r"as before|same as (?:before|above|(?:your|the (?:old|original|previous))(?: version| code)?)|"
    r"(?:as is|the same|identical|skipped|truncated|for brevity)(?!\w))"
)
_REST = r"(?:rest|remainder|remaining|remains|existing|other|same|previous|original|more)"
_CODE = (
    r"(?:file|code|class|function|method|module|script|component|program|implementation|logic|"
    r"body|contents?|imports|methods|functions|tests)"
)
_STAYS = rf"(?:(?:goes |stays |stay |remains |remain |is |are )?(?:here|below|{_OMITTED}))"

_PHRASES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        _DOTS,
        rf"{_DOTS}.*\b(?:{_OMITTED}|{_REST}|{_CODE}|your|above|below|continue[sd]?)\b.*",
        rf"(?:the |and |all )*(?:{_OMITTED}|{_REST})\b[^.…]*{_DOTS}",
        rf"{_DOTS} ?etc",
        rf"(?:{_CODE} |(?:\d+ )?lines? )?(?:is |are )?{_OMITTED}(?: for \w+| {_CODE})?",
        rf"(?:the |your |all )*{_REST} {_CODE} (?:goes |stays |stay )?here",
        r"(?:keep|leave) (?:the |your )?[\w.]+(?:\(\))? (?:function |method |class )?"
        rf"(?:as (?:it is|they are)|{_OMITTED})",
        rf"(?:the |and )*(?:rest|remainder) of (?:the |this |your )?(?:\w+ )?{_CODE}(?: {_STAYS})?",
        rf"(?:the |your )?existing {_CODE}(?: {_STAYS})?",
        rf"(?:keep |leave |and |the |all )*(?:{_REST}|everything)\b[\w ]*\b{_OMITTED}",
    )
)
"""What a line says that stands for code, once the signs of a comment are taken off it."""

_MAYBE = re.compile(
    rf"{_DOTS}|{_OMITTED}|(?:rest|remainder) of|existing {_CODE}|{_REST} {_CODE} .*here|"
    r"(?:keep|leave) .* as (?:it is|they are)",
    re.IGNORECASE,
)
COMMENT = re.compile(r"(?:^|(?<=[\s{]))(?:/\*|<!--|#|//|--|;|%)")
_OPENS = ("{", ":", "(", "[", ",", "pass", "return", "...")
"""How code ends that has a comment in the place of more code behind it."""
_INLINE = re.compile(rf"\{{\s*{_DOTS}\s*\}}[;,]?$")
_PROSE = {".md", ".markdown", ".rst", ".txt", ".adoc"}


def elided(path: str, before: str, after: str, *, in_words: bool = False) -> str | None:
    """A line of `after` that stands for code left out, and has no like in `before`.

    `in_words`: dots alone are none. A diff names each line that it takes away, and a file may well
    have such a line.
    """
    old, new = (Counter(map(str.strip, text.split("\n"))) for text in (before, after))
    # Dots may be there as often as before, and be code no more.
    maybe = {line for line in (new - old) | Counter(["..."]) if len(line) <= LONGEST}
    maybe = {line for line in maybe if line in new and _MAYBE.search(line)}
    if not maybe:
        return None
    added = Counter(_elisions(path, after, maybe)) - Counter(_elisions(path, before, maybe))
    return next((line for line in added if not in_words or any(map(str.isalpha, line))), None)


def _elisions(path: str, text: str, maybe: Collection[str]) -> Iterator[str]:
    """Those of the lines that stand for others, each time."""
    lines = text.split("\n")
    is_prose = PurePosixPath(path).suffix.lower() in _PROSE
    examples = _examples(lines) if is_prose else set()
    language = languages.of_path(path)
    is_code = language == "python" and "..." in maybe
    code = Ellipses.of(text, stub=path.endswith(".pyi")) if is_code else None
    for n, line in enumerate(map(str.strip, lines)):
        if line not in maybe or (is_prose and n not in examples and line.startswith("#")):
            continue  # in a text, # is a heading's
        said = _said(line)
        if said is None or not any(phrase.fullmatch(said) for phrase in _PHRASES):
            continue
        has_words = any(map(str.isalpha, said))
        if not has_words and (n in examples or _goes_on(lines, n)):
            continue
        if line == "..." and code is not None and n + 1 in code.meant:
            continue
        if language == "yaml" and lines[n].rstrip() == "...":
            continue  # the end of a document
        yield line


def _said(line: str) -> str | None:
    """What a comment says, or a line that is no code; None for code."""
    comment = COMMENT.search(line)
    if comment is not None:
        code = line[: comment.start()].rstrip()
        said = line[comment.start() :].rstrip("}) ;").removesuffix("*/").removesuffix("-->")
        return _bare(said) if not code or code.endswith(_OPENS) else None
    if _INLINE.search(line):
        return "..."
    if line[:1] in "[(<{" and line[-1:] in "])>}":
        return _bare(line)
    # JavaScript's `...rest` is one word.
    dotted = line.startswith(("...", "…")) and (" " in line or not line.strip(".…"))
    return _bare(line) if dotted else None


def _bare(said: str) -> str:
    said = said.strip(" \t*-=()[]{}<>!#/:,;%")
    return said if said.endswith("..") else said.rstrip(".")


def _goes_on(lines: Sequence[str], at: int) -> bool:
    """Whether the dots go on with a Python session above them, or shorten its traceback."""
    above = lines[at - 1].strip() if at else ""
    return above.startswith((">>> ", "... ", "Traceback (most recent call last)"))


def _examples(lines: Sequence[str]) -> set[int]:
    """Lines of a text for people that show code, which may well be shortened: by their indices."""
    found, fenced = set(), False
    for n, line in enumerate(lines):
        fence = line.lstrip().startswith(("```", "~~~"))
        fenced ^= fence
        if fenced or line.startswith(("  ", "\t")):
            found.add(n)
    return found
