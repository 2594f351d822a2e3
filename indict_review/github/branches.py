"""Commits on branches of their own, by the API alone: no checkout, no git. See `Branches`."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import quote

from indict_review.change import File
from indict_review.errors import Refused
from indict_review.github.answers import Told, each
from indict_review.github.interface import Api, Json, Offered


@dataclass(frozen=True)
class RepositoryBranches:
    """See `Branches`."""

    api: Api
    repository: str
    """`octo/demo`."""

    @property
    def _repo(self) -> str:
        return f"/repos/{quote(self.repository)}"

    def tip(self, branch: str) -> str | None:
        """See `Branches.tip`."""
        try:
            answer = self.api.get(f"{self._repo}/git/ref/heads/{quote(branch)}")
        except Refused as e:
            if e.status == 404:
                return None
            raise
        return Told(answer, f"the branch {branch}").inner("object").text("sha")

    def between(self, base: str, commit: str) -> Mapping[str, str | None]:
        """See `Branches.between`. GitHub lists 300 files at most."""
        path = f"{self._repo}/compare/{quote(base)}...{quote(commit)}"
        files = Told(self.api.get(path), "what differs").each("files")
        return dict(pair for file in files for pair in _differing(file))

    def grow(self, parent: str, files: Mapping[str, File | None], message: str) -> str:
        """See `Branches.grow`. What it makes is named by its content: again does no harm."""
        entries = [self._entry(path, file) for path, file in sorted(files.items())]
        told = Told(self.api.get(f"{self._repo}/git/commits/{quote(parent)}"), "the head's commit")
        base = told.inner("tree").text("sha")
        tree = self._made("trees", {"base_tree": base, "tree": entries})
        return self._made("commits", {"message": message, "tree": tree, "parents": [parent]})

    def create(self, branch: str, commit: str) -> None:
        """See `Branches.create`."""
        body = {"ref": f"refs/heads/{branch}", "sha": commit}
        self.api.send("POST", f"{self._repo}/git/refs", body)

    def offers(self, branch: str) -> tuple[Offered, ...]:
        """See `Branches.offers`."""
        owner = self.repository.partition("/")[0]
        rows = self.api.pages(f"{self._repo}/pulls", head=f"{owner}:{branch}", state="all")
        return each(rows, f"the pull requests of {branch}", _offered)

    def offer(self, branch: str, base: str, title: str, body: str) -> str:
        """See `Branches.offer`."""
        asked = {"head": branch, "base": base, "title": title, "body": body}
        answer = self.api.send("POST", f"{self._repo}/pulls", asked)
        return Told(answer, "the new pull request").text("html_url")

    def _entry(self, path: str, file: File | None) -> Json:
        """As bytes: GitHub takes text for UTF-8, which it need not be."""
        if file is None:
            return {"path": path, "mode": "100644", "type": "blob", "sha": None}
        content = base64.b64encode(file.content).decode("ascii")
        sha = self._made("blobs", {"content": content, "encoding": "base64"})
        return {"path": path, "mode": f"{file.mode:o}", "type": "blob", "sha": sha}

    def _made(self, kind: str, body: Mapping[str, Json]) -> str:
        answer = self.api.send("POST", f"{self._repo}/git/{kind}", body)
        return Told(answer, f"new {kind}").text("sha")


def _differing(file: Told) -> Iterator[tuple[str, str | None]]:
    status, path = file.text("status"), file.text("filename")
    yield path, None if status == "removed" else file.text("sha")
    if status == "renamed":
        yield file.text("previous_filename"), None


def _offered(told: Told) -> Offered:
    base = told.inner("base").text("ref")
    return Offered(told.text("html_url"), base, told.text("state") == "open")
