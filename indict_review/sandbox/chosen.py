"""The sandbox of one review: found when something has to be run, and not before."""

from dataclasses import dataclass, field
from threading import Lock

from indict_review.errors import NotWanted
from indict_review.sandbox.choice import choose
from indict_review.sandbox.interface import Job, Ran, Sandbox


@dataclass
class Chosen:
    """Implements `Sandbox` with the one that the user named, or the best that is there."""

    named: str
    """As `choice.choose` takes it."""
    image: str | None = None
    trusted: bool = False
    _found: dict[str, Sandbox] = field(default_factory=dict, repr=False)
    """By toolchain: docker may have the image for one, and not for another."""
    _lock: Lock = field(default_factory=Lock, repr=False)

    @property
    def name(self) -> str:
        """See `Sandbox.name`: what the user named."""
        return self.named

    def identity(self, toolchain: str) -> str:
        """See `Sandbox.identity`."""
        return self._for(toolchain).identity(toolchain)

    def run(self, job: Job) -> Ran:
        """See `Sandbox.run`. Raises `NotWanted` where the user switched it off."""
        return self._for(job.toolchain).run(job)

    def close(self) -> None:
        """See `Sandbox.close`."""
        for sandbox in self._found.values():
            sandbox.close()
        self._found.clear()

    def _for(self, toolchain: str) -> Sandbox:
        with self._lock:
            if toolchain not in self._found:
                found = choose(self.named, self.image, trusted=self.trusted, toolchain=toolchain)
                if found is None:
                    raise NotWanted("the sandbox is switched off (--sandbox none)")
                self._found[toolchain] = found
            return self._found[toolchain]
