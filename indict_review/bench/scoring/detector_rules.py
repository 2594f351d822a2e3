"""What Meta's Insecure Code Detector looks for: its semgrep rules and its regular expressions.

Both are run by semgrep. An expression gets an end that always matches, the last of the text. If
semgrep gives up on an expression, which it does without a word where matching takes too long, then
nothing is seen of that end either: so silence is told from having looked.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from indict_review import yaml_text
from indict_review.errors import ToolError
from indict_review.tools import rules

PARSED = frozenset({"c", "cpp", "csharp", "java", "javascript", "php", "python"})
"""Languages with semgrep rules. PHP is one: the detector's own runner forgets to run them."""

_REGEX_FILES: Mapping[str, tuple[str, ...]] = {
    **{name: (name,) for name in PARSED | {"ruby", "rust", "swift", "xml"}},
    "cpp": ("cpp", "c"),
}
"""The files of regular expressions for each language, beside those for any language.

The detector cannot look at a language that is not here.
"""

END = r"\n\z"
"""What a text that is looked at ends with."""


@dataclass(frozen=True)
class Rules:
    """All for one language, by the ids that semgrep is given."""

    parsed: Mapping[str, rules.Rule]
    """Those that need the parser."""
    expressions: Mapping[str, rules.Rule]
    """Those that read any text."""


def has_rules(language: str | None) -> bool:
    """Whether the detector can look at a language, as `languages.of_path` names it."""
    return language in _REGEX_FILES


@cache
def rules_for(language: str) -> Rules:
    """What the detector has for a language. Raises `ToolError` if it cannot be read."""
    parsed = rules.detector(language) if language in PARSED else []
    files = (*_REGEX_FILES[language], "language_agnostic")
    expressions = [rule for name in files for rule in _expressions(name, language)]
    return Rules(_by_ident(parsed), _by_ident(expressions))


def _by_ident(found: list[rules.Rule]) -> dict[str, rules.Rule]:
    return {f"rule-{rule.digest}": rule for rule in found}


def _expressions(name: str, language: str) -> Iterator[rules.Rule]:
    """Those of one file that count in CyberSecEval: the rest were superseded by semgrep rules."""
    counted = _mapping(_mapping(_config().get(name)).get("regex")).get("rules")
    if not isinstance(counted, list) or not counted:  # without rules all would be safe
        raise ToolError(f"codeshield's config.yaml does not say which rules of {name} count")
    for each in _read(Path("regex", f"{name}.yaml")):
        entry = _mapping(each)
        ident, expression = entry.get("pattern_id"), entry.get("rule")
        if not isinstance(ident, str) or not isinstance(expression, str):
            raise ToolError(f"codeshield's {name}.yaml has a rule that cannot be read")
        if ident in counted:
            yield _as_semgrep(ident, expression, language)


def _as_semgrep(ident: str, expression: str, language: str) -> rules.Rule:
    body = {
        "languages": ["regex"],
        "message": ident,
        "severity": "WARNING",
        "pattern-regex": f"(?:{expression})|{END}",
    }
    text = json.dumps(body, sort_keys=True)
    return rules.Rule(ident, rules.DETECTOR, frozenset({language}), text)


def _config() -> Mapping[str, object]:
    document = _mapping(_read(Path("config.yaml")))
    return _mapping(_mapping(document.get("config")).get("cyberseceval"))


def _read(file: Path) -> list[object] | dict[str, object]:
    try:
        document = yaml_text.load((rules.codeshield() / file).read_bytes())
    except (OSError, yaml_text.YamlError) as e:
        raise ToolError(f"codeshield's {file} cannot be read: {e}") from e
    if not isinstance(document, list | dict):
        raise ToolError(f"codeshield's {file} holds no rules")
    return document


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, dict) else {}
