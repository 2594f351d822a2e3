"""All replies: changes in every form with every sloppiness, and the traps."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from random import Random

from indict_review.change import File, Tree
from tests.replies import changes, library
from tests.replies.changes import Change
from tests.replies.forms import FORMS, Form, Kind
from tests.replies.parts import Unsayable
from tests.replies.sloppiness import (
    SLOPPINESS,
    Expect,
    Laying,
    Remembering,
    Sending,
    Sloppiness,
    plain,
)
from tests.replies.told import Told, lines_of, spoken, told
from tests.replies.traps import Trap, traps

SEED = 20261122
EACH = 4
"""Replies of every form with every sloppiness; without any, all changes are written."""


@dataclass(frozen=True)
class Reply:
    text: bytes
    form: Form
    sloppiness: str
    change: str
    before: Tree
    right: tuple[Tree, ...]
    """What it may make, where the form leaves open how the last line or each line ends."""
    expect: Expect

    @property
    def name(self) -> str:
        return f"{self.form.name} / {self.sloppiness} / {self.change}"


def corpus(seed: int = SEED) -> Iterator[Reply]:
    """The same at each call, on one version of Python."""
    rng = Random(seed)
    known = [(change, told(change)) for change in [*changes.changes(), *library.changes(rng)]]
    trapping = traps()
    for form in FORMS.values():
        for sloppiness in SLOPPINESS:
            if form.kind in sloppiness.kinds:
                count = len(known) if sloppiness.name == "none" else EACH
                yield from _some(form, sloppiness, rng.sample(known, len(known)), count, rng)
        yield from _trapped(form, trapping, rng)


def _some(
    form: Form,
    sloppiness: Sloppiness,
    known: Sequence[tuple[Change, tuple[Told, ...]]],
    count: int,
    rng: Random,
) -> Iterator[Reply]:
    for change, files in known:
        if count == 0:
            return
        try:
            yield _reply(form, sloppiness, change, files, rng)
        except Unsayable:
            continue
        count -= 1


def _reply(
    form: Form,
    sloppiness: Sloppiness,
    change: Change,
    files: tuple[Told, ...],
    rng: Random,
) -> Reply:
    said, after = files, change.after
    if isinstance(sloppiness, Remembering):
        said = sloppiness.forget(files, rng)
        expect = sloppiness.expect(files, said)
        if sloppiness.as_told:
            made = {t.path: spoken(t, m) for t, m in zip(said, files, strict=True) if m.new}
            after = Tree({**after.files, **made})
    else:
        expect = sloppiness.expect
    if expect is Expect.APPLIED and form.kind is Kind.WHOLE and any(map(_shrinks, files)):
        expect = Expect.EITHER
    lay = sloppiness.lay if isinstance(sloppiness, Laying) else plain
    text = lay(form.write(said), rng)
    if isinstance(sloppiness, Sending):
        text = sloppiness.send(text, rng)
    right = tuple(_readings(form, files, after))
    return Reply(text.encode(), form, sloppiness.name, change.name, change.before, right, expect)


def _shrinks(told: Told) -> bool:
    """Whether the file, given whole, may look like a part of what it was."""
    return len(lines_of(told.new)) < len(lines_of(told.old)) / 2


def _readings(form: Form, files: Sequence[Told], after: Tree) -> Iterator[Tree]:
    """What may be meant: a fence ends every file with a newline, and says nothing of CRLF."""
    yield after
    if form.option == "json":
        return  # it says every character
    whole = {t.path for t in files if t.new and (t.old is None or form.kind is Kind.WHOLE)}
    if whole:
        yield _with(after, whole, lambda text: text if text.endswith(b"\n") else text + b"\n")
    new = {t.path for t in files if t.old is None}
    if new:
        yield _with(after, new, lambda text: text.replace(b"\n", b"\r\n"))


def _with(tree: Tree, paths: set[str], change: Callable[[bytes], bytes]) -> Tree:
    edited = {p: File(change(tree.files[p].content), tree.files[p].mode) for p in paths}
    return Tree({**tree.files, **edited})


def _trapped(form: Form, trapping: Sequence[Trap], rng: Random) -> Iterator[Reply]:
    for trap in trapping:
        if form.kind in trap.kinds:
            try:
                text = plain(trap.parts(form), rng)
            except Unsayable:
                continue
            right = () if trap.after is None else (trap.after,)
            yield Reply(text.encode(), form, trap.name, "trap", trap.before, right, trap.expect)
