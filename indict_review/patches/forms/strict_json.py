"""JSON out of a reply, read strictly: what says two things at once is refused."""

import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence

from indict_review.errors import PatchError
from indict_review.patches.forms.interface import Run
from indict_review.patches.grammar import is_blank
from indict_review.patches.interface import Block
from indict_review.patches.quoting import shown

MAX_DEPTH = 30
"""Levels of lists and objects. Edits are a few levels deep."""

_SPACE = re.compile(r"[\s,]*")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")


def begins(block: Block) -> bool:
    """Whether it looks like an object or a list."""
    first = next((line for line in block.lines if not line.isspace()), "")
    return first.lstrip().startswith(("{", "["))


def values(block: Block) -> list[object]:
    """The values in the block, one after the other. Raises `PatchError`."""
    text = "".join(block.lines)
    found: list[object] = []
    at = _past_space(text, 0)
    while at < len(text):
        try:
            value, at = _DECODER.raw_decode(text, at)
        except json.JSONDecodeError as e:
            raise _unreadable(block, text.count("\n", 0, e.pos), e.msg) from e
        except (ValueError, RecursionError) as e:  # a number with too many digits; too deep
            raise _unreadable(block, text.count("\n", 0, at), "it is too large") from e
        found.append(value)
        at = _past_space(text, at)
    return found


def objects(value: object, depth: int = 0) -> Iterator[dict[str, object]]:
    """Every object in a value, the outer ones first."""
    if depth > MAX_DEPTH:
        raise too_deep()
    if isinstance(value, dict):
        yield value
    children = value.values() if isinstance(value, dict) else value
    if isinstance(value, (dict, list)):
        for child in children:  # type: ignore[attr-defined]
            yield from objects(child, depth + 1)


def too_deep() -> PatchError:
    """For a value that goes on below `MAX_DEPTH`."""
    return PatchError("the JSON is too deep", f"Edits are within {MAX_DEPTH} levels.")


def snake(key: str) -> str:
    """A key as we call it: `filePath` is `file_path`."""
    return _CAMEL.sub("_", key).lower()


def mention(*keys: str) -> re.Pattern[str]:
    """Finds one of the keys in text that may not be JSON, or has JSON in a string."""
    camel = [re.sub(r"_([a-z])", lambda found: found[1].upper(), key) for key in keys]
    return re.compile(rf'"(?:{"|".join(dict.fromkeys([*keys, *camel]))})\\*"\s*:')


def _past_space(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at


def _object(pairs: Sequence[tuple[str, object]]) -> dict[str, object]:
    made = dict(pairs)
    if len(made) < len(pairs):
        ((twice, _),) = Counter(key for key, _ in pairs).most_common(1)
        raise PatchError(f'an edit has "{shown(twice)}" twice', "Each key is said once.")
    return made


def _not_json(name: str) -> object:
    raise PatchError(f"{name} is no JSON", "Write a number, or null.")


def _unreadable(block: Block, below: int, why: str) -> PatchError:
    return PatchError(
        f"the JSON cannot be read at line {block.line + below}: {shown(why)}",
        "Is it cut off? Quotes and backslashes in code need a backslash.",
    )


_DECODER = json.JSONDecoder(object_pairs_hook=_object, parse_constant=_not_json)


def _starts(lines: Sequence[str], at: int) -> bool:
    """A paragraph of its own."""
    if lines[at][0] not in "{[":
        return False
    return at == 0 or is_blank(lines[at - 1]) or lines[at - 1].startswith("<")


def _end(lines: Sequence[str], at: int) -> int:
    while at < len(lines) and not is_blank(lines[at]) and not lines[at].startswith(("</", "```")):
        at += 1
    return at


RUN = Run(_starts, _end)
"""JSON without a fence."""
