"""Runs untrusted code in containers of the Docker daemon on this machine.

Each run has a container of its own. Starting one takes longer than most checks do, so one is kept
started, its first process waiting for the archive: see `Spare`.

    >>> sandbox = Docker()  # doctest: +SKIP
    >>> sandbox.run(Job(("python3", "-m", "pytest"), project.contents(tree)))  # doctest: +SKIP

Images are never pulled. What a crash leaves behind ends by itself, a spare as its input is closed
and a run by the `timeout` in it; the next run removes what the daemon still knows of them.
"""

import os
import secrets
import socket
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from threading import Lock
from typing import TYPE_CHECKING, Any

from indict_review.errors import ToolError
from indict_review.sandbox import seccomp
from indict_review.sandbox.attached import GRACE, Attached
from indict_review.sandbox.box import PATH, STARTER, left, stream
from indict_review.sandbox.interface import MIB, End, Job, Limits, Mount, Ran
from indict_review.sandbox.owner import Owner
from indict_review.sandbox.spare import Spare

if TYPE_CHECKING:
    from docker.api import APIClient
    from docker.types import HostConfig

BOX = "/box"
USER = 65534
"""Called `nobody` in most images; nothing there is its own."""
LABEL = "indict-review"
"""Whose a container is: see `Owner`."""

_RUN = "indict-review.run"
_SMALL = 16 * MIB
"""Of /tmp and of /dev/shm: what is large belongs in the box."""
_OPEN_FILES = 4096
_CONNECTIONS = 32
_DAY = 24 * 3600
_KILLED = 137
_SIGNALS = range(129, 193)
"""How a shell says that a signal ended a command."""


class Docker:
    """See `Sandbox`."""

    name = "docker"

    def __init__(self, image: str | None = None) -> None:
        self._image = image
        """Takes the place of every toolchain's own."""
        self._lock = Lock()
        self._engine: _Engine | None = None

    def identity(self, toolchain: str) -> str:
        """See `Sandbox.identity`."""
        return f"docker {self._connected().image(self._called(toolchain), toolchain).identity}"

    def run(self, job: Job) -> Ran:
        """See `Sandbox.run`."""
        engine = self._connected()
        image = engine.image(self._called(job.toolchain), job.toolchain)
        # Time and output are limited from out here, in any container.
        kind = _Kind(image, replace(job.limits, seconds=0, output=0, reserve=0), job.mounts)
        container = engine.containers.take(kind)
        attached = container.attached
        try:
            reached = attached.hold(stream(job, BOX, path=image.path), job.limits)
            seconds = attached.seconds
            if reached is not None:
                engine.kill(container)
                return Ran(reached, _KILLED, _text(attached, job), seconds, {}, job.limits)
            code, starved = engine.ended(container)
        finally:
            engine.containers.drop(container)
        end = _end(code, starved, seconds, job.limits)
        return Ran(end, code, _text(attached, job), seconds, _files(attached, end), job.limits)

    def close(self) -> None:
        """See `Sandbox.close`."""
        with self._lock:
            engine, self._engine = self._engine, None
        if engine is not None:
            engine.close()

    def _called(self, toolchain: str) -> str:
        return self._image or f"indict-review/{toolchain}:1"

    def _connected(self) -> "_Engine":
        with self._lock:
            if self._engine is None:
                self._engine = _Engine(_connect())
            return self._engine


def _end(code: int, starved: bool, seconds: float, limits: Limits) -> End:
    if code == _KILLED and seconds >= limits.seconds:
        return End.TIME
    if code == _KILLED and starved:
        return End.MEMORY
    return End.KILLED if code in _SIGNALS else End.EXITED


def _text(attached: Attached, job: Job) -> str:
    return bytes(attached.output[: job.limits.output]).decode("utf-8", "replace")


def _files(attached: Attached, end: End) -> Mapping[str, bytes]:
    """What it left. A box that ends by itself sends an archive, even of nothing."""
    if attached.archive:
        return left(bytes(attached.archive))
    if end is not End.EXITED:
        return {}
    said = bytes(attached.output[-200:]).decode("utf-8", "replace").strip()
    raise ToolError(f"the sandbox could not be set up: {said or 'it says nothing'!r}")


@dataclass(frozen=True)
class _Image:
    ident: str
    identity: str
    """Its name, and the digest of what is in it."""
    environ: tuple[str, ...]
    """`NAME=value`: what its own programs need, by whoever made it."""
    volumes: tuple[str, ...]

    @property
    def path(self) -> str:
        """The PATH its programs are on."""
        paths = [pair[5:] for pair in self.environ if pair.startswith("PATH=")]
        return paths[-1] if paths else PATH


@dataclass(frozen=True)
class _Kind:
    """What a container is made for: one of another kind cannot stand in for it."""

    image: _Image
    limits: Limits
    mounts: tuple[Mount, ...]


@dataclass(frozen=True)
class _Container:
    ident: str
    attached: Attached


class _Engine:
    """A daemon that answered, and what is ours there."""

    def __init__(self, api: "APIClient") -> None:
        self._api = api
        self._images: dict[str, _Image] = {}
        self._run = secrets.token_hex(8)
        self.containers = Spare(self._started, self._remove, lambda c: c.attached.is_idle())
        self._sweep()

    def image(self, name: str, toolchain: str) -> _Image:
        """What this name means, from now on: in between it may come to mean another."""
        from docker.errors import ImageNotFound

        if name not in self._images:
            with _answers():
                try:
                    found = self._api.inspect_image(name)  # type: ignore[no-untyped-call]
                    self._images[name] = _image(name, found)
                except ImageNotFound as e:
                    raise ToolError(
                        f"Docker has no image {name}, and none is ever pulled: `docker build "
                        f"-t {name} docker/{toolchain}`, or name another with --sandbox-image"
                    ) from e
        return self._images[name]

    def ended(self, container: _Container) -> tuple[int, bool]:
        """Its exit code, and whether something in it was killed for want of memory."""
        try:
            with _answers():
                code = int(self._api.wait(container.ident, timeout=int(GRACE))["StatusCode"])
                if code != _KILLED:
                    return code, False
                state = self._api.inspect_container(container.ident)["State"]
                return code, bool(state["OOMKilled"])
        except ToolError:
            # It may have made its first process close both streams, and go on without.
            self.kill(container)
            return _KILLED, False

    def kill(self, container: _Container) -> None:
        """End all of its processes now."""
        from docker.errors import APIError

        # Docker waits until what was written is read: nobody will.
        container.attached.close()
        with _answers(), suppress(APIError):  # it ended by itself
            self._api.kill(container.ident)

    def close(self) -> None:
        """Remove what is ours. Without an answer, the sweep of the next run is left to do it."""
        self.containers.close()
        with suppress(ToolError), _answers():
            for found in self._api.containers(all=True, filters={"label": f"{_RUN}={self._run}"}):
                self._removed(found["Id"])
        self._api.close()

    def _started(self, kind: _Kind) -> _Container:
        """One whose first process waits for the archive."""
        with _answers():
            ident = self._created(kind)
            try:
                # Before it starts: nothing that it says is lost.
                attached = Attached(_connection(self._api, ident))
                self._api.start(ident)
            except BaseException:
                self._removed(ident)
                raise
        return _Container(ident, attached)

    def _created(self, kind: _Kind) -> str:
        # `env` takes away what Docker adds.
        first = ["/usr/bin/env", "-i", *kind.image.environ, "/bin/sh", "-c", STARTER, "sh", BOX]
        made = self._api.create_container(
            kind.image.ident,
            entrypoint=first,
            command=[],
            user=f"{USER}:{USER}",
            hostname="sandbox",
            working_dir="/",
            stdin_open=True,
            labels={LABEL: str(Owner.this()), _RUN: self._run},
            healthcheck={"test": ["NONE"]},
            # Else it hands in the proxies of the user's own settings, passwords included.
            use_config_proxy=False,
            host_config=_confinement(self._api, kind),
        )
        return str(made["Id"])

    def _remove(self, container: _Container) -> None:
        container.attached.close()
        with suppress(ToolError), _answers():  # what is left now, `close` or a sweep finds
            self._removed(container.ident)

    def _removed(self, ident: str) -> None:
        from docker.errors import APIError

        with suppress(APIError):  # gone, or going
            self._api.remove_container(ident, v=True, force=True)

    def _sweep(self) -> None:
        """Remove what runs that are no more have left; those that go on keep theirs."""
        with _answers():
            for found in self._api.containers(all=True, filters={"label": LABEL}):
                if _is_left(found["Labels"][LABEL], float(found["Created"])):
                    self._removed(found["Id"])


def _is_left(label: str, created: float) -> bool:
    owner = Owner.parse(label)
    gone = owner.is_gone() if owner else None
    # An owner that cannot be seen from here, in a container itself perhaps, is given a day.
    return created < time.time() - _DAY if gone is None else gone


def _confinement(api: "APIClient", kind: _Kind) -> "HostConfig":
    """All that holds it."""
    from docker import types

    limits, own = kind.limits, f"uid={USER},gid={USER},mode=0700,exec,nosuid,nodev"
    binds = [
        types.Mount(mount.target, str(mount.source), type="bind", read_only=True)
        for mount in kind.mounts
    ]
    for bind in binds:
        bind["BindOptions"] = {"NonRecursive": True}  # what is mounted below would be writable
    # Docker makes a folder of the disk, without bounds, for every volume an image speaks of.
    masks = [
        types.Mount(path, None, type="tmpfs", read_only=True, tmpfs_size=4096)
        for path in kind.image.volumes
    ]
    return api.create_host_config(
        network_mode="none",
        # Else it is given a copy of the host's, with the name of its network.
        dns=["127.0.0.1"],
        dns_search=["."],
        ipc_mode="private",
        read_only=True,
        tmpfs={
            BOX: f"size={limits.disk},{own}",
            "/tmp": f"size={_SMALL},mode=1777,exec,nosuid,nodev",  # noqa: S108 (the container's)
        },
        shm_size=_SMALL,
        mounts=[*binds, *masks],
        cap_drop=["ALL"],
        security_opt=["no-new-privileges", *_filtered()],
        mem_limit=limits.memory,
        memswap_limit=limits.memory,
        pids_limit=limits.processes,
        # Not nano_cpus: Docker refuses more of those than the machine has.
        cpu_period=100_000,
        cpu_quota=int(limits.cpus * 100_000),
        ulimits=[
            types.Ulimit(name="fsize", soft=limits.file_size, hard=limits.file_size),
            types.Ulimit(name="nofile", soft=_OPEN_FILES, hard=_OPEN_FILES),
            types.Ulimit(name="core", soft=0, hard=0),
        ],
        log_config=types.LogConfig(type="none"),
        init=True,
    )


def _filtered() -> list[str]:
    """Our own filter of system calls, where we have one for this machine; else Docker's."""
    profile = seccomp.profile()
    return [f"seccomp={profile}"] if profile else []


def _image(name: str, found: Mapping[str, Any]) -> _Image:
    config = found.get("Config") or {}
    digests = found.get("RepoDigests") or [f"{name}@{found['Id']}"]
    return _Image(
        ident=found["Id"],
        identity=digests[0],
        environ=tuple(config.get("Env") or ()),
        volumes=tuple(config.get("Volumes") or ()),
    )


def _connection(api: "APIClient", ident: str) -> socket.socket:
    """The connection itself, ours alone: the library leaves its own to be collected some time."""
    taken = api.attach_socket(ident, {"stdin": 1, "stdout": 1, "stderr": 1, "stream": 1})
    try:
        return socket.socket(fileno=os.dup(taken.fileno()))
    finally:
        taken._response.close()


def _connect() -> "APIClient":
    try:
        import docker
    except ImportError as e:
        raise ToolError("the package `docker` is not installed: pip install docker") from e
    try:
        with _answers():
            api = docker.from_env(max_pool_size=_CONNECTIONS).api
            able = api.info()
    except ToolError as e:
        raise ToolError(f"{e}: is the daemon running, and may you use it (`docker info`)?") from e
    if not api.base_url.startswith("http+docker://localhost"):
        raise ToolError(
            "DOCKER_HOST names another machine, and the code under review does not leave this one: "
            "unset it, or use --sandbox bwrap"
        )
    if not (able.get("MemoryLimit") and able.get("PidsLimit")):
        raise ToolError(
            "Docker cannot limit memory and processes here (rootless, without cgroup v2?): "
            "see `docker info`, or use --sandbox bwrap"
        )
    return api


@contextmanager
def _answers() -> Iterator[None]:
    """Whatever the library raises, as a `ToolError`."""
    from docker.errors import APIError, DockerException

    try:
        yield
    except (DockerException, OSError) as e:  # what it sends requests with raises its own, `OSError`
        why = e.explanation if isinstance(e, APIError) and e.explanation else e
        raise ToolError(f"Docker does not do as asked ({why})") from e
