"""Is it quiet where there is nothing to say? Real changes of well-kept projects, by tools alone.

    pip download --no-deps --no-binary :all: -d releases PACKAGE==OLD PACKAGE==NEW ...
    python -m benchmarks.clean releases [--limit 200] [--show]

`releases` holds two or more releases of each project, as sdists or wheels. What one file became
from a release to the next is one change; those of tests and documentation are left out. Nobody
has said that these changes have no weakness: they were reviewed by their projects and released, so
a finding is taken to be one too many until somebody looks at it (`--show`).
"""

import argparse
import difflib
import hashlib
import re
import tarfile
import zipfile
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path, PurePosixPath

from benchmarks.sven import interval
from indict_review.change import File, Tree
from indict_review.errors import ToolError
from indict_review.languages import of_path
from indict_review.static import analyzers
from indict_review.tools.injection.analyzer import Injection

_ASIDE = re.compile(r"(^|/)(tests?|testing|docs?|examples?|benchmarks?|vendor|_vendor)(/|_)|test_")
_RELEASE = re.compile(
    r"(?P<name>.+?)-(?P<version>\d[\w.]*?)(-[^-]+-[^-]+-[^-]+\.whl|\.tar\.gz|\.zip)"
)


@dataclass(frozen=True)
class Step:
    """What one file became from one release to the next."""

    project: str
    path: str
    before: bytes
    after: bytes

    @property
    def lines(self) -> int:
        """How many were added."""
        old, new = (
            text.decode("utf-8", "replace").splitlines() for text in (self.before, self.after)
        )
        return sum(line.startswith("+ ") for line in difflib.ndiff(old, new))


def releases(folder: Path) -> Mapping[str, list[Path]]:
    """By project, its releases in order of their versions."""
    found: dict[str, list[tuple[list[int], Path]]] = defaultdict(list)
    for path in folder.iterdir():
        if told := _RELEASE.fullmatch(path.name):
            version = [int(part) for part in re.findall(r"\d+", told["version"])]
            found[told["name"].lower()].append((version, path))
    return {name: [path for _, path in sorted(paths)] for name, paths in sorted(found.items())}


def files(archive: Path) -> dict[str, bytes]:
    """The code in a release, without the folder that an sdist puts around it."""
    if archive.suffix == ".gz":
        with tarfile.open(archive) as tar:
            members = ((m.name, tar.extractfile(m)) for m in tar if m.isfile())
            read = {name.partition("/")[2]: file.read() for name, file in members if file}
    else:
        with zipfile.ZipFile(archive) as packed:
            read = {name: packed.read(name) for name in packed.namelist()}
    return {p: data for p, data in read.items() if of_path(p) and not _ASIDE.search(p)}


def steps(folder: Path) -> Iterator[Step]:
    """All of them."""
    for project, archives in releases(folder).items():
        for older, newer in pairwise(files(archive) for archive in archives):
            for path in sorted(older.keys() & newer.keys()):
                if older[path] != newer[path]:
                    yield Step(project, path, older[path], newer[path])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("releases", type=Path)
    parser.add_argument("--limit", type=int, help="so many changes, chosen by a hash")
    parser.add_argument("--show", action="store_true", help="every finding, with its line")
    asked = parser.parse_args()
    chosen = sorted(
        steps(asked.releases),
        key=lambda s: hashlib.sha256(f"{s.project} {s.path}".encode() + s.after).digest(),
    )[: asked.limit]
    before, after = {}, {}
    for number, step in enumerate(chosen):
        path = f"{number:04d}/{PurePosixPath(step.path).name}"
        before[path], after[path] = File(step.before), File(step.after)
    flagged: set[str] = set()
    blocking: set[str] = set()
    kinds: Counter[str] = Counter()
    for analyzer in (*analyzers(), Injection()):
        try:
            for seen in analyzer.examine(Tree(before), Tree(after)):
                number = seen.location.path.partition("/")[0]
                flagged.add(number)
                if seen.weakness.severity.rank >= 3:
                    blocking.add(number)
                kinds[f"{seen.tool} {seen.weakness.ident}"] += 1
                if asked.show:
                    step = chosen[int(number)]
                    quote = seen.location.quote.strip().split("\n")[0][:100]
                    print(f"{step.project} {step.path}: {seen.weakness.ident}: {quote}")
        except ToolError as e:  # noqa: PERF203 - one's trouble is not the next one's
            print(f"{analyzer.name}: {str(e)[:300]}")
    low, high = interval(len(flagged), len(chosen))
    lines = sum(step.lines for step in chosen)
    print(
        f"{len(chosen)} changes of {len({s.project for s in chosen})} projects, {lines:,} new lines"
    )
    print(
        f"with any finding: {len(flagged)} = {100 * len(flagged) / max(1, len(chosen)):.1f}% "
        f"({low:.1f} to {high:.1f}); with one that blocks: {len(blocking)}"
    )
    for kind, count in kinds.most_common():
        print(f"  {count} {kind}")


if __name__ == "__main__":
    main()
