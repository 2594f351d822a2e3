"""Files of ours that go into the sandbox and run checks there. Nothing here is imported by us."""

from importlib.resources import files


def harness(name: str) -> bytes:
    """The content of one."""
    return files(__name__).joinpath(name).read_bytes()
