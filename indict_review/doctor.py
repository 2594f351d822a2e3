"""What a review can do on this machine, and what it lacks: `indict-review doctor`.

Each part is tried and not only looked for, all of them side by side.
"""

import os
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from indict_review import git
from indict_review.change import File, Tree
from indict_review.config import REPOSITORY_FILE, Flags, cache_dir, load
from indict_review.errors import ReviewError, StepError, ToolError
from indict_review.events import Started
from indict_review.models import weights
from indict_review.sandbox import choice
from indict_review.setting_up import hooks, pre_commit
from indict_review.setting_up.hooks import Writer
from indict_review.setting_up.writing import read
from indict_review.sources.staged import StagedSource
from indict_review.sources.stores import Folder
from indict_review.tools.semgrep import Semgrep

OLDEST_GIT = (2, 25)
NEEDED = frozenset({"git", "semgrep"})
"""Without these there is no review."""


@dataclass(frozen=True)
class Part:
    """Something a review uses."""

    name: str
    usable: bool
    detail: str
    """What is there, or why it cannot be used."""
    remedy: str = ""
    """What to type, or to do, about what is lacking."""


Trial = Callable[[], list[Part]]


def examine(repo: Path, environ: Mapping[str, str]) -> Iterator[Part]:
    """Each part, in the order of a review. Raises nothing: what fails is a part that lacks."""
    trials: dict[str, Trial] = {
        "python": _python,
        "git": _git,
        "semgrep": _semgrep,
        "sandbox": _sandboxes,
        "embedded model": lambda: [_model(cache_dir(environ))],
        "GitHub token": lambda: [_token(environ)],
        "cache": lambda: [_cache(cache_dir(environ))],
        "repository": lambda: _repository(repo, environ),
    }
    with ThreadPoolExecutor(len(trials)) as pool:
        tried = [pool.submit(_tried, name, trial) for name, trial in trials.items()]
        for parts in tried:
            yield from parts.result()


def _tried(name: str, trial: Trial) -> list[Part]:
    try:
        return trial()
    except ReviewError as e:
        return [Part(name, False, str(e), e.hint)]
    except (StepError, OSError) as e:
        return [Part(name, False, str(e))]


def _python() -> list[Part]:
    version = ".".join(map(str, sys.version_info[:3]))
    return [Part("python", True, f"{version} ({sys.executable})")]


def _git() -> list[Part]:
    try:
        version = git.version()
    except ToolError as e:
        return [Part("git", False, str(e), "apt install git, or https://git-scm.com")]
    numbers = tuple(int(number) for number in re.findall(r"\d+", version)[:2])
    if numbers < OLDEST_GIT:
        oldest = ".".join(map(str, OLDEST_GIT))
        return [Part("git", False, f"{version} is too old", f"install {oldest} or newer")]
    return [Part("git", True, version)]


_PROBE = Tree({"probe.py": File(b"import pickle\n\n\ndef load(data):\n    pickle.loads(data)\n")})


def _semgrep() -> list[Part]:
    """A scan that has to find something, by the fast way."""
    heard: list[str] = []
    again = "pip install --force-reinstall semgrep codeshield"
    semgrep = Semgrep(listen=lambda e: heard.append(e.step) if isinstance(e, Started) else None)
    try:
        found = list(semgrep.examine(Tree(), _PROBE))
    except ToolError as e:
        return [Part("semgrep", False, str(e), again)]
    if not found:
        return [Part("semgrep", False, "it runs, and does not see what it should", again)]
    slow = next((f"; {step}" for step in heard if "slow" in step), ", the fast way")
    return [Part("semgrep", True, f"{semgrep.version}, and it sees what it should{slow}")]


_SANDBOX = {
    "docker": "docker info; for the image, docker/README.md",
    "bubblewrap": "apt install bubblewrap",
}


def _sandboxes() -> list[Part]:
    sandboxes = choice.describe()
    parts = [
        Part(f"sandbox {s.name}", s.usable, s.detail, "" if s.usable else _SANDBOX[s.name])
        for s in sandboxes
    ]
    if first := next((s.name for s in sandboxes if s.usable), None):
        return [*parts, Part("tests, checks", True, f"run in {first}")]
    lost = "cannot be run: a review that needs them ends with 3"
    return [*parts, Part("tests, checks", False, lost, "apt install bubblewrap")]


def _model(cache: Path) -> Part:
    name, path = "embedded model", weights.find(cache)
    if find_spec("xllamacpp") is None:
        return Part(name, False, "its engine is missing", "pip install 'indict-review[local]'")
    if path is None:
        lost = "its weights are missing (1.1 GB, once)"
        return Part(name, False, lost, "indict-review model pull")
    return Part(name, True, path.name)


_TOKEN = re.compile(r"gh[a-z]_\S{30,}|github_pat_\S{20,}")
"""Personal, of an app, of a workflow; fine-grained."""


def _token(environ: Mapping[str, str]) -> Part:
    """Only its shape is looked at: it is neither shown nor sent."""
    name, remedy = "GitHub token", 'export GH_TOKEN="$(gh auth token)"'
    where = next((n for n in ("GITHUB_TOKEN", "GH_TOKEN") if environ.get(n)), None)
    if where is None:
        lost = "neither in GITHUB_TOKEN nor in GH_TOKEN; only pull requests need one"
        return Part(name, False, lost, remedy)
    if _TOKEN.fullmatch(environ[where]) is None:
        return Part(name, False, f"what is in {where} does not look like one", remedy)
    return Part(name, True, f"in {where} (not tried: it is sent nowhere)")


def _cache(cache: Path) -> Part:
    there = next(folder for folder in (cache, *cache.parents) if folder.exists())
    if not (there.is_dir() and os.access(there, os.W_OK | os.X_OK)):
        remedy = "export INDICT_REVIEW_CACHE=DIR, a folder you may write to"
        return Part("cache", False, f"{cache} cannot be written", remedy)
    return Part("cache", True, f"{cache} ({_size(cache) / 2**20:,.1f} MiB)")


def _size(folder: Path) -> int:
    """Bytes. A file that goes while we look counts for nothing."""
    size = 0
    for inner, _, names in os.walk(folder):
        for name in names:
            with suppress(OSError):
                size += os.lstat(os.path.join(inner, name)).st_size
    return size


def _repository(repo: Path, environ: Mapping[str, str]) -> list[Part]:
    top = git.top(repo, environ)
    return [
        Part("repository", True, str(top)),
        *_tried("hook", lambda: [_hook(top, environ)]),
        *_tried("settings", lambda: [_settings(top, environ)]),
    ]


def _hook(top: Path, environ: Mapping[str, str]) -> Part:
    place = hooks.place(top, environ)
    hook = read((place.folder / hooks.COMMIT).resolve())
    return _hook_of(top, place, hook) or Part("hook", True, str(place.folder / hooks.COMMIT))


def _hook_of(top: Path, place: hooks.Place, hook: File | None) -> Part | None:
    """What is wrong with it, or None."""
    path = place.folder / hooks.COMMIT
    writer = hooks.writer(hook)
    if hook is None or writer is Writer.OTHER:
        if place.is_shared and hooks.writer(read(place.own / hooks.COMMIT)) is Writer.US:
            lost = f"ours is not run: core.hooksPath leads to {place.folder}"
            return Part("hook", False, lost, "git config --unset core.hooksPath")
        lost = "none: commits are not reviewed" if hook is None else f"{path} does not call us"
        return Part("hook", False, lost, "indict-review init")
    if not hook.mode & 0o100:
        return Part("hook", False, f"{path} is not executable", f"chmod +x {path}")
    if writer is Writer.PRE_COMMIT:
        entries = read(top / pre_commit.FILE)
        if entries is None or not pre_commit.names_us(entries.content):
            lost = f"pre-commit's, and {pre_commit.FILE} does not name us"
            return Part("hook", False, lost, "indict-review init --pre-commit")
    program = hooks.program_of(hook) if writer is Writer.US else ""
    if program and not os.access(program, os.X_OK):
        return Part("hook", False, f"it calls {program}, which is gone", "indict-review init")
    return None


def _settings(top: Path, environ: Mapping[str, str]) -> Part:
    base = StagedSource(top, None, environ).base
    fail_on = load(Flags(), base, environ).fail_on.value
    committed = base.entries([REPOSITORY_FILE])
    if committed != Folder(top).entries([REPOSITORY_FILE]):
        lost = f"{REPOSITORY_FILE} differs from HEAD's, which is the one that counts"
        return Part("settings", False, lost, f"git add {REPOSITORY_FILE} && git commit")
    return Part("settings", True, f"{'committed' if committed else 'none'}; fail_on is {fail_on}")
