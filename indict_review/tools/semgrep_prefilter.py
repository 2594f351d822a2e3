"""The rules that semgrep would skip for these files: it need not read them.

semgrep knows of most rules which words a file must have before they can match, and skips them for
every other file. But first it reads all patterns of all rules, which takes longer than to scan a
small file. So it is asked once which words those are, and then given only rules whose words occur.
When in doubt a rule is given: that costs time, and no finding.
"""

import json
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeAlias

from indict_review.cache import Cache, key_of
from indict_review.tools import rules

WORTH_IT = 50_000
"""Bytes of code. Beside the scan of more, reading the rules is nothing."""
_SECONDS = 20
"""To be told of all rules; it takes half a second."""

Formula: TypeAlias = "str | list[Formula]"
"""As semgrep writes it: `["Or", [["Pred", ["Idents", ["os", "system"]]], …]]`."""


@dataclass(frozen=True)
class Prefilter:
    """What must be in a file for a rule to match."""

    formulas: Mapping[str, Formula]
    """By rule. One that is not here may match anything."""

    @staticmethod
    def of(cache: Cache, program: Path, asked: Mapping[str, rules.Rule]) -> "Prefilter":
        """Of these rules, as `program`, semgrep's core, has it. An id follows from what a rule is.

        Of a user's rule nothing is known: semgrep shall read it, and say what is wrong with it.
        """
        ours = {ident: rule for ident, rule in asked.items() if rule.origin in rules.SHIPPED}
        info = program.stat()
        key = key_of("prefilter", f"{info.st_size} {info.st_mtime_ns}", *sorted(ours))
        kept = cache.get([key]).get(key)
        if kept is not None:
            return Prefilter(json.loads(kept))
        formulas = _told(program, ours)
        if formulas:
            cache.put({key: json.dumps(formulas).encode()})
        return Prefilter(formulas)

    def wanted(
        self, asked: Mapping[str, rules.Rule], texts: Iterable[bytes]
    ) -> Mapping[str, rules.Rule]:
        """Those that may match one of the texts.

        Also one for each language: what no rule speaks, semgrep does not even scan.
        """
        text = b"\n".join(texts).lower()  # of some languages semgrep ignores the case
        if len(text) > WORTH_IT:
            return asked
        first = {rule.languages: ident for ident, rule in reversed(list(asked.items()))}
        given = set(first.values())
        given |= {i for i in asked if i not in self.formulas or _holds(self.formulas[i], text)}
        return {ident: rule for ident, rule in asked.items() if ident in given}


def _told(program: Path, asked: Mapping[str, rules.Rule]) -> dict[str, Formula]:
    """Nothing if it cannot be had: then all rules are given, and semgrep says what is amiss."""
    with TemporaryDirectory(prefix="indict-semgrep-") as home:
        file = Path(home, "rules.json")
        file.write_text(rules.merged(asked), "utf-8")
        try:
            run = subprocess.run(
                [program, "-prefilter_of_rules", file],
                capture_output=True, check=True, timeout=_SECONDS, env={"HOME": home},
            )  # fmt: skip
            told = {each["rule_id"]: each["filter"] for each in json.loads(run.stdout)}
        except (OSError, subprocess.SubprocessError, ValueError, KeyError, TypeError):
            return {}
    return {ident: words[1] for ident, words in told.items() if words[0] == "Some"}


def _holds(formula: Formula, text: bytes) -> bool:
    """At least when semgrep's own does: it, too, takes parts of words for words."""
    match formula:
        case ["And", [*parts]]:
            return all(_holds(part, text) for part in parts)
        case ["Or", [*parts]]:
            return any(_holds(part, text) for part in parts)
        case ["Pred", ["Idents", [*words]]]:
            return all(str(word).encode().lower() in text for word in words)
    return True  # a regular expression, of another kind than Python's, or what we do not know
