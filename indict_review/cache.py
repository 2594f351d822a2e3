"""What was worked out before, in the user's cache folder: bounded, and never needed.

Trust ends at the folder: nobody but this user can have written there, or it is not used. What is
found is checked again, so that a torn or changed entry is only a miss. Entries are made whole and
moved into place: two runs at once cost each other nothing. A cache that cannot be used costs time.
"""

import os
import stat
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

SHARDS = 64
MOST_ENTRIES = 256
"""In a shard; beyond it the oldest half goes."""
LARGEST = 256 * 1024
"""Bytes of an entry; what is larger is worked out again."""


def key_of(*parts: bytes | str) -> str:
    """A name for what was worked out from these."""
    digest = sha256()
    for part in parts:
        raw = part.encode("utf-8", "surrogateescape") if isinstance(part, str) else part
        digest.update(len(raw).to_bytes(8, "big") + raw)
    return digest.hexdigest()


@dataclass(frozen=True)
class Cache:
    """One kind of answers, by the digest of all that went into them."""

    folder: Path

    @staticmethod
    def outside(root: Path, folder: Path, name: str) -> "Cache | None":
        """`name` in the user's cache folder; None where that lies in the folder under review, so
        that the change could have put it there."""
        folder = folder.resolve()
        return None if folder.is_relative_to(root.resolve()) else Cache(folder / name)

    def get(self, keys: Iterable[str]) -> dict[str, bytes]:
        """Those that are there."""
        found = {}
        for key in keys if _is_private(self.folder) else ():
            path = self._path(key)
            try:
                with open(path, "rb") as file:
                    entry = file.read(LARGEST + 65)
                os.utime(path)  # the oldest ones go first
            except OSError:
                continue
            seal, _, body = entry.partition(b"\n")
            if seal == key_of(key, body).encode():
                found[key] = body
        return found

    def put(self, entries: Mapping[str, bytes]) -> None:
        """Keep them, if that can be done."""
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if not _is_private(self.folder):
                return
            for key, body in entries.items():
                if len(body) <= LARGEST:
                    self._keep(key, body)
            for shard in {self._path(key).parent for key in entries}:
                _prune(shard)
        except OSError:
            return  # a full disk, a read-only home: the answer was worked out all the same

    def _keep(self, key: str, body: bytes) -> None:
        path = self._path(key)
        path.parent.mkdir(mode=0o700, exist_ok=True)
        made = path.with_name(f".{os.getpid()}-{os.urandom(4).hex()}")
        with open(made, "xb", opener=_private) as file:
            file.write(key_of(key, body).encode() + b"\n" + body)
        os.replace(made, path)

    def _path(self, key: str) -> Path:
        return self.folder / f"{int(key[:2], 16) % SHARDS:02d}" / key


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _is_private(folder: Path) -> bool:
    """Whether it is a folder that only this user can write to, and no link."""
    try:
        info = os.lstat(folder)
    except OSError:
        return False
    return (
        stat.S_ISDIR(info.st_mode)
        and info.st_uid == os.geteuid()
        and not info.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
    )


def _prune(shard: Path) -> None:
    names = os.listdir(shard)
    if len(names) <= MOST_ENTRIES:
        return
    aged = []
    for name in names:
        try:
            aged.append((os.stat(shard / name).st_mtime_ns, name))
        except OSError:  # noqa: PERF203 - another run has just pruned it
            continue
    for _, name in sorted(aged)[: len(aged) // 2]:
        (shard / name).unlink(missing_ok=True)
