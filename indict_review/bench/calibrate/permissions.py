"""`permission-widened`: more may read, write or connect than was meant to."""

from __future__ import annotations

import re
from collections.abc import Iterator

from indict_review.bench.calibrate.interface import Edit
from indict_review.bench.calibrate.naming import called, given, raw
from indict_review.syntax.pieces import Piece

GUARDS = {
    "verify", "checkhostname", "verifyssl", "sslverify", "verifycerts", "validatecerts", "secure",
    "httponly", "rejectunauthorized", "sessioncookiesecure", "csrfcookiesecure",
    "sessioncookiehttponly", "loginrequired",
}  # fmt: skip
"""Settings that keep somebody out while they are true; see `naming.plain`."""

OPENINGS = {"insecureskipverify", "allowanonymous", "publicread"}
"""Those that let somebody in once they are."""

_OTHERS = {"true": "false", "True": "False", "false": "true", "False": "True"}
_LISTED = re.compile(r"allowed\w*|alloworigins?|whitelist|allowlist|origins?|corsorigins?")
_LISTS = {"list", "array", "tuple", "set"}
_MODE = re.compile(r"0[oO]?([0-7]{3})")
_NUMBERS = ("integer", "number", "int_literal", "number_literal", "octal_integer_literal")


def widened(language: str, file: Piece) -> Iterator[Edit]:
    """See `Mutator`."""
    masks = [piece for piece in file.walk() if called(piece) == "umask"]
    for piece in file.walk():
        mode = _MODE.fullmatch(piece.text) if piece.kind in _NUMBERS else None
        if mode:
            masked = any(m.start <= piece.start and piece.end <= m.end for m in masks)
            yield from _mode(piece, mode[1], masked=masked)
    for name, value in given(file):
        if (name in GUARDS and value.text.lower() == "true") or (
            name in OPENINGS and value.text == "false"
        ):
            yield Edit(value.start, value.end, _OTHERS[value.text])
        elif _LISTED.fullmatch(name) and (everybody := _everybody(value)):
            yield Edit(value.start, value.end, everybody)


def _mode(piece: Piece, mode: str, *, masked: bool) -> Iterator[Edit]:
    """Everybody may do everything. A mask takes away, so there it is nothing."""
    others_write = bool(int(mode[2]) & 2)
    if others_write is masked:
        yield Edit(piece.end - len(mode), piece.end, "000" if masked else "777")


def _everybody(value: Piece) -> str | None:
    """A list of names as one that has all of them; None for anything else, or if it has already."""
    strings = value.parts if value.kind in _LISTS else ()
    if not strings or not all("string" in part.kind and "*" not in part.text for part in strings):
        return None
    listed = raw(value)
    return (
        f'{listed[0]}"*",{listed[-1]}' if value.kind == "tuple" else f'{listed[0]}"*"{listed[-1]}'
    )
