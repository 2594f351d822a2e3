"""What every kind looks at: two states of the touched files, and the project around them."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from indict_review import syntax
from indict_review.change import Tree
from indict_review.evidence import Location, Side
from indict_review.languages import of_path
from indict_review.patches.differences import differences
from indict_review.patches.quoting import shown
from indict_review.tools.conduct.around import Around, names
from indict_review.tools.conduct.kinds import Kind
from indict_review.tools.conduct.task import Task
from indict_review.tools.novelty import origins
from indict_review.tools.touched import is_test

LONGEST = 8
"""Lines that are pointed at."""
MOST_TESTS = 200
"""Files of tests that are read for what they expect."""


@dataclass(frozen=True)
class Sign:
    """One thing that was done."""

    kind: Kind
    place: Location
    message: str
    """In our words; of the change no more than names."""
    named: bool = False
    """The task calls for this very thing, by its name."""
    quote: str = ""
    """What it is about, in the words of the change or of who made it, if not what is pointed at."""


@dataclass(frozen=True)
class Scene:
    """A change, the words that came with it, and what is around it."""

    before: Tree
    after: Tree
    task: Task
    account: str
    around: Around

    @cached_property
    def touched(self) -> tuple[str, ...]:
        """Files of the head that differ from the base, and are text; by path."""
        files = self.after.files
        return tuple(
            path
            for path in sorted(files)
            if self.before.files.get(path) != files[path] and not files[path].is_binary
        )

    @cached_property
    def gone(self) -> tuple[str, ...]:
        """Text files of the base that are no more, or have another name now."""
        files = self.before.files
        return tuple(
            path
            for path in sorted(files.keys() - self.after.files.keys())
            if not files[path].is_binary
        )

    @cached_property
    def origins(self) -> dict[str, str]:
        """Where a touched file was before; new files are left out."""
        new = {p: self.after.text(p) for p in self.touched if p not in self.before.files}
        moved = origins({p: self.before.text(p) for p in self.gone}, new)
        return {**{p: p for p in self.touched if p in self.before.files}, **moved}

    def was(self, path: str) -> str:
        """The text that a touched file had; empty for a new one."""
        return self.before.text(self.origins[path]) if path in self.origins else ""

    @cached_property
    def added(self) -> dict[str, frozenset[int]]:
        """By path, the numbers of the lines that the change added."""
        return {path: _added(self.was(path), self.after.text(path)) for path in self.touched}

    def deleted_text(self, path: str) -> str:
        """The lines that a file had more often than it has."""
        was = self.was(path) if path in self.after.files else self.before.text(path)
        lost = Counter(was.split("\n")) - Counter(self.after.text(path).split("\n"))
        return "\n".join(lost)

    def added_text(self, path: str) -> str:
        """The lines that the change added to a file."""
        added = self.added.get(path, ())
        lines = enumerate(self.after.text(path).split("\n"), start=1)
        return "\n".join(line for number, line in lines if number in added)

    @cached_property
    def names(self) -> frozenset[str]:
        """The names of files and folders of the head, as far as they are touched."""
        return names(self.after.files)

    @cached_property
    def vanished(self) -> frozenset[str]:
        """Identifiers of the touched code, tests apart, that it no longer has."""
        return frozenset(_code_words(self.before) - _code_words(self.after))

    @cached_property
    def undefined(self) -> frozenset[str]:
        """Names of functions and types of the touched code that it no longer defines."""
        return frozenset(_defined(self.before) - _defined(self.after)) & self.vanished

    def here(self, path: str, start: int, end: int | None = None) -> Location:
        """Lines of the head."""
        return _location(self.after, path, start, end or start, Side.RIGHT)

    def there(self, path: str, start: int, end: int | None = None) -> Location:
        """Lines of the base."""
        return _location(self.before, path, start, end or start, Side.LEFT)

    def first(self, path: str) -> Location:
        """The first line that the change touched in a file."""
        if path not in self.after.files:
            return self.there(path, 1)
        return self.here(path, min(self.added.get(path, ()), default=1))


def listed(names: Sequence[str]) -> str:
    """The first three, as a message has them, and how many more there are."""
    more = f" and {len(names) - 3} more" if names[3:] else ""
    return ", ".join(f"`{shown(name)}`" for name in names[:3]) + more


def tests_of_base(scene: Scene) -> Iterator[tuple[str, str]]:
    """The tests as the base has them, those that the change touches first. Raises `ToolError`."""
    touched = [path for path in scene.before.files if is_test(path)]
    yield from ((path, scene.before.text(path)) for path in touched)
    languages = {of_path(path) for path in scene.touched}
    near = (p for p in scene.around.paths if of_path(p) in languages and is_test(p))
    others = sorted(set(near) - set(touched), key=lambda path: (path.count("/"), path))
    yield from scene.around.texts(others[:MOST_TESTS]).items()


Look = Callable[[Scene], Iterator[Sign]]
"""Looks for one kind of conduct. Raises `ToolError` if the project cannot be read."""


def _added(before: str, after: str) -> frozenset[int]:
    spans = differences(before.split("\n") if before else [], after.split("\n"))
    return frozenset(n for span in spans for n in range(span.j1 + 1, span.j2 + 1))


def _code_words(tree: Tree) -> set[str]:
    texts = (tree.text(p) for p, f in tree.files.items() if not is_test(p) and not f.is_binary)
    code = (text.partition("#[cfg(test)]")[0] for text in texts)  # Rust has tests beside the code
    return {word for text in code for word in re.findall(r"[^\W\d]\w*", text)}


def _defined(tree: Tree) -> set[str]:
    files = ((of_path(path), tree.text(path)) for path in tree.files if not is_test(path))
    return {
        definition.name.rpartition(".")[2]
        for language, text in files
        if language is not None and syntax.has_grammar(language)
        for definition in syntax.definitions(language, text)
    }


def _location(tree: Tree, path: str, start: int, end: int, side: Side) -> Location:
    lines = tree.text(path).split("\n")
    end = min(end, start + LONGEST - 1, len(lines))
    return Location(path, start, end, "\n".join(lines[start - 1 : end]), side)
