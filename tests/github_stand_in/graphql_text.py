"""As much of GraphQL's grammar as we send: one operation, aliases, arguments, `... on Type`."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

_TOKEN = re.compile(r'\.\.\.|[!$():=@\[\]{}]|-?\d+|[A-Za-z_]\w*|"(?:[^"\\\n]|\\.)*"')
_BLANK = re.compile(r"(?:[\s,]|#[^\n]*)*")


class SyntaxTrouble(Exception):
    """It is no GraphQL, or none that the stand-in knows."""


@dataclass(frozen=True)
class Variable:
    name: str


@dataclass(frozen=True)
class Field:
    name: str
    alias: str
    arguments: dict[str, Any]
    fields: tuple[Field, ...]
    on: str | None = None
    """The type it is asked of, inside of `... on Type`."""


@dataclass(frozen=True)
class Operation:
    kind: str
    """`query`, `mutation`."""
    declared: dict[str, bool]
    """Variables, and whether each must be given."""
    used: frozenset[str]
    fields: tuple[Field, ...]


def parse(text: str) -> Operation:
    """Raises SyntaxTrouble."""
    reader = _Reader(text)
    operation = reader.operation()
    if reader.peek() is not None:
        raise SyntaxTrouble(f"more than one operation: {reader.peek()}")
    return operation


class _Reader:
    def __init__(self, text: str) -> None:
        self._tokens = list(_tokens(text))
        self._at = 0
        self._used: set[str] = set()

    def peek(self) -> str | None:
        return self._tokens[self._at] if self._at < len(self._tokens) else None

    def take(self, wanted: str | None = None) -> str:
        token = self.peek()
        if token is None or wanted not in {None, token}:
            raise SyntaxTrouble(f"expected {wanted or 'more'}, got {token}")
        self._at += 1
        return token

    def took(self, wanted: str) -> bool:
        found = self.peek() == wanted
        self._at += found
        return found

    def operation(self) -> Operation:
        kind, declared = "query", {}
        if self.peek() != "{":
            kind = self.take()
            if kind not in {"query", "mutation"}:
                raise SyntaxTrouble(f"unknown operation {kind}")
            if self.peek() not in {"(", "{"}:
                self.take()
            if self.took("("):
                declared = self._declared()
        fields = tuple(self._fields(None))
        return Operation(kind, declared, frozenset(self._used), fields)

    def _declared(self) -> dict[str, bool]:
        declared = {}
        while not self.took(")"):
            self.take("$")
            name, words = self.take(), [self.take(":")]
            while self.peek() not in {"$", ")"}:
                words.append(self.take())
            declared[name] = words[-1] == "!"
        return declared

    def _fields(self, on: str | None):
        self.take("{")
        while not self.took("}"):
            if self.took("..."):
                self.take("on")
                yield from self._fields(self.take())
            else:
                yield self._field(on)

    def _field(self, on: str | None) -> Field:
        alias = name = self.take()
        if self.took(":"):
            name = self.take()
        arguments = {}
        if self.took("("):
            while not self.took(")"):
                key = self.take()
                self.take(":")
                arguments[key] = self._value()
        inner = tuple(self._fields(None)) if self.peek() == "{" else ()
        return Field(name, alias, arguments, inner, on)

    def _value(self) -> Any:
        token = self.take()
        if token == "$":
            self._used.add(self.peek() or "")
            return Variable(self.take())
        if token == "{":
            found = {}
            while not self.took("}"):
                key = self.take()
                self.take(":")
                found[key] = self._value()
            return found
        if token == "[":
            items = []
            while not self.took("]"):
                items.append(self._value())
            return items
        if token in {"true", "false", "null"} or token[0] in '"-0123456789':
            return json.loads(token)
        return token


def _tokens(text: str):
    at = _BLANK.match(text).end()
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None:
            raise SyntaxTrouble(f"unexpected {text[at : at + 20]!r}")
        yield found[0]
        at = _BLANK.match(text, found.end()).end()
