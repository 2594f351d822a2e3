"""The files of a change as semgrep gets to see them: flat, under neutral names, and the way back.

Here trust ends: a change chooses its file names. None of them reaches semgrep: no
ignored folder (`tests/`, `vendor/`), no ignored suffix (`.min.js`), no option (`-rf.py`).
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from indict_review.change import File, Tree
from indict_review.languages import of_path
from indict_review.tools.novelty import Seen, added_lines, origins
from indict_review.tools.plain import Plain, plain
from indict_review.tools.semgrep_run import Match

SYMLINK = 0o120000

# The suffix by which semgrep knows each language.
SUFFIXES = {
    "python": ".py",
    "javascript": ".js",
    "typescript": ".ts",
    "java": ".java",
    "c": ".c",
    "cpp": ".cpp",
    "csharp": ".cs",
    "php": ".php",
    "rust": ".rs",
    "go": ".go",
    "ruby": ".rb",
    "kotlin": ".kt",
    "swift": ".swift",
    "scala": ".scala",
    "shell": ".sh",
    "lua": ".lua",
    "html": ".html",
    "json": ".json",
    "yaml": ".yaml",
    "xml": ".xml",
    "terraform": ".tf",
    "dockerfile": ".dockerfile",
}


@dataclass(frozen=True)
class Sides:
    """The files to scan, before and after."""

    before: Mapping[str, File]
    after: Mapping[str, File]

    @classmethod
    def of(cls, before: Tree, after: Tree, covers: Callable[[str], bool]) -> "Sides":
        """Those that are covered and can matter.

        Left out: links, files that are the same on both sides, and deleted ones unless a new file
        could have their code. What git takes for binary is kept: a NUL byte hides no code.
        """
        old, new = (
            {p: f for p, f in t.files.items() if _scanned(p, f, covers)} for t in (before, after)
        )
        changed = {p: f for p, f in new.items() if p not in old or old[p].content != f.content}
        created = changed.keys() - old.keys()
        return cls(
            {p: f for p, f in old.items() if p in changed or (created and p not in new)}, changed
        )


@dataclass(frozen=True)
class Layout:
    """Files under neutral names, and the way back."""

    paths: Mapping[str, str]
    """The change's path for each name, e.g. `after/0001.py`."""
    pages: Mapping[str, Plain]
    """What is written under each name."""

    @classmethod
    def of(cls, sides: Sides) -> "Layout":
        """A file has the same name on both sides."""
        paths: dict[str, str] = {}
        pages: dict[str, Plain] = {}
        for number, path in enumerate(sorted({*sides.before, *sides.after}), start=1):
            name = f"{number:04d}{_suffix(path)}"
            for side, files in (("before", sides.before), ("after", sides.after)):
                if path in files:
                    paths[f"{side}/{name}"] = path
                    pages[f"{side}/{name}"] = plain(files[path].content, of_path(path) or "")
        return cls(paths, pages)

    @cached_property
    def added(self) -> Mapping[str, frozenset[int]]:
        """By path, for files that exist on both sides: the lines that the change added."""
        added = {}
        for target, path in self.paths.items():
            other = _twin(target)
            if target.startswith("after/") and other in self.pages:
                old, new = (self.pages[name].text for name in (other, target))
                added[path] = added_lines(old.split("\n"), new.split("\n"))
        return added

    @cached_property
    def origins(self) -> Mapping[str, str]:
        """For new files, by path: the file that went and that they come from."""
        gone, new = (
            {
                path: self.pages[target].text
                for target, path in self.paths.items()
                if target.startswith(side) and _twin(target) not in self.paths
            }
            for side in ("before/", "after/")
        )
        return origins(gone, new)

    def before(self, targets: Iterable[str | None]) -> list[str]:
        """What has to be looked at on the other side, to tell what is new in these targets.

        A file that is on both sides is compared with itself, a new one with where it comes from.
        """
        names = {path: name for name, path in self.paths.items() if name.startswith("before/")}
        paths = {self.paths[target] for target in targets if target is not None}
        wanted = {self.origins.get(path, path) if path not in names else path for path in paths}
        return sorted(names[path] for path in wanted if path in names)

    def write(self, workspace: Path, targets: Iterable[str]) -> None:
        """Into a folder that does not exist yet."""
        for side in ("before", "after"):
            (workspace / side).mkdir(parents=True)
        # Present and empty, it takes the place of semgrep's own ignore list.
        (workspace / ".semgrepignore").touch()
        for target in targets:
            (workspace / target).write_bytes(self.pages[target].data)

    def seen(self, match: Match) -> Seen:
        """A match in terms of the change."""
        page = self.pages[match.target]
        return Seen(
            match.rule,
            self.paths[match.target],
            page.data[match.start : match.end].decode("utf-8", "surrogateescape"),
            page.line(match.start_line),
            page.line(match.end_line),
            match.start,
        )


_CORE_NAMES = {"shell": "bash"}
"""Where semgrep's name for a language is not ours."""


def core_names(path: str) -> tuple[str, ...]:
    """The languages that semgrep's core is told to read a file as."""
    return tuple(_CORE_NAMES.get(name, name) for name in languages(path))


def languages(path: str) -> tuple[str, ...]:
    """Those whose rules apply. A header may be either's: semgrep reads it as both."""
    if path.lower().endswith(".h"):
        return ("c", "cpp")
    return (of_path(path) or "",)


def _twin(target: str) -> str:
    side, _, name = target.partition("/")
    return f"{'after' if side == 'before' else 'before'}/{name}"


def _suffix(path: str) -> str:
    lower = path.lower()
    own = next((end for end in (".h", ".tsx") if lower.endswith(end)), None)
    return own or SUFFIXES.get(of_path(path) or "", ".txt")


def _scanned(path: str, file: File, covers: Callable[[str], bool]) -> bool:
    return file.mode != SYMLINK and covers(path)
