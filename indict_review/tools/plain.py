"""Source text in the spelling that analyzers read, so that no compiler sees code that they do not.

Here trust ends: whoever writes the change also chooses byte order marks, exotic line ends and
escaped identifiers. semgrep takes `# fine<CR>eval(x)` for one comment and misses what stands right
behind a byte order mark, without a word. Python runs both, and most languages have such a gap.
"""

import codecs
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

# What ends a line for the language, besides the line feed; a CR before a line feed belongs to it.
_ECMA = re.compile("\r(?!\\Z)|\u2028|\u2029")
LINE_ENDS = {
    "python": re.compile("\r(?!\\Z)"),
    "java": re.compile("\r(?!\\Z)|\n"),  # written \\u000a
    "php": re.compile("\r(?!\\Z)"),
    "javascript": _ECMA,
    "typescript": _ECMA,
    "csharp": re.compile("\r(?!\\Z)|\u2028|\u2029|\x85"),
}

_ESCAPE = re.compile(r"(?<!\\)\\u+(?:([0-9A-Fa-f]{4})|\{0*([0-9A-Fa-f]{1,5})\})")
_COOKIE = re.compile(rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")
# Encodings in which ASCII bytes mean themselves, always, so that semgrep reads the code that Python
# runs. In shift_jis, gbk and big5 a backslash can be half of a character.
_ASCII_LIKE = re.compile(r"utf-8|ascii|iso8859|latin|cp125\d|koi8|mac-|euc")


# PHP's own functions may be written in capitals, and with the root of all namespaces before them.
_PHP_CALL = re.compile(r"(?<![\w\\$>:])\\?([A-Za-z_][A-Za-z0-9_]*)(?=\s*\()")
_PHP_NAMES = frozenset(
    "system exec shell_exec passthru popen proc_open pcntl_exec eval assert create_function"
    " unserialize extract preg_replace call_user_func call_user_func_array mysql_query"
    " mysqli_query pg_query file_get_contents readfile fopen file unlink include include_once"
    " require require_once md5 sha1 crypt rand mt_rand curl_init curl_setopt header setcookie"
    " phpinfo parse_str simplexml_load_string move_uploaded_file".split()
)


@dataclass(frozen=True)
class Plain:
    """One file as it is laid before an analyzer."""

    data: bytes
    text: str
    """The file itself, decoded, without its byte order mark; undecodable bytes are surrogates."""
    numbers: Sequence[int]
    """For each line of `data`, the number of the line of `text` that it comes from."""
    doubt: str = ""
    """Why `data` may not be what the compiler reads, or empty."""

    def line(self, number: int) -> int:
        """The file's line for a line of `data`, both counted from 1; clamped to the file."""
        return self.numbers[min(max(number, 1), len(self.numbers)) - 1]


def plain(content: bytes, language: str) -> Plain:
    """Spell a file plainly, for `language` as `languages.of_path` names it."""
    text, doubt = _decoded(content, language)
    pieces: list[str] = []
    numbers: list[int] = []
    ends = LINE_ENDS.get(language, re.compile("\n"))
    for number, line in enumerate(text.split("\n"), start=1):
        parts = ends.split(_respelt(line, language))
        pieces += parts
        numbers += [number] * len(parts)
    return Plain("\n".join(pieces).encode("utf-8", "surrogateescape"), text, numbers, doubt)


def _decoded(content: bytes, language: str) -> tuple[str, str]:
    for bom, codec in BOMS:
        if content.startswith(bom):
            body = content[len(bom) :]
            if codec == "utf-8":
                return body.decode(codec, "surrogateescape"), ""
            try:
                return body.decode(codec), ""
            except UnicodeDecodeError:
                return body.decode("utf-8", "surrogateescape"), f"is no valid {codec}"
    doubt = _strange_encoding(content) if language == "python" else ""
    return content.decode("utf-8", "surrogateescape"), doubt


def _strange_encoding(content: bytes) -> str:
    """PEP 263: Python runs what its declared encoding makes of the bytes, e.g. `utf-7`."""
    for line in re.split(rb"\r\n?|\n", content, maxsplit=2)[:2]:
        declared = _COOKIE.match(line)
        if declared:
            name = declared[1].decode("ascii", "replace")
            try:
                known = codecs.lookup(name).name
            except LookupError:
                known = ""
            return "" if _ASCII_LIKE.match(known) else f"declares the encoding {name}"
    return ""


def _respelt(line: str, language: str) -> str:
    """Identifiers as the compiler reads them."""
    if language == "python" and not line.isascii():
        return re.sub(r"[^\x00-\x7f]", _compatible, line)
    if language == "php" and "(" in line:
        return _PHP_CALL.sub(_php_name, line)
    if language in {"java", "javascript", "typescript", "csharp"} and "\\u" in line:
        return _ESCAPE.sub(lambda found: _unescaped(found, language), line)
    return line


def _php_name(found: re.Match[str]) -> str:
    name = found[1].lower()
    return name if name in _PHP_NAMES else found[0]


def _compatible(found: re.Match[str]) -> str:
    """Python folds identifiers by NFKC (PEP 3131): a fullwidth `eval` is `eval`."""
    folded = unicodedata.normalize("NFKC", found[0])
    return folded if folded.isascii() and f"_{folded}".isidentifier() else found[0]


def _unescaped(found: re.Match[str], language: str) -> str:
    """Java reads every escape before anything else; the others only in identifiers."""
    char = chr(min(int(found[1] or found[2], 16), 0x10FFFF))
    if language == "java" and char.isascii() and (char.isprintable() or char in "\r\n"):
        return char if found[1] else found[0]
    return char if char.isascii() and (char.isalnum() or char in "_$") else found[0]
