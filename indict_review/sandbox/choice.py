"""Which sandbox runs the code: the one the user named, or the best that works on this machine.

Code never runs on the bare machine because nothing better was there: only because the user said so.
"""

from collections.abc import Callable
from dataclasses import dataclass

from indict_review.errors import ConfigError, ToolError
from indict_review.sandbox.bubblewrap import Bubblewrap
from indict_review.sandbox.docker import Docker
from indict_review.sandbox.host import Host
from indict_review.sandbox.interface import Sandbox


@dataclass(frozen=True)
class Available:
    """One sandbox that could be used."""

    name: str
    usable: bool
    detail: str
    """What it is; or why it cannot be used, and what to do."""


def choose(
    name: str, image: str | None = None, *, trusted: bool = False, toolchain: str = "python"
) -> Sandbox | None:
    """The sandbox called `auto`, `docker`, `bwrap`, `none` (then None) or `host`, seen to work.

    With `auto`, docker if its daemon answers and has the image for this toolchain, else bubblewrap:
    another toolchain may be another choice. Raises `ToolError` if it does not work here, and
    `ConfigError` for the host without trust.
    """
    if name == "none":
        return None
    if name == "host":
        if not trusted:
            raise ConfigError(
                "--sandbox host runs the change's code on this machine, unprotected",
                "Add --i-trust-this-code if you do.",
            )
        return Host(trusted)
    kinds = _kinds(image)
    if name != "auto":
        kind = "bubblewrap" if name == "bwrap" else name
        kinds = {kind: _kinds(None)[kind] if kind == "bubblewrap" else kinds[kind]}
    reasons = []
    for kind, make in kinds.items():
        sandbox = _tried(make, toolchain)
        if not isinstance(sandbox, ToolError):
            return sandbox
        reasons.append(f"{kind}: {sandbox}")
    raise ToolError(f"no sandbox that works here: {'; '.join(reasons)}")


def describe(image: str | None = None, toolchain: str = "python") -> tuple[Available, ...]:
    """Each of them, tried. The best first; raises nothing."""
    return tuple(_described(kind, make, toolchain) for kind, make in _kinds(image).items())


def _kinds(image: str | None) -> dict[str, Callable[[], Sandbox]]:
    kinds: dict[str, Callable[[], Sandbox]] = {"docker": lambda: Docker(image)}
    # Who names an image wants that, and no other machine's programs instead.
    return kinds if image else {**kinds, "bubblewrap": Bubblewrap}


def _tried(make: Callable[[], Sandbox], toolchain: str) -> Sandbox | ToolError:
    sandbox = make()
    try:
        sandbox.identity(toolchain)
    except ToolError as e:
        sandbox.close()
        return e
    return sandbox


def _described(kind: str, make: Callable[[], Sandbox], toolchain: str) -> Available:
    sandbox = _tried(make, toolchain)
    if isinstance(sandbox, ToolError):
        return Available(kind, False, str(sandbox))
    try:
        return Available(kind, True, sandbox.identity(toolchain))
    finally:
        sandbox.close()
