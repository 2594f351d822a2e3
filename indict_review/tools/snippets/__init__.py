"""The languages of checks: one module for each family, with a table of what it speaks."""

from indict_review.tools.snippets import csharp, go, java, javascript, native, php, python, rust
from indict_review.tools.snippets.interface import Language

LANGUAGES: dict[str, Language] = {
    **python.LANGUAGES,
    **javascript.LANGUAGES,
    **native.LANGUAGES,
    **go.LANGUAGES,
    **rust.LANGUAGES,
    **java.LANGUAGES,
    **php.LANGUAGES,
    **csharp.LANGUAGES,
}
