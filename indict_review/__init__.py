"""A code-review bot: two critics in dialogue, grounded by tools, and verified revisions.

    from indict_review import Flags, PatchSource, Terms, reviewed

    made = reviewed(PatchSource(reply, folder), Flags(model="none"), Terms(agent=True))
    made.gate  # Gate.ACCEPTED, Gate.REVISED, Gate.REJECTED; None: not all of it was looked at

`library` lists the public names; docs/library.md says what each is for.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from indict_review.library import *  # noqa: F403 - the public names, and only those

__version__ = "0.1.0"

_FUNCTIONS = frozenset({"land", "masked", "output_patch", "reviewed"})


def __getattr__(name: str) -> object:
    """A public name, loaded when it is asked for: a hook has half a second, and needs none.

    Python asks here for each of our modules, too, before it imports it; no module is capitalised.
    """
    if name in _FUNCTIONS or name[:1].isupper():
        library = import_module("indict_review.library")
        if name in library.__all__:
            return getattr(library, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
