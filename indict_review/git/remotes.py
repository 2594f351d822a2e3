"""Where a clone came from."""

import os

from indict_review.errors import ToolError
from indict_review.git.repository import Repository
from indict_review.git.running import said


def remotes(repository: Repository) -> dict[str, str]:
    """The address of each remote, by its name, as the repository has it. Raises `ToolError`."""
    ran = repository.run("config", "--local", "--null", "--get-regexp", r"^remote\..*\.url$")
    if ran.returncode == 1:
        return {}  # nothing is set
    if ran.returncode != 0:
        raise ToolError(f"git cannot tell its remotes: {said(ran)}")
    found: dict[str, str] = {}
    for row in os.fsdecode(ran.stdout).split("\0")[:-1]:
        key, _, address = row.partition("\n")
        found.setdefault(key.removeprefix("remote.").removesuffix(".url"), address)
    return found
