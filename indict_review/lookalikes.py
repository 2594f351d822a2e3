"""Text as people and models read it: without what cannot be seen, look-alikes as the letters."""

import re
import unicodedata

_UNSEEN = re.compile("[\u200b-\u200f\u2060-\u2064\ufeff\u00ad\U000e0000-\U000e007f]")
_ALIKE = {
    # Cyrillic, Armenian and the like, as far as they look the same.
    "\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0456\u0458\u0455\u04bb\u0501": "aeopcyxijshd",
    "\u051b\u051d\u04cf\u0261\u0131\u043e\u0578\u057d\u0585\u043a\u0410\u0412": "qwlgionuokAB",
    "\u0415\u041a\u041c\u041d\u041e\u0420\u0421\u0422\u0425\u0423\u0406\u0408": "EKMHOPCTXYIJ",
    "\u0405": "S",
    # Greek.
    "\u03bf\u03b1\u03bd\u03b9\u03c1\u03c5\u03ba\u0391\u0392\u0395\u0396\u0397": "oavipukABEZH",
    "\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a5\u03a7": "IKMNOPTYX",
}
_LETTERS = {ord(c): a for theirs, ours in _ALIKE.items() for c, a in zip(theirs, ours, strict=True)}


def seen(text: str) -> str:
    """Without characters that have no width, and wide or styled letters as plain ones."""
    return text if text.isascii() else _UNSEEN.sub("", unicodedata.normalize("NFKC", text))


def latin(text: str) -> str:
    """Besides, letters of other scripts that look Latin as Latin ones, and no accents."""
    if text.isascii():
        return text
    parts = unicodedata.normalize("NFKD", seen(text))
    return "".join(c for c in parts if not unicodedata.combining(c)).translate(_LETTERS)
