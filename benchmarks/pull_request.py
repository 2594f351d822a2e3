"""What a large pull request costs: two releases of a package as its base and its head.

    python -m benchmarks.pull_request                       # networkx 2.8.8 and 3.2.1
    python -m benchmarks.pull_request sympy 1.12 1.13.3
    python -m benchmarks.pull_request --wheels FOLDER       # downloaded before; nothing is fetched

Run it in the repository's top folder: GitHub is the stand-in of the tests. The wheels are data:
they are unpacked, and nothing of them is installed, imported or built (pip would run the build of
a source archive to learn its name).

Measured is `indict-review pr --post` without a model and without a sandbox, once, with an empty
cache; and `semgrep-core` alone with the same rules on the Python files of the head. GitHub wants a
second between two writes, and that time is in the first figure.
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections import Counter
from pathlib import Path

from benchmarks.hook import measured
from indict_review.tools import rules
from indict_review.tools.semgrep_run import core
from tests.github_stand_in import StandIn

NAME = "octo/demo"


def wheel(package: str, version: str, folder: Path) -> Path:
    """One that is there already, or that pip downloads."""
    pattern = f"{package.replace('-', '_')}-{version}-*.whl"
    if not list(folder.glob(pattern)):
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
        command += ["--only-binary", ":all:", "--dest", str(folder), f"{package}=={version}"]
        subprocess.run(command, check=True)
    return next(folder.glob(pattern))


class Project:
    """A repository whose branch `main` is one release, and `feature` the other."""

    def __init__(self, folder: Path, before: Path, after: Path) -> None:
        self.repo, self.home = folder / "repo", folder / "home"
        self.repo.mkdir()
        self.home.mkdir()
        kept = ("PATH", "LANG", "LC_ALL")
        self.environ = {name: os.environ[name] for name in kept if name in os.environ} | {
            "HOME": str(self.home), "GIT_CONFIG_NOSYSTEM": "1", "SEMGREP_SEND_METRICS": "off",
            "SEMGREP_ENABLE_VERSION_CHECK": "0",
        }  # fmt: skip
        self.git("init", "-q", "-b", "main")
        self.release(before)
        self.git("checkout", "-q", "-b", "feature")
        self.release(after)

    def git(self, *arguments: str) -> str:
        ran = subprocess.run(
            ["git", "-c", "user.name=n", "-c", "user.email=e@x", *arguments],
            cwd=self.repo, env=self.environ, check=True, capture_output=True,
        )  # fmt: skip
        return ran.stdout.decode("utf-8", "replace")

    def release(self, packed: Path) -> None:
        """Commit what is in the wheel, in place of what was there."""
        for path in self.repo.iterdir():
            if path.name != ".git":
                shutil.rmtree(path) if path.is_dir() else path.unlink()
        with zipfile.ZipFile(packed) as archive:
            archive.extractall(self.repo)
        for path in self.repo.iterdir():
            if path.suffix in {".dist-info", ".data"}:
                shutil.rmtree(path)
        self.git("add", "-A")
        self.git("commit", "-q", "-m", packed.name)

    def size(self) -> tuple[int, int]:
        """Changed files, and lines added or deleted."""
        rows = self.git("diff", "--numstat", "main", "feature").splitlines()
        counts = [row.split("\t")[:2] for row in rows]
        return len(rows), sum(int(n) for pair in counts for n in pair if n != "-")

    def python(self) -> list[str]:
        """The Python files of the head that changed."""
        listed = self.git("diff", "--name-only", "--diff-filter=d", "main", "feature", "--", "*.py")
        return listed.split()


def core_alone(project: Project, folder: Path) -> float:
    """Seconds of the core on the same files, with the rules that we ship."""
    program = core()
    assert program is not None
    asked = {f"rule-{rule.digest}": rule for rule in rules.shipped({"python"})}
    (folder / "rules.json").write_text(rules.merged(asked))
    listed = [
        ["CodeTarget", {"path": {"fpath": n, "ppath": f"/{n}"}, "analyzer": "python",
                        "products": ["sast"]}] for n in project.python()
    ]  # fmt: skip
    (folder / "targets.json").write_text(json.dumps(["Targets", listed]))
    cost, _ = measured(
        [str(program), "-json_nodots", "-fast", "-rules", str(folder / "rules.json"), "-targets",
         str(folder / "targets.json"), "-timeout", "10", "-j", str(len(os.sched_getaffinity(0)))],
        project.repo, project.environ,
    )  # fmt: skip
    return cost.seconds


def reviewed(project: Project, hub: StandIn, number: int, out: Path) -> float:
    """Seconds of the command; it leaves its review in `out`."""
    command = [
        sys.executable, "-m", "indict_review", "pr", f"{NAME}#{number}", "--repo",
        str(project.repo), "--post", "--model", "none", "--sandbox", "none", "--format", "json",
        "--output", str(out),
    ]  # fmt: skip
    told = {"GITHUB_API_URL": hub.api, "GITHUB_TOKEN": hub.token("installation")}
    home = str(Path(__file__).parents[1])
    cost, _ = measured(command, project.repo, project.environ | told | {"PYTHONPATH": home})
    if not out.exists():
        sys.exit("there is no review, so there are no figures: run the command by hand")
    return cost.seconds


def report(project: Project, hub: StandIn, number: int, out: Path) -> None:
    """What was posted, and what was left out of it."""
    review, seen = json.loads(out.read_text()), hub.pull(number)
    asked = Counter(request.method for request in hub.requests)
    print(f"requests            {len(hub.requests)} ({dict(asked)}), invalid: {len(hub.invalid)}")
    print(f"findings            {len(review['findings'])}, verdict {review['verdict']}")
    coverage = Counter(file["coverage"] for file in review["change"]["files"])
    print(f"files               {dict(coverage)}")
    print(f"comments            {len(seen.remarks)} in {len(seen.reviews)} reviews")
    summaries = [len(comment.body) for comment in seen.comments]
    print(f"summary             {summaries} characters")
    annotations = sum(len(check.annotations) for check in seen.checks)
    print(f"check               {[c.conclusion for c in seen.checks]}, {annotations} annotations")
    for each in review["skipped"]:
        print(f"skipped             {each['step']}: {each['reason'][:200]}")
    for comment in seen.comments:
        for line in re.findall(r"[^\n]*(?:left out|would not fit)[^\n]*", comment.body):
            print(f"summary says        {line[:200]}")
    for wrong in hub.invalid[:5]:
        print(f"INVALID             {wrong[:200]}")


def main() -> None:
    """See above."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("package", nargs="?", default="networkx")
    parser.add_argument("before", nargs="?", default="2.8.8")
    parser.add_argument("after", nargs="?", default="3.2.1")
    parser.add_argument("--wheels", type=Path, help="a folder for the downloads, to be kept")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="indict-bench-") as name, StandIn() as hub:
        folder = Path(name)
        kept = given.wheels or folder
        releases = [wheel(given.package, each, kept) for each in (given.before, given.after)]
        project = Project(folder, *releases)
        hub.repository(NAME, project.repo)
        number = hub.open(title=f"{given.package} {given.after}")
        files, lines = project.size()
        alone = core_alone(project, folder)
        ours = reviewed(project, hub, number, folder / "review.json")
        print(f"{given.package} {given.before} to {given.after}: {files} files, {lines:,} lines")
        print(f"core alone          {alone:.1f} s, on {len(project.python())} files")
        print(f"review and posting  {ours:.1f} s, {ours / alone:.2f} of the core's")
        report(project, hub, number, folder / "review.json")


if __name__ == "__main__":
    main()
