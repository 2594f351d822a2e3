"""The only module that reads YAML: safely, and by the C parser where there is one.

What a repository holds may be written to do harm: so deep that the C parser runs out of stack and
takes the process with it, or a few lines of aliases that stand for gigabytes. Both are refused
from the parser's events, before anything is built.
"""

from functools import cache
from typing import Any

MOST_DEPTH = 100
"""Levels of lists and mappings, one in another."""

MOST_REPEATED = 200_000
"""Characters, and one for each value, that aliases may stand for, all together."""

_SURELY_FLAT = 1000
"""The C parser's stack holds this many levels, in a thread as well."""


class YamlError(ValueError):
    """The text is no YAML that is read here. Says why in one line."""


def load(content: bytes | str) -> Any:
    """Plain data, never objects. Raises `YamlError`."""
    raw = content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass")
    # The events cost as much as the reading itself: text that can do no harm goes without.
    if b"&" in raw or _deepest(raw) > _SURELY_FLAT:
        _inspect(content, tags=True)
    return _built(content, _loader())


def load_strictly(content: bytes, most_bytes: int) -> Any:
    """What people write by hand, such as settings: nothing in it may be read in two ways.

    One document in UTF-8 with no mark in front and no tags, and no key of a mapping twice. Raises
    `YamlError`, also above `most_bytes`.
    """
    if len(content) > most_bytes:
        raise YamlError(f"it is larger than {most_bytes:,} bytes")
    if content.startswith(b"\xef\xbb\xbf"):
        raise YamlError("it begins with a byte order mark; save it as UTF-8 without one")
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as e:
        line = content.count(b"\n", 0, e.start) + 1
        raise YamlError(f"line {line} is not UTF-8") from e
    if "\0" in text:
        raise YamlError("it has a NUL byte; save it as UTF-8 text")
    _inspect(text, tags=False)
    return _built(text, _strict_loader())


def _deepest(raw: bytes) -> int:
    """No nesting is deeper: each level has its bracket, or its own column.

    Twice the columns, since a list may stand as far left as the key it belongs to.
    """
    columns = max(map(len, raw.splitlines()), default=0)
    return 2 * columns + raw.count(b"[") + raw.count(b"{")


def _inspect(content: bytes | str, *, tags: bool) -> None:
    """Refuse what is too deep, what stands for too much, and tags unless they are allowed."""
    import yaml

    sizes: dict[str, int] = {}
    opened: list[tuple[str | None, int]] = []
    count = repeated = 0  # the size so far, and how much of it aliases stand for
    try:
        for event in yaml.parse(content, Loader=_loader()):
            if isinstance(event, yaml.AliasEvent):
                if event.anchor not in sizes:
                    raise YamlError(f"the alias *{event.anchor} has no anchor that ends before it")
                count += sizes[event.anchor]
                repeated += sizes[event.anchor]
            elif isinstance(event, yaml.CollectionEndEvent):
                anchor, began = opened.pop()
                if anchor:
                    sizes[anchor] = count - began
            elif isinstance(event, yaml.ScalarEvent | yaml.CollectionStartEvent):
                began = count
                count += 1 + len(getattr(event, "value", ""))
                if event.tag and not tags:
                    raise YamlError(f"it has a tag, {event.tag}; only plain data is read")
                if isinstance(event, yaml.CollectionStartEvent):
                    opened.append((event.anchor, began))
                elif event.anchor:
                    sizes[event.anchor] = count - began
            if len(opened) > MOST_DEPTH:
                raise YamlError(f"it is nested deeper than {MOST_DEPTH} levels")
            if repeated > MOST_REPEATED:
                raise YamlError("its aliases stand for too much")
    except (yaml.YAMLError, ValueError) as e:
        raise _told(e) from e


def _built(content: bytes | str, loader: Any) -> Any:
    import yaml

    try:
        return yaml.load(content, Loader=loader)  # noqa: S506 - a kind of the safe one
    except (yaml.YAMLError, ValueError, RecursionError) as e:
        raise _told(e) from e
    except (AttributeError, LookupError, TypeError, ArithmeticError) as e:
        # How the safe loader fails on a scalar that does not fit its tag: `!!timestamp x`.
        raise YamlError("a value does not fit its tag") from e


def _told(error: Exception) -> YamlError:
    """PyYAML's reason, on one line."""
    if isinstance(error, YamlError):
        return error
    problem, mark = getattr(error, "problem", None), getattr(error, "problem_mark", None)
    if not problem:
        return YamlError(str(error).split("\n")[0])
    reason = ", ".join(filter(None, (getattr(error, "context", None), problem)))
    return YamlError(f"line {mark.line + 1}: {reason}" if mark else reason)


def _loader() -> Any:
    """The C parser, ten times as fast, is not in every build."""
    import yaml

    return getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@cache
def _strict_loader() -> Any:
    import yaml

    class Strict(_loader()):  # type: ignore[misc]
        """Refuses a key that stands twice in a mapping: the second would silently win."""

        def construct_mapping(self, node: Any, deep: bool = False) -> Any:
            """Look at the keys as written, before merge keys bring in others."""
            seen = set()
            for key, _ in node.value:
                if isinstance(key, yaml.ScalarNode):
                    if (key.tag, key.value) in seen:
                        line = key.start_mark.line + 1
                        raise YamlError(f"line {line}: the key {key.value} is there twice")
                    seen.add((key.tag, key.value))
            return super().construct_mapping(node, deep=deep)

    return Strict
