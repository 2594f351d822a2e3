"""One name in a tree of git's, or in its index."""

from dataclasses import dataclass

_LINK, _SUBMODULE, _FOLDER = 0o120000, 0o160000, 0o040000


@dataclass(frozen=True)
class Entry:
    """One file, link, submodule or folder of a tree or of the index."""

    path: str
    mode: int
    """Git's; of a file, 0o100644 or 0o100755, whatever the tree says."""
    oid: str
    """The name of the object that has its content."""

    @classmethod
    def of(cls, path: bytes, mode: bytes, oid: str) -> "Entry":
        """As git writes it. Old trees have other modes of files than git makes now."""
        number = int(mode, 8)
        if number >> 12 == 0o10:
            number = 0o100755 if number & 0o100 else 0o100644
        return cls(path.decode("utf-8", "surrogateescape"), number, oid)

    @property
    def is_link(self) -> bool:
        """Whether it is a symbolic link: its content is where it leads."""
        return self.mode == _LINK

    @property
    def is_folder(self) -> bool:
        """Whether it is a tree."""
        return self.mode == _FOLDER

    @property
    def is_submodule(self) -> bool:
        """Whether it is another repository's commit: no content of this one."""
        return self.mode == _SUBMODULE
