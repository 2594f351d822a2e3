"""A reviewer with an analyzer of one's own: `python own_analyzer.py`.

An analyzer reads two trees and yields what the change between them brought in.
"""

from collections.abc import Iterator

from indict_review import (
    Change,
    Concern,
    File,
    FileChange,
    Location,
    Observed,
    Reviewer,
    Severity,
    Status,
    Tree,
    Weakness,
)

PRINTED = Weakness(
    ident="print-left-in",
    concern=Concern.HELPFULNESS,
    severity=Severity.LOW,
    title="Print left in",
    message="A library does not print.",
)


class Prints:
    """Finds `print(` in lines that the base has not got."""

    name = "prints"
    version = "1"

    def covers(self, path: str) -> bool:
        return path.endswith(".py")

    def examine(self, before: Tree, after: Tree) -> Iterator[Observed]:
        for path in filter(self.covers, after.files):
            known = set(before.text(path).split("\n"))
            for number, line in enumerate(after.text(path).split("\n"), start=1):
                if "print(" in line and line not in known:
                    place = Location(path, number, number, line)
                    yield Observed(self.name, "calls print", place, PRINTED)


def main() -> None:
    change = Change(
        source="patch",
        before=Tree({"shop.py": File(b"def total(prices):\n    return sum(prices)\n")}),
        after=Tree(
            {"shop.py": File(b"def total(prices):\n    print(prices)\n    return sum(prices)\n")}
        ),
        files=(FileChange("shop.py", None, Status.MODIFIED, "python", added=1, deleted=0),),
        patch="",
    )
    review = Reviewer(analyzers=[Prints()]).review(change)
    for finding in review.findings:
        print(f"{finding.title}: {finding.location.path}:{finding.location.start_line}")
    gate = review.gate(Severity.LOW)
    print("gate:", gate.value if gate else "not decided")


if __name__ == "__main__":
    main()
