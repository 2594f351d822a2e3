"""Secrets as an analyzer: passwords, keys and tokens that a change brings into any of its files.

What it says of one never has its value; the quoted line has, and is masked on its way out (`redact`
finds all that is found here). No provider is asked whether a secret is valid.
"""

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from indict_review import __version__, cwe
from indict_review.change import File, Tree
from indict_review.evidence import Concern, Confidence, Location, Observed, Severity, Weakness
from indict_review.tools.novelty import Seen, added_lines, brought_in, origins
from indict_review.tools.plain import plain
from indict_review.tools.secrets_seen import Credential, credentials

_LINK = 0o120000
_CWE = "CWE-798"
_REMEDY = (
    "Take it out, read it from the environment or a secret store when the program runs, and revoke "
    "it: what was committed once stays in the history."
)
_LOCKS = re.compile(
    r"(?i)(?:.*[-.])?lock(?:file)?(?:\.\w+)?|.*\.(?:lock|sum|resolved|svg|map|ipynb)"
)
"""Files made by programs, full of digests."""
_SHOWN = re.compile(
    r"(?i)(?:.*/)?(?:tests?|testing|testdata|specs?|__tests__|__snapshots__|fixtures?|mocks?|docs?"
    r"|examples?|samples?|cassettes|demos?)/.*"
    r"|(?:.*/)?(?:test_[^/]*|conftest\.py|[^/]*[._-](?:tests?|spec|example|sample|template|dist)"
    r"(?:\.\w+)?|[^/]*\.(?:md|rst|adoc|txt))"
)
"""Where names are given to made-up values: there, only a provider's own form counts."""
_MADE_UP = re.compile(
    r"(?i)example|dummy|sample|fake|test|x{4}|your|changeme|placeholder|(.)\1{5}|loopback"
)
_ROW = "0123456789abcdefghijklmnopqrstuvwxyz"
_IN_A_ROW = 8
_WRITTEN = 1_000
"""Characters. Nobody wrote a longer line: a program made it, and names in it mean nothing."""


class Secrets:
    """Implements `Analyzer`. It reads every text, whatever its language."""

    name = "secrets"
    version = __version__

    def __init__(self) -> None:
        self._told: set[str] = set()

    def covers(self, path: str) -> bool:
        """See `Analyzer.covers`: only where it saw something, so that it is asked again there.

        A file without secrets was not reviewed for it: code may have any other fault.
        """
        return path in self._told

    def examine(self, before: Tree, after: Tree) -> Iterator[Observed]:
        """See `Analyzer.examine`. A secret that was in the file before, anywhere, is not new."""
        changed = {p: f for p, f in after.files.items() if before.files.get(p) != f}
        texts = {path: text for path, file in changed.items() if (text := _text(file)) is not None}
        found = {seen: it for path, text in texts.items() for seen, it in _seen(path, text)}
        if not found:
            return
        old = {path: text for path, file in before.files.items() if (text := _text(file))}
        earlier = [seen for path, text in old.items() for seen, _ in _seen(path, text)]
        gone = {path: old[path] for path in old.keys() - after.files.keys()}
        new = {path: texts[path] for path in texts.keys() - old.keys()}
        added = {
            path: added_lines(old[path].split("\n"), texts[path].split("\n"))
            for path in old.keys() & {seen.path for seen in found}
        }
        for seen in brought_in(earlier, found, added, origins(gone, new)):
            self._told.add(seen.path)
            yield _observed(seen, found[seen], texts[seen.path])


def _text(file: File) -> str | None:
    """None for what is no text. UTF-16 is one, though git takes it for binary."""
    if file.mode == _LINK:
        return None
    text = plain(file.content, "").text
    return None if "\0" in text[:8000] else text


def _seen(path: str, text: str) -> Iterator[tuple[Seen, Credential]]:
    """At most one for a line: of several that see the same, the surest, then the longest."""
    if _LOCKS.fullmatch(PurePosixPath(path).name):
        return
    least = Confidence.HIGH if _SHOWN.fullmatch(path) else Confidence.MEDIUM
    order = list(Confidence).index
    best: dict[int, Credential] = {}
    lines = text.split("\n")
    for it in credentials(text, path):
        if order(it.sure) < order(least) or _is_made_up(it):
            continue
        if it.sure is not Confidence.HIGH and len(lines[it.line - 1]) > _WRITTEN:
            continue
        known = best.get(it.line)
        if known is None or (order(it.sure), len(it.value)) > (order(known.sure), len(known.value)):
            best[it.line] = it
    for line, it in sorted(best.items()):
        above = best.get(line - 1)
        if it.kind != "private key" or above is None or above.kind != it.kind:
            yield Seen(it.kind, path, it.value, line, line, 0), it


def _is_made_up(it: Credential) -> bool:
    """Whether it was written to be seen."""
    low = it.value.lower()
    rows = (low[n : n + _IN_A_ROW] for n in range(len(low) - _IN_A_ROW + 1))
    if it.kind == "private key":
        return bool(re.search(r"(.)\1{7}", low))
    if _MADE_UP.search(low) or any(row in _ROW or row[::-1] in _ROW for row in rows):
        return True
    from indict_review.tools.secrets_library import is_dull  # slow to load

    return is_dull(it.value)


def _observed(seen: Seen, it: Credential, text: str) -> Observed:
    quote = text.split("\n")[seen.start_line - 1].removesuffix("\r")
    what = f"{it.kind[0].upper()}{it.kind[1:]}"
    slug = re.sub("[^a-z0-9]+", "-", it.kind.lower())
    return Observed(
        tool=Secrets.name,
        summary=f"{what} in the code",
        location=Location(seen.path, seen.start_line, seen.end_line, quote),
        weakness=Weakness(
            ident="secret" if it.kind == "secret" else f"secret-{slug}",
            concern=Concern.SAFETY,
            severity=cwe.severity_of(_CWE) or Severity.HIGH,
            title=cwe.title_of(_CWE) or what,
            message=f"{what} in the code: whoever can read the repository has it, now and later.",
            cwe=_CWE,
            remedy=_REMEDY,
            precision=it.sure,
        ),
    )
