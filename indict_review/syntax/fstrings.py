"""f-strings for a compiler that is older than the code: since Python 3.12 they nest (PEP 701)."""

from indict_review.syntax.grammars import GRAMMARS
from indict_review.syntax.parsing import Source, walk


def emptied(text: str) -> str:
    """Python code with an empty string for each f-string. What else there is stays on its line.

    It is code that tree-sitter takes.
    """
    source = Source(text)
    pieces: list[bytes] = []
    end = 0
    for _, _, node in walk(GRAMMARS["python"], source):
        if node.type != "string" or node.start_byte < end:
            continue
        if any(child.type == "interpolation" for child in node.children):
            lines = source.content.count(b"\n", node.start_byte, node.end_byte)
            pieces += [source.content[end : node.start_byte], b'""', b"\\\n" * lines]
            end = node.end_byte
    return b"".join([*pieces, source.content[end:]]).decode("utf-8", "replace")
