"""What a run has around it: the machine, the versions of packages, the files that ship with us."""

from __future__ import annotations

import hashlib
import json
import os
import platform
from collections.abc import Collection, Iterable, Mapping
from importlib import metadata
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path


def contents(folders: Iterable[str]) -> str:
    """The digest of all files that ship with us in these folders."""
    root = files("indict_review")
    told = [
        (name, hashlib.sha256(entry.read_bytes()).hexdigest())
        for folder in folders
        for name, entry in _below(root.joinpath(folder), folder)
    ]
    return hashlib.sha256(json.dumps(sorted(told)).encode()).hexdigest()


def machine() -> Mapping[str, object]:
    """What it runs on: no name, no address."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return {
        "cpu": _cpu(),
        "cores": cores,
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
    }


def _cpu() -> str:
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            lines = [line for line in file if line.startswith("model name")]
    except OSError:
        return platform.processor()
    return lines[0].partition(":")[2].strip() if lines else platform.processor()


def versions(packages: Iterable[str]) -> dict[str, str]:
    """Of those that are installed."""
    found = {}
    for name in packages:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:  # noqa: PERF203 - an extra that is not here
            continue
    return found


def installed(folder: Path) -> str:
    """The digest of what is installed there: of packages as they were unpacked, by their lists of
    files, or else by the names of programs."""
    modules = folder if folder.name == "node_modules" else folder / "node_modules"
    lists = [
        *folder.glob("lib/*/site-packages/*.dist-info/RECORD"),
        *modules.glob("*/package.json"),
        *modules.glob("@*/*/package.json"),
    ]
    told = sorted(
        (path.parent.name, hashlib.sha256(path.read_bytes()).hexdigest()) for path in lists
    )
    programs = sorted(path.name for path in folder.glob("bin/*"))
    return hashlib.sha256(json.dumps([told, programs]).encode()).hexdigest()


def code(without: Collection[str] = ()) -> str:
    """The digest of our own code, all but that of these folders."""
    root = files("indict_review")
    names = sorted(e.name for e in root.iterdir() if e.is_dir() or e.name.endswith(".py"))
    told = hashlib.sha256()
    for name, entry in _all(root, names, without):
        told.update(f"{name} {hashlib.sha256(entry.read_bytes()).hexdigest()}\n".encode())
    return told.hexdigest()


def _all(
    root: Traversable, names: Iterable[str], without: Collection[str]
) -> Iterable[tuple[str, Traversable]]:
    for name in names:
        entry = root.joinpath(name)
        listed = [(name, entry)] if entry.is_file() else _below(entry, name)
        yield from sorted(
            (told, each)
            for told, each in listed
            if told.endswith(".py") and not told.startswith(tuple(f"{w}/" for w in without))
        )


def _below(folder: Traversable, name: str) -> Iterable[tuple[str, Traversable]]:
    if not folder.is_dir():
        return
    for entry in folder.iterdir():
        below = f"{name}/{entry.name}"
        if entry.is_dir():
            yield from _below(entry, below)
        elif not entry.name.endswith(".pyc"):
            yield below, entry
