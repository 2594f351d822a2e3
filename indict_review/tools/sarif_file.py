"""A SARIF 2.1.0 file, read once: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html.

The file is the user's, who named it. What is in it may quote the change: texts are cut short and
lose their control characters, and nothing of it is taken for more than a text, a number or a path.
"""

import json
import math
import posixpath
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from indict_review.errors import ConfigError

LARGEST = 256 * 2**20
"""Bytes."""
_HINT = "Name a SARIF 2.1.0 file that an analyzer wrote of this change."
_NOT_SARIF = (
    ValueError, LookupError, TypeError, AttributeError, RecursionError,
    OverflowError,  # a number beyond all numbers: JSON's 1e999
)  # fmt: skip
_NO_FINDING = {"pass", "notApplicable", "informational"}
_SCHEME = re.compile(r"(?i)^file:(?://[^/]*)?(?=/)")
_DEEPEST = 8
"""Folders that name each other as what they are relative to."""


@dataclass(frozen=True)
class Result:
    """One result, as far as a review has use for it."""

    rule: str
    message: str
    level: str
    """`error`, `warning`, `note` or `none`."""
    score: float | None
    """`security-severity`, from 0 to 10."""
    cwe: str | None
    security: bool
    """Whether the rule says it is about security."""
    precision: str
    help: str
    places: tuple[str, ...]
    """Where it may be, relative to the repository; outside of it from `/` or with `..`.

    First the name as it stands: not every tool encodes it, and a change can name a file `a#b.py`.
    """
    start_line: int
    end_line: int
    column: int
    snippet: str
    """The text of those lines as the tool saw it, or empty."""
    prints: frozenset[tuple[str, str]]
    """Fingerprints, by their kinds."""
    state: str
    """`new`, `unchanged`, … by the tool's own comparison; or empty."""


@dataclass(frozen=True)
class Run:
    """One run of one tool."""

    tool: str
    version: str
    results: tuple[Result, ...]
    failed: bool
    """Whether the tool says that it did not get through."""


def read(file: Path, root: Path) -> tuple[Run, ...]:
    """The runs of a file; `root` is the repository's folder. Raises `ConfigError`."""
    try:
        if file.stat().st_size > LARGEST:
            raise ConfigError(f"{file} is larger than {LARGEST >> 20} MiB", _HINT)
        document = json.loads(file.read_bytes())
        if not str(document["version"]).startswith("2.1"):
            raise ConfigError(f"{file} is SARIF of version {document['version']!a}", _HINT)
        roots = (root.as_posix(), root.resolve().as_posix())
        return tuple(_run(run, roots) for run in document["runs"])
    except OSError as e:
        raise ConfigError(f"{file} cannot be read: {e.strerror}", _HINT) from e
    except _NOT_SARIF as e:
        raise ConfigError(f"{file} is no SARIF that can be read", _HINT) from e


# From here to the end of the file: SARIF's JSON. What is not as the specification has it raises one
# of the errors above.

_Json = Mapping[str, Any]
_Roots = tuple[str, ...]


def _run(run: _Json, roots: _Roots) -> Run:
    driver = run["tool"]["driver"]
    return Run(
        tool=_text(driver["name"], 60) or "an analyzer",
        version=_text(driver.get("semanticVersion") or driver.get("version") or "", 40),
        results=tuple(_results(run, roots)),
        failed=any(i.get("executionSuccessful") is False for i in run.get("invocations") or ()),
    )


def _results(run: _Json, roots: _Roots) -> Iterator[Result]:
    for result in run.get("results") or ():
        if result.get("kind") not in _NO_FINDING and not _is_suppressed(result):
            yield _result(result, run, roots)


def _is_suppressed(result: _Json) -> bool:
    """By somebody outside the code: what the code says of itself, the change may have written."""
    return any(
        each.get("kind") != "inSource" and each.get("status", "accepted") == "accepted"
        for each in result.get("suppressions") or ()
    )


def _result(result: _Json, run: _Json, roots: _Roots) -> Result:
    rule = _rule(result, run)
    about: _Json = {**(rule.get("properties") or {}), **(result.get("properties") or {})}
    tags = [str(tag) for tag in about.get("tags") or ()]
    place: _Json = next(
        (p["physicalLocation"] for p in result.get("locations") or () if "physicalLocation" in p),
        {},
    )
    region = place.get("region") or {}
    start = max(int(region.get("startLine", 1)), 1)
    default = (rule.get("defaultConfiguration") or {}).get("level", "warning")
    prints = {**(result.get("partialFingerprints") or {}), **(result.get("fingerprints") or {})}
    return Result(
        rule=_ident(result, rule),
        message=_message(result["message"], rule),
        level=str(result.get("level") or default),
        score=_score(about.get("security-severity")),
        cwe=_cwe(result, rule, about, tags),
        security="security" in tags or "security-severity" in about,
        precision=str(about.get("precision") or "").lower(),
        help=_text((rule.get("fullDescription") or rule.get("help") or {}).get("text") or "", 400),
        places=_places(place.get("artifactLocation") or {}, run, roots),
        start_line=start,
        end_line=max(int(region.get("endLine", start)), start),
        column=int(region.get("startColumn", 1)),
        snippet=str((region.get("snippet") or {}).get("text") or ""),
        prints=frozenset((str(kind), str(value)) for kind, value in prints.items()),
        state=str(result.get("baselineState") or ""),
    )


def _rule(result: _Json, run: _Json) -> _Json:
    """What the tool says of the rule, by its number or its id; nothing if it says nothing."""
    named: _Json = result.get("rule") or {}
    tool = run["tool"]
    component: _Json = tool["driver"]
    extension = (named.get("toolComponent") or {}).get("index")
    if extension is not None:
        component = tool["extensions"][int(extension)]
    rules = component.get("rules") or ()
    number = int(named.get("index", result.get("ruleIndex", -1)))
    if 0 <= number < len(rules):
        return dict(rules[number])
    ident = named.get("id") or result.get("ruleId")
    return next((dict(rule) for rule in rules if ident and rule.get("id") == ident), {})


def _ident(result: _Json, rule: _Json) -> str:
    said = (
        result.get("ruleId") or (result.get("rule") or {}).get("id") or rule.get("id") or "result"
    )
    return re.sub(r"[^\w./:@-]+", "-", _text(said, 120)) or "result"


def _message(message: _Json, rule: _Json) -> str:
    text = message.get("text") or message.get("markdown")
    if text is None:
        known = (rule.get("messageStrings") or {}).get(message.get("id")) or {}
        text = known.get("text") or rule.get("id") or ""
    given = [str(each) for each in message.get("arguments") or ()]

    def argument(found: re.Match[str]) -> str:
        number = int(found[1])
        return given[number] if number < len(given) else found[0]

    filled = re.sub(r"\{(\d{1,3})\}", argument, str(text))
    return _text(re.sub(r"\[([^\[\]]{1,300})\]\(\d+\)", r"\1", filled), 1000)


def _cwe(result: _Json, rule: _Json, about: _Json, tags: list[str]) -> str | None:
    """From tags (`external/cwe/cwe-079`), properties, or the taxonomy that it is related to."""
    said = about.get("cwe") or about.get("cwe_ids") or about.get("cweid") or ()
    told = [*tags, *(map(str, said) if isinstance(said, (list, tuple)) else (str(said),))]
    for target in (
        *(result.get("taxa") or ()),
        *(each.get("target") or {} for each in rule.get("relationships") or ()),
    ):
        scheme = str((target.get("toolComponent") or {}).get("name") or "")
        told.append(f"{scheme}-{target.get('id')}")
    numbers = (re.search(r"(?i)\bcwe[-_:/ ]*(?:cwe[-_:/ ]*)?0*(\d{1,5})\b", each) for each in told)
    return next((f"CWE-{number[1]}" for number in numbers if number), None)


def _score(value: object) -> float | None:
    if value is None:
        return None
    score = float(str(value))
    return score if math.isfinite(score) else None


def _places(artifact: _Json, run: _Json, roots: _Roots) -> tuple[str, ...]:
    if "uri" not in artifact and int(artifact.get("index", -1)) >= 0:
        artifact = run["artifacts"][int(artifact["index"])]["location"]
    bases = run.get("originalUriBaseIds") or {}
    read = (_place(artifact, bases, roots, form, 0) for form in (_plain, _decoded))
    found = dict.fromkeys(posixpath.normpath(place) for place in read)
    return tuple(place for place in found if place not in {".", ".."})


def _place(
    artifact: _Json, bases: _Json, roots: _Roots, form: Callable[[str], str], depth: int
) -> str:
    """A place as the bases have it, from the repository's top; if it is outside, from `/`."""
    place = form(_SCHEME.sub("", str(artifact.get("uri") or "")))
    for folder in roots:
        if place.startswith(f"{folder}/"):
            return place[len(folder) + 1 :]
    base: _Json | None = bases.get(str(artifact.get("uriBaseId")))
    if place.startswith("/") or base is None or depth > _DEEPEST:
        return place
    above = _place(base, bases, roots, form, depth + 1)
    # A checkout on the machine where the tool ran is the repository all the same.
    return place if above.startswith("/") else posixpath.join(above, place)


def _plain(uri: str) -> str:
    return uri


def _decoded(uri: str) -> str:
    path = re.split(r"[?#]", uri.replace("\\", "/"), maxsplit=1)[0]
    return unquote(path, errors="surrogateescape")


def _text(value: object, most: int) -> str:
    """One line, without what a terminal would obey."""
    words = " ".join(str(value)[: most * 4].split())
    shown = "".join(char for char in words if char.isprintable())
    return shown if len(shown) <= most else f"{shown[: most - 1]}…"
