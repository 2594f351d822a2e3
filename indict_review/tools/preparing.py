"""What a project's lock files name, installed in the sandbox from a folder of wheels, and kept.

What is installed runs code as it is installed, so here trust ends twice: it happens in the
sandbox, and what came out is unpacked in one as well, never outside. The step sees the lock files
and the wheels alone, so that the cache's key covers all that decided the outcome; and what was
installed for the change never serves the base.
"""

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock

from indict_review.errors import ToolError
from indict_review.patches.quoting import shown
from indict_review.sandbox.box import member
from indict_review.sandbox.interface import Job, Limits, Mount, Ran, Sandbox
from indict_review.tools.environment import Environment
from indict_review.tools.frameworks.interface import Preparation
from indict_review.tools.tail import last_lines

KEPT = 16
"""Archives that are kept: the ones used last."""

LIMITS = Limits(seconds=600)

_ARCHIVE = "prepared.tar.gz"
_SUM = "sha256"
_MOUNTED, _WHEELS = "/env/prepared", "/env/wheels"

# One file comes back, with links and modes inside it, and nothing of it is looked into out here.
_KEEPING = Lock()
"""Base and head are prepared at the same time."""

_PACK = (
    'box=$1; shift; "$@" || exit; mv "$box/out" "$box/made" && mkdir "$box/out" && '
    f'tar -czf "$box/out/{_ARCHIVE}" -C "$box/made" .'
)
_UNPACK = f'mkdir "$BOX/prepared" && tar -xzf {_MOUNTED}/{_ARCHIVE} -C "$BOX/prepared"'


@dataclass(frozen=True)
class Preparing:
    """Installs from wheels. There is no network, whatever a lock file names."""

    sandbox: Sandbox
    cache: Path
    """A folder that only the user can write."""
    wheels: Path
    """A folder of packages that the user trusts to be read by the code under review."""
    limits: Limits = field(default=LIMITS)

    def environment(
        self, preparation: Preparation, locks: Mapping[str, bytes], toolchain: str, side: str
    ) -> Environment:
        """What the lock files name, made once for each side. Raises `ToolError`."""
        if not self.wheels.is_dir():
            raise ToolError(f"{self.wheels} is no folder of wheels")
        try:
            kept = self.cache / self._key(preparation, locks, toolchain, side)
        except OSError as e:
            raise ToolError(f"the wheels in {self.wheels} cannot be read: {e}") from e
        if not _whole(kept):
            archive = self._made(preparation, locks, toolchain)
            try:
                with _KEEPING:
                    self._keep(kept, archive)
            except OSError as e:
                raise ToolError(f"packages cannot be kept in {self.cache}: {e}") from e
        with suppress(OSError):  # only the order in which they are forgotten
            os.utime(kept)
        return Environment(
            mounts=(Mount(kept.resolve(), _MOUNTED),),
            environ={
                name: value.replace("{prepared}", "{box}/prepared")
                for name, value in preparation.environ.items()
            },
            ready=_UNPACK,
            needs="room to unpack the prepared packages",
        )

    def _key(
        self, preparation: Preparation, locks: Mapping[str, bytes], toolchain: str, side: str
    ) -> str:
        wheels = sorted(
            (p.name, p.stat().st_size, p.stat().st_mtime_ns) for p in _files(self.wheels)
        )
        decided = [
            side,
            self.sandbox.identity(toolchain),
            preparation.command,
            sorted((name, hashlib.sha256(content).hexdigest()) for name, content in locks.items()),
            wheels,
        ]
        return hashlib.sha256(json.dumps(decided).encode()).hexdigest()[:32]

    def _made(self, preparation: Preparation, locks: Mapping[str, bytes], toolchain: str) -> bytes:
        job = Job(
            ("/bin/sh", "-c", _PACK, "sh", "{box}", *preparation.command),
            LockFiles(locks),
            environ={
                "PIP_NO_INDEX": "1",
                "PIP_FIND_LINKS": _WHEELS,
                "PIP_DISABLE_PIP_VERSION_CHECK": "1",
            },
            toolchain=toolchain,
            mounts=(Mount(self.wheels.resolve(), _WHEELS),),
            limits=self.limits,
        )
        ran = self.sandbox.run(job)
        if ran.why or ran.exit_code != 0 or _ARCHIVE not in ran.files:
            raise ToolError(_failed(ran, preparation))
        return ran.files[_ARCHIVE]

    def _keep(self, kept: Path, archive: bytes) -> None:
        """Whole or not at all: another review may read it at any moment."""
        self.cache.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(prefix="new-", dir=self.cache))
        try:
            (fresh / _ARCHIVE).write_bytes(archive)
            (fresh / _SUM).write_text(hashlib.sha256(archive).hexdigest(), "ascii")
            for path, mode in ((fresh, 0o755), (fresh / _ARCHIVE, 0o644)):
                path.chmod(mode)  # the sandbox's user is another one
            if not _whole(kept):  # a whole one may be mounted just now
                shutil.rmtree(kept, ignore_errors=True)
            try:
                fresh.rename(kept)
            except OSError:
                if not _whole(kept):  # else somebody else was faster
                    raise
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
        whole = (path for path in self.cache.iterdir() if not path.name.startswith("new-"))
        for path in sorted(whole, key=_last_used, reverse=True)[KEPT:]:
            shutil.rmtree(path, ignore_errors=True)


@dataclass(frozen=True)
class LockFiles:
    """See `Contents`: no other file of the project."""

    files: Mapping[str, bytes]

    def members(self) -> Iterator[bytes]:
        """See `Contents.members`."""
        yield member("work", None)
        for path, content in self.files.items():
            yield member(f"work/{path}", content)


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in folder.iterdir() if path.is_file())


def _last_used(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:  # another review forgets as well
        return 0.0


def _whole(kept: Path) -> bool:
    """Whether it is there, and is what was written."""
    try:
        archive = (kept / _ARCHIVE).read_bytes()
        return hashlib.sha256(archive).hexdigest() == (kept / _SUM).read_text("ascii")
    except (OSError, ValueError):
        return False


def _failed(ran: Ran, preparation: Preparation) -> str:
    why = ran.why or shown(last_lines(ran.output, 1, 200)) or f"exit code {ran.exit_code}"
    return (
        f"the packages of {', '.join(map(shown, preparation.locks))} could not be installed "
        f"without network ({why}): add what is missing to the folder of wheels, or give "
        "--test-env DIR"
    )
