"""A prepared environment for tests (`--test-env DIR`), there to read in the sandbox.

The code under review can read whatever it holds, so it should be a folder made for tests. In the
sandbox it lies at a neutral place: its own path may lead through folders that only the user may
enter, and says more of the user than a test needs to know.

    >>> Environment.of(Path("node")).path  # doctest: +SKIP
    ('/env/0/.bin',)
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from indict_review.errors import ConfigError
from indict_review.sandbox.interface import Job, Mount

UNUSABLE = 97
"""Exit code of a run whose environment does not work in the sandbox: no test was started."""

_OWN, _BASE = "/env/0", "/env/1"
_VENV = "tools/env"
_SYSTEM = (Path("/usr"), Path("/"))
_MOST_SCRIPTS = 500
_LONGEST_SHEBANG = 4096

# Programs that cannot be reached would be passed over, for others of the same name.
_READABLE = f"ls {_OWN} >/dev/null"
_LEAVE = "leave to read and run it (it runs as another user)"

_BEGIN = "begin"
_RUN = f"""\
BOX=$1; shift
ready() {{
%s
}}
ready || {{ echo 'the test environment does not work here'; exit {UNUSABLE}; }}
exec "$@"
"""


@dataclass(frozen=True)
class Environment:
    """What a job gets so that tests find the packages they need."""

    mounts: tuple[Mount, ...] = ()
    links: Mapping[str, str] = field(default_factory=dict)
    tools: Mapping[str, bytes] = field(default_factory=dict)
    environ: Mapping[str, str] = field(default_factory=dict)
    path: tuple[str, ...] = ()
    ready: str = ""
    """Shell code of ours that fails where it cannot be used; `$BOX` is the box."""
    needs: str = ""
    """What the sandbox must have for it, in words."""

    @staticmethod
    def of(path: Path) -> "Environment":
        """The environment in a folder. Raises `ConfigError` if it is none that we know."""
        root = path.absolute()
        try:
            if (root / "pyvenv.cfg").is_file():
                return _venv(root)
            modules = root if root.name == "node_modules" else root / "node_modules"
            if modules.is_dir():
                return _node(modules)
            if (root / "bin").is_dir() and root.resolve() != Path("/"):
                return _prefix(root)
        except OSError as e:
            raise ConfigError(f"{path} cannot be read: {e.strerror}", "May you read it?") from e
        raise ConfigError(
            f"{path} is no test environment",
            "Name a Python venv, a folder with node_modules, or one whose bin/ has the programs.",
        )

    def added_to(self, job: Job) -> Job:
        """The job, run in this environment."""
        begin = {_BEGIN: (_RUN % self.ready).encode()} if self.ready else {}
        command = ("/bin/sh", "{box}/tools/begin", "{box}") if self.ready else ()
        return replace(
            job,
            command=(*command, *job.command),
            mounts=(*job.mounts, *self.mounts),
            links={**job.links, **self.links},
            tools={**job.tools, **self.tools, **begin},
            environ={**self.environ, **job.environ},
            path=(*job.path, *self.path),
        )


def _venv(root: Path) -> Environment:
    """A venv of the same packages, laid out anew: the original names paths of this machine."""
    settings = _settings(root / "pyvenv.cfg")
    packages = next(iter(sorted(root.glob("lib/python3.*/site-packages"))), None)
    home = settings.get("home", "")
    if packages is None or not home:
        raise ConfigError(f"{root} is no complete venv", "Make it again: python3 -m venv DIR")
    name = packages.parent.name
    version = name.removeprefix("python")
    if not re.fullmatch(r"3\.\d+", version):
        raise ConfigError(f"{root} is of Python {version!r}", "Make it with CPython 3.")
    own = Path(home).resolve().parent not in _SYSTEM
    # The sandbox's own /usr is there already, and is not always this machine's.
    python = _interpreter(Path(home), name) if own else Path("/usr/bin", name)
    prefix, base = (python.parent.parent, f"{_BASE}/bin") if own else (None, "/usr/bin")
    # Of the interpreter only what it runs on: its prefix may be a whole home folder.
    parts = [prefix / part for part in ("bin", "lib") if (prefix / part).is_dir()] if prefix else []
    cfg = (
        f"home = {base}\nversion = {settings.get('version', version)}\n"
        f"include-system-site-packages = {settings.get('include-system-site-packages', 'false')}\n"
    )
    scripts = dict(_scripts(root / "bin", f"{_OWN}/bin"))
    return Environment(
        mounts=(
            Mount(root.resolve(), _OWN),
            *(Mount(part, f"{_BASE}/{part.name}") for part in parts),
        ),
        links={
            **{
                f"{_VENV}/bin/{alias}": f"{base}/{python.name}"
                for alias in ("python", "python3", name)
            },
            f"{_VENV}/lib/{name}/site-packages": f"{_OWN}/lib/{name}/site-packages",
        },
        tools={
            "env/pyvenv.cfg": cfg.encode(),
            **{f"env/bin/{script}": text for script, text in scripts.items()},
        },
        environ=_shared(prefix, version) if prefix else {},
        path=(f"{{box}}/{_VENV}/bin", f"{_OWN}/bin"),
        ready=f'{_READABLE} && "$BOX"/{_VENV}/bin/python -I -c ""',
        needs=f"{base}/{python.name}" if not own else _LEAVE,
    )


def _node(modules: Path) -> Environment:
    """Beside the workspace, node finds them from every file in it."""
    return Environment(
        mounts=(Mount(modules.resolve(), _OWN),),
        links={"node_modules": _OWN},
        path=(f"{_OWN}/.bin",),
        ready=_READABLE,
        needs=_LEAVE,
    )


def _prefix(root: Path) -> Environment:
    """Also one of conda: its interpreter finds the rest from where it lies itself."""
    python = (root / "bin" / "python").exists()
    scripts = dict(_scripts(root / "bin", f"{_OWN}/bin")) if python else {}
    return Environment(
        mounts=(Mount(root.resolve(), _OWN),),
        tools={f"env/bin/{script}": text for script, text in scripts.items()},
        path=(f"{{box}}/{_VENV}/bin", f"{_OWN}/bin"),
        ready=f'{_OWN}/bin/python -I -c ""' if python else _READABLE,
        needs=_LEAVE,
    )


def _settings(cfg: Path) -> dict[str, str]:
    lines = cfg.read_text("utf-8", "replace").splitlines()
    pairs = (line.partition("=") for line in lines)
    return {name.strip().lower(): value.strip() for name, _, value in pairs}


def _interpreter(folder: Path, name: str) -> Path:
    """The file itself: its folder may have nothing but links to interpreters."""
    for candidate in (name, "python3", "python"):
        if (folder / candidate).exists():
            return (folder / candidate).resolve()
    raise ConfigError(
        f"the interpreter of the test environment is gone from {folder}",
        "Make the environment again.",
    )


def _shared(prefix: Path, version: str) -> dict[str, str]:
    """An interpreter may look for its library where it was built."""
    has_library = any((prefix / "lib").glob(f"libpython{version}*.so*"))
    return {"LD_LIBRARY_PATH": f"{_BASE}/lib"} if has_library else {}


def _scripts(folder: Path, where: str) -> Iterator[tuple[str, bytes]]:
    """Stand-ins for a Python's scripts: their first lines name an interpreter of this machine."""
    for script in sorted(folder.iterdir())[:_MOST_SCRIPTS]:
        if script.is_file() and re.fullmatch(r"(?!python)[\w.+-]+", script.name):
            with script.open("rb") as stream:
                first = stream.readline(_LONGEST_SHEBANG)
                second = stream.readline(_LONGEST_SHEBANG)
            # Where the path is long, `sh` starts it and the second line names the interpreter.
            told = second if second.startswith(b"'''exec'") else first
            if first.startswith(b"#!") and b"python" in told:
                yield script.name, f'#!/bin/sh\nexec python "{where}/{script.name}" "$@"\n'.encode()
