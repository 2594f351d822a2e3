"""Changes of a small project of our own: two states of some files."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from indict_review.change import File, Tree

FOLDER = Path(__file__).parent / "project"


@dataclass(frozen=True)
class Change:
    """What is to be done, and nothing of how it is written down."""

    name: str
    before: Tree
    after: Tree
    renames: Mapping[str, str] = field(default_factory=dict)
    """Old paths by new ones."""

    @property
    def touched(self) -> list[tuple[str | None, str | None]]:
        """Old and new path of every file that differs."""
        gone = set(self.renames.values())
        pairs: list[tuple[str | None, str | None]] = []
        for path in sorted({*self.before.files, *self.after.files} - gone):
            old = self.renames.get(path, path)
            if path in self.renames or self.before.files.get(path) != self.after.files.get(path):
                pairs.append(
                    (
                        old if old in self.before.files else None,
                        path if path in self.after.files else None,
                    )
                )
        return pairs


_TRAILING = [
    ("docs/guide.md", b"paid at once, or\n", b"paid at once, or  \n"),
    ("lib/ring.c", b"(*ring));\n\n", b"(*ring));\n\t\n"),
    ("shop/storage.py", b"(customer,))\n", b"(customer,)) \n"),
    ("web/cart.js", b"  save() {\n", b"  save() {   \n"),
]


def project() -> Tree:
    """The files, and what an editor or git would not keep of them in this repository."""
    files = {
        path.relative_to(FOLDER).as_posix(): File(path.read_bytes().replace(b"\r\n", b"\n"))
        for path in sorted(FOLDER.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    }
    windows = files["legacy/report.py"].content.replace(b"\n", b"\r\n")
    files["legacy/report.py"] = File(windows)
    for path, old, new in _TRAILING:
        assert files[path].content.count(old) == 1
        files[path] = File(files[path].content.replace(old, new))
    files["settings.json"] = File(files["settings.json"].content.rstrip(b"\n"))
    files["bin/serve.sh"] = File(files["bin/serve.sh"].content, 0o100755)
    return Tree(files)


PROJECT = project()


def replaced(tree: Tree, path: str, *edits: tuple[str, str]) -> Tree:
    """With each old text, which stands there once, replaced."""
    text = tree.text(path)
    for old, new in edits:
        assert text.count(old) == 1, (path, old)
        text = text.replace(old, new)
    return tree.with_text(path, text)


def changes() -> list[Change]:
    """All of them; none is like another."""
    return [Change(name, PROJECT, make(PROJECT)) for name, make in _EDITS.items()] + [
        _renamed("renamed", "shop/storage.py", "shop/database.py"),
        _renamed(
            "renamed and edited", "lib/totals.sql", "lib/reports.sql", ("sum(total)", "avg(total)")
        ),
    ]


def _renamed(name: str, old: str, new: str, *edits: tuple[str, str]) -> Change:
    edited = dict(replaced(PROJECT, old, *edits).files)
    edited[new] = edited.pop(old)
    return Change(name, PROJECT, Tree(edited), {new: old})


def _edit(path: str, *edits: tuple[str, str]) -> Callable[[Tree], Tree]:
    return lambda tree: replaced(tree, path, *edits)


def _all(*makes: Callable[[Tree], Tree]) -> Callable[[Tree], Tree]:
    def make(tree: Tree) -> Tree:
        for one in makes:
            tree = one(tree)
        return tree

    return make


def _new(path: str, text: str) -> Callable[[Tree], Tree]:
    return lambda tree: tree.with_text(path, text)


def _gone(path: str) -> Callable[[Tree], Tree]:
    return lambda tree: Tree({p: file for p, file in tree.files.items() if p != path})


def _mode(path: str, mode: int) -> Callable[[Tree], Tree]:
    return lambda tree: Tree({**tree.files, path: File(tree.files[path].content, mode)})


_QUERY = """execute(f"select * from orders where customer = '{customer}'")"""
_SAFE_QUERY = """execute("select * from orders where customer = ?", (customer,))"""

_COUPON = '''"""Coupons."""

from decimal import Decimal


def reduced(total: Decimal, percent: int) -> Decimal:
    """Less some percent, never below zero."""
    if not 0 <= percent <= 100:
        raise ValueError(percent)
    return total * (100 - percent) / 100
'''

_NESTED_NET = """\
        if self.lines:
            total = Decimal(0)
            for line in self.lines:
                total += line.total()
            return total
        return Decimal(0)
"""
_NET = """\
        total = Decimal(0)
        for line in self.lines:
            total += line.total()
        return total
"""

_EDITS: dict[str, Callable[[Tree], Tree]] = {
    "one line": _edit("shop/storage.py", (_QUERY, _SAFE_QUERY)),
    "several hunks": _edit(
        "shop/orders.py",
        ('TAX = Decimal("0.19")', 'TAX = Decimal("0.2")'),
        ("raise ValueError(", "raise OverflowError("),
        ("    rows.append(f", "    rows.append('')\n    rows.append(f"),
    ),
    "new file": _new("shop/coupons.py", _COUPON),
    "new file beside an edit": _all(
        _new("shop/coupons.py", _COUPON),
        _edit(
            "shop/orders.py", ("import Decimal\n", "import Decimal\n\nfrom shop import coupons\n")
        ),
    ),
    "deletion": _gone("checks/rules.py"),
    "deletion beside an edit": _all(
        _gone("lib/totals.sql"), _edit("deploy/service.yaml", ("replicas: 1", "replicas: 2"))
    ),
    "several files": _all(
        _edit("web/cart.js", ("element.innerHTML", "element.textContent")),
        _edit("web/api.ts", ('"/api/articles/" + id', "`/api/articles/${encodeURIComponent(id)}`")),
        _edit("billing/Invoice.java", (".number == number", ".number.equals(number)")),
        _edit("lib/ring.c", ("strcpy(", "strcat(")),
    ),
    "indentation": _edit("shop/orders.py", (_NET, _NESTED_NET)),
    "repeated code": _edit(
        "checks/rules.py",
        (
            '"no lines")\n        return errors\n    return errors',
            '"no lines")\n    return errors',
        ),
    ),
    "at the start": _edit("cmd/server.go", ("package main\n", "// Serves.\npackage main\n")),
    "at the end": _edit("web/cart.js", ("  return formatPrice(sum);\n}\n", "  return sum;\n}\n")),
    "tabs": _edit(
        "cmd/server.go",
        ('Command("sh", "-c", "ping -c 1 "+host)', 'Command("ping", "-c", "1", "--", host)'),
    ),
    "CRLF": _edit(
        "legacy/report.py",
        ("import os\r\n", "from pathlib import Path\r\n"),
        ('    os.system("cat " + path)\r\n', "    print(Path(path).read_text())\r\n"),
    ),
    "no newline at the end": _edit("settings.json", ('["en", "de"]\n}', '["en", "de", "fr"]\n}')),
    "above a missing newline": _edit("settings.json", ('"shop"', '"the shop"')),
    "a newline at the end": _edit("settings.json", ('["en", "de"]\n}', '["en", "de"]\n}\n')),
    "fences": _edit(
        "docs/guide.md",
        ("shop serve --port 8080\n```\n", "shop serve --port 80\n```\n\n```console\n$ true\n```\n"),
    ),
    "marker lines": _edit("docs/Release notes.md", ("1.1\n", "1.2\n=======\n\n- Quick.\n\n1.1\n")),
    "lines like headers": _edit(
        "lib/totals.sql",
        ("-- Totals by customer.\n", "++ Sums.\n-- By customer.\n"),
        ("-- Customers without an order.\n", ""),
    ),
    "beside two spaces": _edit("docs/guide.md", ("not at all.", "never.")),
    "below a tab": _edit("lib/ring.c", ("bytes = malloc(size)", "bytes = calloc(size, 1)")),
    "above a space": _edit("shop/storage.py", ('"delete from', '"delete  from')),
    "at three spaces": _edit("web/cart.js", ("JSON.stringify(", "JSON.stringify(null ?? ")),
    "executable": _edit("bin/serve.sh", ("$PORT --database $DATABASE", '"$PORT" "$DATABASE"')),
    "made executable": _mode("shop/orders.py", 0o100755),
    "blank lines": _edit(
        "billing/Invoice.java", ("import java.util.List;\n\n", "\n\nimport java.util.List;\n")
    ),
    "much of a file": _edit(
        "checks/rules.py",
        (PROJECT.text("checks/rules.py").partition("def check_lines")[2], "(order):\n    pass\n"),
    ),
}
