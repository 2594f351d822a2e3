"""A review's JSON, read back. It may be anybody's: nothing of it is believed for its shape."""

import hashlib
import json
import re
from typing import NoReturn, TypeVar

from indict_review.kept_review import Kept
from indict_review.patches.paths import safe_path
from indict_review.revision import VerificationStatus

T = TypeVar("T")


class Strange(Exception):
    """What is wrong with the document."""


def parse(content: bytes) -> Kept:
    """Read it strictly. Raises `Strange`, or `PatchError` for a path that no patch may name."""
    try:
        document = json.loads(content, parse_constant=_no_number)
    except (ValueError, RecursionError) as e:
        raise Strange("it is not JSON") from e
    return _kept(document)


def _kept(document: object) -> Kept:
    if _field(document, "schema", str) != "indict-review/1":
        raise Strange("its schema is another one")
    files = [_file(entry) for entry in _field(document, "change.files", list)]
    made = _maybe(document, "revision", dict) is not None
    kept = Kept(
        source=_field(document, "change.source", str),
        base=_maybe(document, "change.base", str),
        patch=_field(document, "change.patch", str),
        files=dict(files),
        revision=_field(document, "revision.patch", str) if made else "",
        status=_status(_field(document, "revision.verification.status", str) if made else ""),
        fixes=tuple(_field(document, "revision.fixes", list)) if made else (),
    )
    if not all(isinstance(fingerprint, str) for fingerprint in kept.fixes):
        raise Strange("revision.fixes is not as it should be")
    if kept.holds:
        _check_code(kept.revision, _field(document, "revision.verification.receipt", dict))
    return kept


def _file(entry: object) -> tuple[str, str | None]:
    digest = _maybe(entry, "sha256", str)
    if digest is not None and not re.fullmatch(r"[0-9a-f]{64}", digest):
        raise Strange("a sha256 in change.files is none")
    return safe_path(_field(entry, "path", str)), digest


def _status(text: str) -> VerificationStatus:
    known = {status.value: status for status in VerificationStatus}
    if text and text not in known:
        raise Strange("revision.verification.status is unknown")
    return known.get(text, VerificationStatus.NOT_RUN)


def _check_code(patch: str, receipt: object) -> None:
    """A secret that was masked, or a byte that JSON cannot hold, is not code to apply."""
    if hashlib.sha256(patch.encode()).hexdigest() != _field(receipt, "patch_sha256", str):
        raise Strange(
            "its code is not what was verified (a secret in it is masked, or a byte is no UTF-8)"
        )


def _field(document: object, name: str, kind: type[T]) -> T:
    """What stands under a dotted name. Raises `Strange` if that is not of its kind."""
    found = document
    for key in name.split("."):
        if not isinstance(found, dict) or key not in found:
            raise Strange(f"{name} is missing")
        found = found[key]
    if not isinstance(found, kind) or (isinstance(found, str) and not _is_text(found)):
        raise Strange(f"{name} is not as it should be")
    return found


def _maybe(document: object, name: str, kind: type[T]) -> T | None:
    """The same, where it may be null."""
    try:
        return _field(document, name, type(None))
    except Strange:
        return _field(document, name, kind)


def _is_text(text: str) -> bool:
    """Whether it has no lone surrogate, which an escape of JSON may stand for."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _no_number(name: str) -> NoReturn:
    raise Strange(f"{name} is no number")
