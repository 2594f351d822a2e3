"""The real repository behind the stand-in: what GitHub would know of it."""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from collections.abc import Iterable
from pathlib import Path

_ID = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_ENVIRONMENT = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_COMMITTER_NAME": "GitHub",
    "GIT_COMMITTER_EMAIL": "noreply@github.example",
}


class GitError(Exception):
    """Git said no."""


class GitRepository:
    """A repository on disk, read and written by plumbing: its work tree is left alone."""

    def __init__(self, path: Path | str) -> None:
        self.path = Path(path)

    def run(self, *args: str, stdin: bytes = b"", **environment: str) -> bytes:
        ran = subprocess.run(
            ["git", "-C", str(self.path), *args],
            input=stdin,
            capture_output=True,
            check=False,
            env={**os.environ, **_ENVIRONMENT, **environment},
        )
        if ran.returncode != 0:
            raise GitError(f"git {args[0]}: {ran.stderr.decode(errors='replace').strip()}")
        return ran.stdout

    def text(self, *args: str, stdin: bytes = b"", **environment: str) -> str:
        return self.run(*args, stdin=stdin, **environment).decode(errors="replace").strip()

    def find(self, name: str, kind: str = "commit") -> str | None:
        """The id of an object of that kind, or None."""
        return self.identify(f"{name}^{{{kind}}}")

    def file(self, commit: str, path: str) -> str | None:
        """The id of a file's content, or None."""
        return self.identify(f"{commit}:{path}")

    def identify(self, name: str) -> str | None:
        """The id of whatever the name means (`main`, `main:src/a.py`, an id), or None."""
        try:
            return self.text("rev-parse", "--verify", "--quiet", "--end-of-options", name)
        except GitError:
            return None

    def branch(self, name: str) -> str | None:
        return self.find(f"refs/heads/{name}")

    def kind(self, sha: str) -> str | None:
        """`blob`, `tree`, `commit`; None: there is no such object, or it is no full id."""
        if not _ID.fullmatch(sha):
            return None
        try:
            return self.text("cat-file", "-t", sha)
        except GitError:
            return None

    def merge_base(self, one: str, other: str) -> str | None:
        try:
            return self.text("merge-base", one, other)
        except GitError:
            return None

    def commits(self, base: str, head: str) -> list[str]:
        """Those of the head that the base lacks, the oldest first."""
        return self.text("rev-list", "--reverse", f"{base}..{head}").split()

    def blob(self, sha: str) -> bytes:
        return self.run("cat-file", "blob", sha)

    def entries(self, tree: str, recursive: bool) -> list[tuple[str, str, str, int | None, str]]:
        """`(mode, type, sha, size, path)` of each."""
        deep = ("-r", "-t") if recursive else ()
        listed = self.run("ls-tree", "-z", "-l", *deep, tree).decode(errors="replace")
        found = []
        for line in filter(None, listed.split("\0")):
            about, path = line.split("\t", 1)
            mode, kind, sha, size = about.split()
            found.append((mode, kind, sha, None if size == "-" else int(size), path))
        return found

    def write_blob(self, content: bytes) -> str:
        return self.text("hash-object", "-w", "--stdin", stdin=content)

    def write_tree(self, base: str | None, changes: Iterable[tuple[str, str, str | None]]) -> str:
        """`changes`: `(mode, path, sha)` of each; no sha: it goes."""
        with tempfile.TemporaryDirectory() as folder:
            index = str(Path(folder, "index"))
            self.run("read-tree", *([base] if base else ["--empty"]), GIT_INDEX_FILE=index)
            lines = "".join(
                f"{mode if sha else '0'} {sha or '0' * 40}\t{path}\0" for mode, path, sha in changes
            )
            self.run(
                "update-index", "-z", "--index-info", stdin=lines.encode(), GIT_INDEX_FILE=index
            )
            return self.text("write-tree", GIT_INDEX_FILE=index)

    def write_commit(self, tree: str, parents: Iterable[str], message: str, author: str) -> str:
        above = [word for parent in parents for word in ("-p", parent)]
        return self.text(
            "commit-tree",
            tree,
            *above,
            stdin=message.encode(),
            GIT_AUTHOR_NAME=author,
            GIT_AUTHOR_EMAIL=f"{author}@users.noreply.github.example",
        )

    def move(self, branch: str, sha: str) -> None:
        """Let a branch go on to a commit after it, with the work tree if it is checked out."""
        try:
            current = self.text("symbolic-ref", "--quiet", "--short", "HEAD")
        except GitError:
            current = ""
        if current == branch and self.text("rev-parse", "--is-bare-repository") == "false":
            self.run("merge", "--quiet", "--ff-only", sha)
        else:
            self.run("update-ref", f"refs/heads/{branch}", sha)
