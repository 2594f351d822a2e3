"""What one object of JSON says, asked for by name and type."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from indict_review.errors import PatchError
from indict_review.patches.forms.strict_json import snake
from indict_review.patches.quoting import shown


@dataclass(frozen=True)
class Said:
    """The values of an object by our names for its keys, without those that are null."""

    values: Mapping[str, object]
    where: str
    """The object, as a message names it."""

    @classmethod
    def of(cls, value: Mapping[str, object], where: str) -> "Said":
        """Raises `PatchError` if `filePath` and `file_path` are both there."""
        given = [(snake(key), each) for key, each in value.items() if each is not None]
        said = cls(dict(given), where)
        if len(said.values) < len(given):
            raise said.wrong("says one thing by two names", "Say it once.")
        return said

    def __contains__(self, key: str) -> bool:
        return key in self.values

    def any_of(self, keys: Sequence[str]) -> str | None:
        """The first of the keys that is there."""
        return next((key for key in keys if key in self.values), None)

    def text(self, *keys: str) -> str | None:
        """The text under one of the keys; None if none of them is there."""
        there = [key for key in keys if key in self.values]
        if not there:
            return None
        if len(there) > 1:
            raise self.wrong(f"says {there[0]} and {there[1]}", "It says one of them.")
        text = self.values[there[0]]
        if not isinstance(text, str):
            raise self.wrong(f"has a {there[0]} that is no text", "It is a string.")
        try:
            text.encode("utf-8", "surrogateescape")
        except UnicodeEncodeError as e:
            raise self.wrong(f"has a {there[0]} that is not Unicode", "Write UTF-8.") from e
        return text

    def needed(self, *keys: str) -> str:
        """The text under one of the keys, which has to be there."""
        text = self.text(*keys)
        if text is None:
            raise self.wrong("does not say what to put in", f"It says {keys[0]}.")
        return text

    def line(self, key: str, least: int) -> int:
        """The number of a line, which has to be there."""
        number = self.values.get(key)
        if type(number) is not int or number < least:
            raise self.wrong(f"has no {key} of {least} or more", "Lines are counted from 1.")
        return number

    def flag(self, key: str) -> bool:
        """False if it is not there."""
        flag = self.values.get(key, False)
        if not isinstance(flag, bool):
            raise self.wrong(f"has a {key} that is neither true nor false", "It is one of them.")
        return flag

    def check_without(self, what: str, keys: Sequence[str]) -> None:
        """Refuse what says how to do it, and how to do it in another way."""
        other = self.any_of(keys)
        if other is not None:
            raise self.wrong(f"says {what} and {other}", "It says one thing to do.")

    def check_meant(self, *known: str) -> None:
        """Refuse what says more than we can read, and what is not to be done at all."""
        other = next((key for key in self.values if key not in known), None)
        if other is not None:
            raise self.wrong(
                f"says {shown(other, 40)}, which is not known here",
                "Leave it out, if it says no more.",
            )
        if self.values.get("dry_run", False) is not False:
            raise self.wrong("is a dry run", "It is not meant to change anything.")

    def wrong(self, what: str, hint: str) -> PatchError:
        """The error, with the place."""
        return PatchError(f"{self.where} {what}", hint)
