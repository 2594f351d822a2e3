"""semgrep rules: those of the `codeshield` package, our own pack, and the user's files."""

import importlib.util
import json
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cached_property
from pathlib import Path
from typing import Any

from indict_review import yaml_text
from indict_review.cache import Cache, key_of
from indict_review.errors import ToolError

PACK = Path(__file__).parent.parent / "rules"

# How semgrep's rules name the languages of `languages.of_path`.
NAMES = {
    "py": "python",
    "python2": "python",
    "python3": "python",
    "js": "javascript",
    "ts": "typescript",
    "c++": "cpp",
    "c#": "csharp",
    "cs": "csharp",
    "golang": "go",
    "rs": "rust",
}
ANY = frozenset({"generic", "regex", "none", "spacegrep", "aliengrep"})
SHIPPED = ("codeshield", "indict-review")
"""The origins of the rules that come with us."""
DETECTOR = "insecure-code-detector"
"""The origin of the same package's rules where they score, and are no tool of a critic."""

# Whose folder also has rules for a language.
SPOKEN_BY = {"typescript": ("typescript", "javascript"), "cpp": ("cpp", "c"), "c": ("c", "cpp")}

# Rules of its that see no difference between a checked and an unchecked use. In pairs of vulnerable
# and fixed functions (SVEN) each flagged both sides or none; `bounds` looks at what is checked.
BLIND = frozenset(
    {"vulnerable-strcpy", "vulnerable-sprintf", "write-to-stack-buffer", "fixed-nonce-usage",
     "hardcoded-key-usage"}
)  # fmt: skip
# A rule of its that semgrep cannot parse for want of semicolons.
_BARE_IMPORT = re.compile(r"(import java\.net\.(?:\*|URL|URI))(?=\\n)")

_NOT_PLAIN = re.compile(r'"mode": "(?!search"|taint")|"aliengrep"|"r2c-internal-|"product": ')


@dataclass(frozen=True)
class Rule:
    """One rule as its author wrote it."""

    ident: str
    origin: str
    """`codeshield`, `indict-review`, or the user's file."""
    languages: frozenset[str]
    """As `languages.of_path` names them; empty for a rule that reads any text."""
    body: str
    """The rule as JSON, less its id and paths."""
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    """The rule's own `paths` filters. We apply them: semgrep never sees the real names."""

    @property
    def digest(self) -> str:
        """Of all that decides what it matches, and what is said of it."""
        return key_of(self.ident, self.body)[:16]

    @cached_property
    def _told(self) -> dict[str, Any]:
        told = json.loads(self.body)
        return told if isinstance(told, dict) else {}

    @property
    def severity(self) -> str:
        """Its level, in semgrep's words."""
        return str(self._told.get("severity", ""))

    @property
    def metadata(self) -> Mapping[str, object]:
        """What its author tells of it."""
        told = self._told.get("metadata")
        return told if isinstance(told, dict) else {}

    @property
    def texts(self) -> tuple[str, ...]:
        """The ways to read any text that it uses: `regex`, `generic`."""
        if self.languages:
            return ()
        listed = re.search(r'"languages": \[([^\]]*)\]', self.body)
        names = listed[1] if listed else ""
        generic = any(name in names for name in ('"generic"', '"spacegrep"'))
        regex = any(name in names for name in ('"regex"', '"none"'))
        return ("regex",) * regex + ("generic",) * generic

    @property
    def is_plain(self) -> bool:
        """Whether semgrep's core runs it by itself: a search or a taint rule, no join."""
        return not _NOT_PLAIN.search(self.body)

    def speaks(self, languages: Iterable[str]) -> bool:
        """Whether it has something to say about any of these languages."""
        return not self.languages or not self.languages.isdisjoint(languages)

    def allows(self, path: str) -> bool:
        """Whether its `paths` filters let this file through."""
        if any(fits(path, glob) for glob in self.exclude):
            return False
        return not self.include or any(fits(path, glob) for glob in self.include)


def shipped_languages(without: Collection[str] = ()) -> frozenset[str]:
    """The languages that have rules without the user's help. `without`: origins not asked."""
    found = set()
    if "codeshield" not in without:
        found |= {file.stem.split("_")[0] for file in _generated().glob("*_*.json")}
    if "indict-review" not in without:
        found |= {folder.name for folder in PACK.iterdir() if any(folder.glob("*.y*ml"))}
    return frozenset(found | ({"typescript"} if "javascript" in found else set()))


def shipped(languages: Iterable[str], cache: Cache | None = None) -> list[Rule]:
    """The rules for these languages, each once. Raises `ToolError` if they cannot be read."""
    folders = sorted({f for name in languages for f in SPOKEN_BY.get(name, (name,))})
    found = [rule for name in folders for rule in _shipped(name, cache)]
    return [rule for rule in unique(found) if rule.speaks(languages)]


def _shipped(name: str, cache: Cache | None) -> list[Rule]:
    """Those of one language's folders. Reading them all anew costs more than a small scan."""
    files = [(f, "codeshield") for f in sorted(_generated().glob(f"{name}_*.json"))]
    files += [(f, "indict-review") for f in sorted((PACK / name).glob("*.y*ml"))]
    if cache is None:
        return [rule for file, origin in files for rule in read(file, origin)]
    try:
        # How they are read is part of it: this file.
        key = key_of("rules", _marked(Path(__file__)), *(_marked(file) for file, _ in files))
    except OSError as e:
        raise ToolError(f"cannot read the rules for {name}: {e.strerror}") from e
    kept = cache.get([key]).get(key)
    if kept is not None:
        return [
            Rule(ident, origin, frozenset(spoken), body, tuple(include), tuple(exclude))
            for ident, origin, spoken, body, include, exclude in json.loads(kept)
        ]
    rules = [rule for file, origin in files for rule in read(file, origin)]
    shape = [(r.ident, r.origin, sorted(r.languages), r.body, r.include, r.exclude) for r in rules]
    cache.put({key: json.dumps(shape).encode()})
    return rules


def _marked(file: Path) -> str:
    """Another one when the file changes."""
    info = file.stat()
    return f"{file} {info.st_size} {info.st_mtime_ns}"


def detector(language: str) -> list[Rule]:
    """All that Meta's own evaluation uses for a language, those left out here as blind included.

    Raises `ToolError` if there are none.
    """
    return read(_generated() / f"{language}_cyberseceval.json", DETECTOR)


def given(path: Path) -> list[Rule]:
    """The rules of a user's file, or of all rule files below a folder. Raises `ToolError`."""
    if not path.is_dir():
        return read(path, str(path))
    files = sorted(f for f in path.rglob("*") if f.suffix in {".yaml", ".yml", ".json"})
    rules = [rule for file in files for rule in read(file, str(file))]
    if not rules:
        raise ToolError(f"no semgrep rules in {path}")
    return rules


def unique(rules: Iterable[Rule]) -> list[Rule]:
    """Each rule once. Rules that share an id and differ in what they match are all kept."""
    return list({(rule.ident, rule.body): rule for rule in rules}.values())


def read(file: Path, origin: str) -> list[Rule]:
    """The rules of one file. Raises `ToolError` if it is no rule file."""
    try:
        content = file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as e:
        reason = e.strerror if isinstance(e, OSError) else "it is not UTF-8"
        raise ToolError(f"cannot read the rules {file}: {reason}") from e
    return parse(content, file, origin)


def parse(content: str | bytes, file: Path, origin: str) -> list[Rule]:
    """The rules of one file's text. Raises `ToolError` if it is no rule file."""
    try:
        if origin in {"codeshield", DETECTOR}:
            content = _BARE_IMPORT.sub(r"\1;", str(content))
        document = json.loads(content) if file.suffix == ".json" else yaml_text.load(content)
    except ValueError as e:
        raise ToolError(f"cannot read the rules {file}: {str(e).splitlines()[0]}") from e
    listed = document.get("rules") if isinstance(document, dict) else None
    if not isinstance(listed, list):
        raise ToolError(f"{file} is no semgrep rule file: it has no list `rules`")
    rules = [_rule(entry, file, origin) for entry in listed]
    return [r for r in rules if origin != "codeshield" or not _is_blind(r)]


def _is_blind(rule: Rule) -> bool:
    return rule.ident in BLIND and not rule.languages.isdisjoint({"c", "cpp"})


def _rule(entry: object, file: Path, origin: str) -> Rule:
    if not isinstance(entry, dict) or not isinstance(entry.get("id"), str):
        raise ToolError(f"{file} has a semgrep rule without an id")
    ident = entry["id"]
    spoken = {str(name).lower() for name in entry.get("languages") or ()}
    body = {key: value for key, value in entry.items() if key not in {"id", "paths"}}
    body["metadata"] = _metadata(entry.get("metadata"))
    try:
        text = json.dumps(body, sort_keys=True, default=str)
    except (TypeError, ValueError) as e:  # YAML has keys that are no texts, e.g. `on`
        raise ToolError(f"{file} has a semgrep rule that is no JSON: {ident}: {e}") from e
    return Rule(
        ident,
        origin,
        frozenset() if spoken & ANY else frozenset(NAMES.get(name, name) for name in spoken),
        text,
        _globs(entry, "include"),
        _globs(entry, "exclude"),
    )


def _metadata(metadata: object) -> dict[str, object]:
    """What is told of a rule, less its examples: semgrep repeats it with every match."""
    known = metadata if isinstance(metadata, dict) else {}
    return {key: value for key, value in known.items() if key not in {"bad", "good"}}


def _globs(entry: Mapping[str, object], which: str) -> tuple[str, ...]:
    paths = entry.get("paths")
    listed = paths.get(which) if isinstance(paths, dict) else None
    return tuple(str(glob) for glob in listed) if isinstance(listed, list) else ()


def _generated() -> Path:
    return codeshield() / "semgrep" / "_generated_"


def codeshield() -> Path:
    """Where that package keeps its rules. It is not imported: we only read. Raises `ToolError`."""
    found = importlib.util.find_spec("codeshield")
    if found is None or not found.submodule_search_locations:
        raise ToolError("codeshield, whose semgrep rules are used, is not installed")
    home = Path(found.submodule_search_locations[0])
    return home / "insecure_code_detector" / "rules"


def merged(asked: Mapping[str, Rule]) -> str:
    """One rule file for semgrep, under the given ids.

    Ids of our own, because the plain semgrep finds nothing at all, and says nothing, when two rules
    share one; the fast way loses one of them.
    """
    bodies = (f'{{"id": {json.dumps(ident)}, {rule.body[1:]}' for ident, rule in asked.items())
    return f'{{"rules": [{", ".join(bodies)}]}}'


def fits(path: str, glob: str) -> bool:
    """As gitignore has it, near enough: a folder stands for all in it, and `/` in front anchors."""
    bare = glob.strip("/").removeprefix("**/").removesuffix("/**").replace("**/", "*")
    parts = path.split("/")
    starts = range(1 if glob.startswith("/") else len(parts))
    return any(
        fnmatchcase("/".join(parts[start:end]), bare)
        for start in starts
        for end in range(start + 1, len(parts) + 1)
    )
