"""How messages name what stands in a settings file, whatever it is and however large."""

from collections.abc import Iterable

from indict_review.patches.quoting import shown

_LARGEST = 10**12
"""Python refuses to write out very long numbers, and YAML can make them."""


def named(value: object) -> str:
    """A value in a message: itself where that is short, else its kind."""
    if value is None:
        return "empty"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return shown(value) if value.strip() else "a blank text"
    if isinstance(value, int | float) and -_LARGEST < value < _LARGEST:
        return str(value)
    kinds = {int: "a number", float: "a number", list: "a list", tuple: "a list", dict: "a mapping"}
    return kinds.get(type(value), f"a {type(value).__name__}")


def did_you_mean(value: object, known: Iterable[str]) -> str:
    """`: did you mean fail_on?`, or nothing."""
    from difflib import get_close_matches  # only those who erred wait for it

    if not isinstance(value, str) or len(value) > 100:
        return ""
    near = get_close_matches(value.lower().replace("-", "_"), list(known), n=1)
    return f": did you mean {near[0]}?" if near else ""
