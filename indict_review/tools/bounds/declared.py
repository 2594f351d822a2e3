"""Parameters and variables of a C function, and what their types tell."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from indict_review.syntax.pieces import Piece

_UNSIGNED = re.compile(
    r"\b(?:unsigned|size_t|gsize|uintptr_t|uintmax_t|u(?:int|long|short|char)"
    r"|_*u(?:int|_int)?(?:8|16|32|64)(?:_t)?|(?:ut|guint|UINT|quint)(?:8|16|32|64)?"
    r"|u_(?:char|short|int|long)|DWORD|WORD|BYTE|ULONG|USHORT|__[bl]e(?:16|32|64))\b"
)
_SIGNED = re.compile(
    r"\b(?:int|long|short|ssize_t|ptrdiff_t|(?:lo)?off_t|_*s?(?:int)?(?:8|16|32|64)_t"
    r"|_*s(?:8|16|32|64)|(?:st|gint|INT|qint)(?:8|16|32|64)|gint|LONG|gssize|Py_ssize_t)\b"
)
_WIDE = re.compile(r"64|\b(?:u?long|g?s?size_t|gsize|ptrdiff_t|(?:lo)?off_t|u?intmax_t)\b")
_NARROW = re.compile(
    r"(?<!\d)(?:8|16)(?:_t)?\b|\b(?:u_?)?(?:short|char)\b|\b(?:WORD|BYTE|USHORT)\b"
)
_BYTES = re.compile(
    r"\b(?:char|void|uchar|u_char|[Bb]yte|BYTE|Bytef|g?u?char|octet|JOCTET|png_byte"
    r"|_*(?:u|s|st|ut|u?int|u_int|guint|quint|UINT)8(?:_t)?)\b"
)


@dataclass(frozen=True)
class Declared:
    """One of them. What a type says is guessed from its name: headers are not read."""

    name: str
    type: str
    """As it is written, without stars."""
    stars: int
    is_array: bool
    size: Piece | None
    """Of an array, if it is given."""
    is_parameter: bool

    @property
    def is_unsigned(self) -> bool:
        """Known to be an unsigned integer."""
        return self._is_one and bool(_UNSIGNED.search(self.type))

    @property
    def is_signed(self) -> bool:
        """Known to be a signed integer."""
        return self._is_one and not _UNSIGNED.search(self.type) and bool(_SIGNED.search(self.type))

    @property
    def is_number(self) -> bool:
        """Known to be an integer."""
        return self.is_unsigned or self.is_signed

    @property
    def is_wide(self) -> bool:
        """64 bits on most machines."""
        return self.is_number and bool(_WIDE.search(self.type))

    @property
    def is_narrow(self) -> bool:
        """8 or 16 bits."""
        return self.is_number and bool(_NARROW.search(self.type))

    @property
    def is_pointer(self) -> bool:
        """It points somewhere; a parameter does, even where it is written as an array."""
        return self.stars > 0 or (self.is_array and self.is_parameter)

    @property
    def is_bytes(self) -> bool:
        """A pointer to bytes, or an array of them."""
        return self.stars + self.is_array == 1 and bool(_BYTES.search(self.type))

    @property
    def is_room(self) -> bool:
        """An array that the function itself declares, so that its size is known here."""
        return self.is_array and not self.is_parameter and not self.stars

    @property
    def _is_one(self) -> bool:
        return not self.stars and not self.is_array


def declared(node: Piece, *, parameter: bool) -> Iterator[Declared]:
    """What one declaration declares."""
    spelled = " ".join(
        part.text for part in node.parts if part.role == "type" or part.kind == "type_qualifier"
    )
    for part in node.parts:
        if part.role == "declarator":
            stars, is_array, size = 0, False, None
            inner: Piece | None = part
            while inner is not None and inner.kind != "identifier":
                if inner.kind == "function_declarator":
                    inner = None
                    break
                stars += inner.kind in {"pointer_declarator", "reference_declarator"}
                if inner.kind == "array_declarator":
                    is_array, size = True, inner.part("size") or size
                inner = below(inner)
            if inner is not None:
                yield Declared(inner.text, spelled, stars, is_array, size, parameter)


def below(declarator: Piece) -> Piece | None:
    """What a declarator declares: `*p` in `*p = q`, `p` in `*p`."""
    named = (p for p in declarator.parts if p.kind == "identifier" or "declarator" in p.kind)
    return declarator.part("declarator") or next(named, None)
