"""What a file's grammar shows of it, as plain data."""

from dataclasses import dataclass


@dataclass(frozen=True)
class SyntaxFault:
    """A place that does not parse."""

    line: int
    """From 1."""
    detail: str
    """What stands there, or what is missing. It quotes hostile text."""


@dataclass(frozen=True)
class Parameter:
    """One parameter, as callers see it."""

    name: str
    """With its stars or dots, if it takes the rest. A pattern is its own text."""
    type: str
    """Without spaces, default and qualifiers such as `const`; empty where nothing declares it."""
    optional: bool
    """Callers may leave it out."""

    @property
    def takes_the_rest(self) -> bool:
        """`*args`, `...rest`, `int... more`."""
        return self.name[:1] in {"*", "."} or "..." in self.type


@dataclass(frozen=True)
class Definition:
    """A function, method, class, … that a file defines under a name."""

    name: str
    """Qualified by what it stands in: `Class.method`."""
    kind: str
    """`function` or `type`."""
    start_line: int
    end_line: int
    signature: tuple[Parameter, ...] = ()
    is_stub: bool = False
    """A function whose body, its docstring apart, only passes, gives up or returns a constant."""
    returns: bool = False
    """A function that returns or yields a value on some path."""


@dataclass(frozen=True)
class Statement:
    """One statement, without the statements and comments inside it."""

    line: int
    text: str
    """Its tokens, with one space between them."""
    calls: tuple[str, ...]
    """The last names of what it calls: `execute` for `db.cursor().execute(q)`."""
    is_idle: bool
    """It does none of the work: it passes, gives up, is a constant, or only prints or logs."""


@dataclass(frozen=True)
class Outline:
    """Everything one walk of the tree shows, in the order of the text."""

    faults: tuple[SyntaxFault, ...]
    definitions: tuple[Definition, ...]
    statements: tuple[Statement, ...]
    exports: frozenset[str]
    depth: int
    """Levels of nesting."""
