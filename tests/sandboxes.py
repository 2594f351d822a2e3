"""Real sandboxes for tests, each made once. `make test` names those a machine lacks."""

import atexit
from functools import cache

import pytest

from indict_review.errors import ToolError
from indict_review.sandbox.interface import Contents, Job, Limits, Sandbox

NAMES = ("docker", "bubblewrap")


class Files:
    """A workspace of a few files."""

    def __init__(self, files: dict[str, str | bytes], links: dict[str, str] | None = None):
        self.files, self.links = files, links or {}

    def members(self):
        from indict_review.sandbox.box import member, symlink

        yield member("work", None)
        for path, content in self.files.items():
            data = content.encode() if isinstance(content, str) else content
            yield member(f"work/{path}", data, 0o644)
        for path, target in self.links.items():
            yield symlink(f"work/{path}", target)


@cache
def _made(name: str) -> Sandbox | str:
    try:
        if name == "docker":
            from indict_review.sandbox.docker import Docker

            made: Sandbox = Docker()
        else:
            from indict_review.sandbox.bubblewrap import Bubblewrap

            made = Bubblewrap()
        made.identity("python")
    except ToolError as e:
        return str(e)
    atexit.register(made.close)
    return made


def sandbox_called(name: str) -> Sandbox:
    made = _made(name)
    if isinstance(made, str):
        pytest.skip(f"no {name} here: {made}")
    return made


@pytest.fixture(params=NAMES)
def sandbox(request) -> Sandbox:
    """Each real sandbox in turn."""
    return sandbox_called(request.param)


def job(*command: str, files: Contents | dict | None = None, limits: Limits | None = None, **kw):
    """A job in few words."""
    work = files if files is not None and not isinstance(files, dict) else Files(files or {})
    return Job(command, work, limits=limits or Limits(seconds=20), **kw)
