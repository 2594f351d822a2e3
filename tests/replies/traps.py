"""Replies that are wrong as a whole, whatever the form: each made once for every form that can."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from indict_review.change import File, Tree
from tests.replies.changes import PROJECT, Change, replaced
from tests.replies.forms import EVERY, QUOTING, Form, Kind
from tests.replies.parts import Part, Unsayable
from tests.replies.sloppiness import Expect
from tests.replies.told import Passage, Row, Told, lines_of, told


@dataclass(frozen=True)
class Trap:
    name: str
    kinds: frozenset[Kind]
    before: Tree
    files: tuple[Told, ...]
    after: Tree | None = None
    """None: it has to be refused."""
    mend: Callable[[Part], Part] = lambda part: part
    undecided: bool = False
    """Whether it may be refused too."""

    @property
    def expect(self) -> Expect:
        if self.undecided:
            return Expect.EITHER
        return Expect.REFUSED if self.after is None else Expect.APPLIED

    def parts(self, form: Form) -> list[Part]:
        return [self.mend(part) for part in form.write(self.files)]


def traps() -> list[Trap]:
    return [
        _one_place_twice(),
        _in_order(),
        _two_places(),
        _two_places_but_for_the_end(),
        _diff_as_code(),
        _diff_of_a_diff(),
        _binary(),
        _many_edits(),
        _missing_file(),
        _part_of_a_file(),
        _mark_in_the_code(),
        _like_headers(),
    ]


def _changed(path: str, *edits: tuple[str, str]) -> Told:
    (only,) = told(Change("", PROJECT, replaced(PROJECT, path, *edits)))
    return only


def _one_place_twice() -> Trap:
    first = _changed("web/cart.js", ("sum += prices", "sum = prices"))
    second = _changed("web/cart.js", ("sum += prices", "sum -= prices"))
    return Trap("two edits of one place", EVERY, PROJECT, (first, second))


def _in_order() -> Trap:
    """The second edit quotes what the first one makes."""
    first = _changed("web/cart.js", ("sum += prices", "sum = prices"))
    (passage,) = first.passages
    kept = [row for row in passage.rows if row.sign != "-"]
    rows = (Row("-" if row.sign == "+" else " ", row.line) for row in kept)
    second = replace(passage, rows=(*rows, Row("+", "    sum = 0;\n")))
    both = replace(first, passages=(passage, second))
    return Trap("edits that depend on their order", QUOTING, PROJECT, (both,))


def _two_places() -> Trap:
    rows = (Row(" ", "        return errors\n"), Row("-", "    return errors\n"),
            Row("+", "    return tuple(errors)\n"))  # fmt: skip
    file = PROJECT.files["checks/rules.py"]
    said = Told("checks/rules.py", "checks/rules.py", file, file, (Passage(rows, None),))
    return Trap("two places fit", QUOTING, PROJECT, (said,))


def _two_places_but_for_the_end() -> Trap:
    """The second has no newline at its end, which a block of lines cannot say."""
    old = File(b"start\nstop\n\nrun\n\nstart\nstop")
    rows = (Row(" ", "start\n"), Row("-", "stop\n"), Row("+", "halt\n"))
    said = Told("jobs.txt", "jobs.txt", old, old, (Passage(rows, None),))
    tree = Tree({**PROJECT.files, "jobs.txt": old})

    def mend(part: Part) -> Part:
        if part.info == "json":
            raise Unsayable("it says every newline")
        return part

    return Trap("two places but for the end", frozenset({Kind.QUOTE}), tree, (said,), None, mend)


_DIFF = """\
--- a/web/api.ts
+++ b/web/api.ts
@@ -1,3 +1,3 @@
 export interface Article {
-  id: string;
+  id: number;
   price: number;
"""


def _diff_as_code() -> Trap:
    """A new file of code that is no code, but the diff that would make some."""
    after = PROJECT.with_text("web/new.ts", _DIFF)
    return Trap("a diff where code belongs", EVERY, PROJECT, told(Change("", PROJECT, after)))


def _diff_of_a_diff() -> Trap:
    """A file that is meant to be a diff; the one in it is not to be applied."""
    after = PROJECT.with_text("fixes/id.patch", _DIFF)
    files = told(Change("", PROJECT, after))
    return Trap("a diff of a diff", EVERY, PROJECT, files, after)


def _binary() -> Trap:
    lines = ["GIF89a\0\0\n", "first line\n", "second line\n", "third line\n"]
    old = File("".join(lines).encode())
    new = File(old.content.replace(b"second", b"other"))
    rows = (Row(" ", lines[1]), Row("-", lines[2]), Row("+", "other line\n"), Row(" ", lines[3]))
    said = Told("icon.gif", "icon.gif", old, new, (Passage(rows, 1),))
    return Trap("a binary file", EVERY, Tree({**PROJECT.files, "icon.gif": old}), (said,))


def _many_edits() -> Trap:
    before, after = many_edits(200)
    change = Change("", before, after)
    return Trap("200 edits", EVERY, before, told(change), after)


def many_edits(count: int) -> tuple[Tree, Tree]:
    """A file with so many functions, and one line of each changed."""
    body = "def f{0}(x):\n    y = x + {0}\n\n    z = y * {0}\n    # Of {0}.\n\n    return z\n\n\n"
    text = "".join(body.format(n) for n in range(count))
    before = Tree({"many.py": File(text.encode())})
    return before, before.with_text("many.py", re.sub(r"z = y \* (\d+)", r"z = y - \1", text))


def _missing_file() -> Trap:
    gone = {path: file for path, file in PROJECT.files.items() if path != "web/cart.js"}
    said = _changed("web/cart.js", ("sum += prices", "sum = prices"))
    kinds = frozenset(Kind) - {Kind.WHOLE}  # which would make it
    return Trap("a missing file", kinds, Tree(gone), (said,))


def _part_of_a_file() -> Trap:
    said = _changed("shop/orders.py", ("self.net() * (1 + TAX)", "self.net() + TAX"))
    lines = lines_of(said.new)
    part = File("".join(lines[37:50]).encode())
    return Trap("a part of a file", frozenset({Kind.WHOLE}), PROJECT, (replace(said, new=part),))


def _mark_in_the_code() -> Trap:
    """Only SEARCH/REPLACE has marks that a line of code can be."""
    said = _changed("web/api.ts", ("  price: number;\n", "  MARK\n"))

    def mend(part: Part) -> Part:
        if "SEARCH" not in part.body:
            raise Unsayable("the form has no such marks")
        return replace(part, body=part.body.replace("  MARK\n", "=======\n"))

    return Trap("a mark in the code", frozenset({Kind.QUOTE}), PROJECT, (said,), None, mend)


def _like_headers() -> Trap:
    """Lines of a hunk that look like the header of a file; its counts, which would tell, lie."""
    old, new = "-- Totals by customer.\n", "++ Sums.\n-- By customer.\n"
    after = replaced(PROJECT, "lib/totals.sql", (old, new))
    files = told(Change("", PROJECT, after))

    def mend(part: Part) -> Part:
        return replace(part, body=re.sub(r"\+(\d+),(\d+) @@", r"+\1,1\2 @@", part.body))

    kinds = frozenset({Kind.DIFF})
    return Trap("lines like headers", kinds, PROJECT, files, after, mend, undecided=True)
